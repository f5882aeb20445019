import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { entryPoint } from '../detector/entry-point'
import { serveRequests } from './children/protocol'
import type { TaskOps } from './children/task-requests'
import { checkData } from './datasets/check-data'
import { importModel } from './models/import-model'
import { measureRun } from './runs/measure-run'

/** Bytes of resident memory beyond which this process ends; given for work on foreign files. */
const limit = Number(process.argv[2] ?? 0)
const guarded = limit > 0 ? guardMemory(limit) : Promise.resolve()

async function guardMemory(bytes: number): Promise<void> {
  const { url, execArgv } = entryPoint('memory-guard', '../server/children/memory-guard.ts')
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
