import { checkData } from './check-data'
import { importModel } from './import-model'
import { measureRun } from './measure-run'
import { serveRequests } from './protocol'
import type { TaskOps } from './task-requests'

const operations: TaskOps = { check: checkData, 'import-model': importModel, estimate: measureRun }
serveRequests(operations)
