import { once } from 'node:events'
import { totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'
import { entryPoint } from '../../detector/entry-point'

/** Where memory ends, the kernel chooses whom it ends, perhaps the server: so a child goes before, by itself. */
const SHARE = 0.75

/**
 * Ends this process when it holds more resident memory than this.
 * @param bytes default: three quarters of what the machine or the container has
 */
export async function guardMemory(bytes?: number): Promise<void> {
  const most = bytes ?? SHARE * Math.min(totalmem(), process.constrainedMemory() || Infinity)
  const { url, execArgv } = entryPoint('memory-guard', '../server/children/memory-guard.ts')
  const guard = new Worker(url, { workerData: most, execArgv })
  guard.unref()
  await once(guard, 'online')
}
