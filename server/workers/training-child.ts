import { UserError } from '../../detector/errors'
import { runTraining } from '../../detector/training/run'
import { holdLock } from '../store/hold-lock'
import { endWithServer, tellServer } from './protocol'
import type { ToTraining } from './training-protocol'

/** A former process of the same run may still be saving its state. */
const LOCK_PATIENCE = 120_000

const controller = new AbortController()
let work: Promise<void> | undefined

async function run(runDir: string, lock: string): Promise<void> {
  const held = holdLock(lock, LOCK_PATIENCE)
  try {
    for await (const event of runTraining(runDir, { signal: controller.signal })) {
      tellServer({ type: 'event', event })
    }
  } finally {
    held.release()
  }
}

process.on('message', (message: ToTraining) => {
  if (message.type === 'end') controller.abort(message.reason)
  else {
    work ??= run(message.runDir, message.lock)
    work.then(
      () => process.exit(0),
      (error: unknown) => {
        // The journal holds it already; a defect's stack belongs into the server's log.
        if (!(error instanceof UserError)) console.error(error)
        process.exit(error instanceof UserError ? 3 : 1)
      },
    )
  }
})
endWithServer(async () => {
  controller.abort('interrupted')
  await work?.catch(() => undefined)
})
