import { serveRequests } from './children/protocol'
import type { TaskOps } from './children/task-requests'
import { checkData } from './datasets/check-data'
import { importModel } from './models/import-model'
import { measureRun } from './runs/measure-run'

const operations: TaskOps = { check: checkData, 'import-model': importModel, estimate: measureRun }
// Work on foreign files has a bound of its own.
serveRequests(operations, process.argv[2] === undefined ? undefined : Number(process.argv[2]))
