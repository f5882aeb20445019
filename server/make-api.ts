import { batchRoutes } from './batches/routes'
import type { ServerContext } from './context'
import { datasetRoutes } from './datasets/routes'
import { detectRoutes } from './detections/routes'
import { exportRoutes } from './exports/routes'
import { type Api, newApi } from './http/route'
import { modelRoutes } from './models/routes'
import { runRoutes } from './runs/routes'
import { systemRoutes } from './system/routes'

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
