import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { entryPoint } from '../../detector/entry-point'
import { checkData } from './check-data'
import { importModel } from './import-model'
import { measureRun } from './measure-run'
import { serveRequests } from './protocol'
import type { TaskOps } from './task-requests'

/** Bytes of resident memory beyond which this process ends; given for work on foreign files. */
const limit = Number(process.argv[2] ?? 0)
const guarded = limit > 0 ? guardMemory(limit) : Promise.resolve()

async function guardMemory(bytes: number): Promise<void> {
  const { url, execArgv } = entryPoint('memory-guard', '../server/workers/memory-guard.ts')
  const guard = new Worker(url, { workerData: bytes, execArgv })
  guard.unref()
  await once(guard, 'online')
}

const operations: TaskOps = {
  check: async (request) => {
    await guarded
    return checkData(request)
  },
  'import-model': async (request) => {
    await guarded
    return importModel(request)
  },
  estimate: measureRun,
}
serveRequests(operations)
