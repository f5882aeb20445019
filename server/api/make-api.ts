import type { ServerContext } from '../context'
import { type Api, newApi } from './api'
import { batchRoutes } from './batch-routes'
import { datasetRoutes } from './dataset-routes'
import { detectRoutes } from './detect-routes'
import { exportRoutes } from './export-routes'
import { modelRoutes } from './model-routes'
import { runRoutes } from './run-routes'
import { systemRoutes } from './system-routes'

/** The whole HTTP API under /api. */
export function makeApi(context: ServerContext): Api {
  const api: Api = newApi(context)
  detectRoutes(api, context)
  batchRoutes(api, context)
  datasetRoutes(api, context)
  runRoutes(api, context)
  modelRoutes(api, context)
  exportRoutes(api, context)
  const { runs, batches, exports } = context
  const running = async () => (await Promise.all([runs.active(), batches.active(), exports.active()])).flat()
  systemRoutes(api, { ...context, running })
  return api
}
