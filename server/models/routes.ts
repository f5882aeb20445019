import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import type { ServerConfig } from '../config/config'
import { receiveFile } from '../http/receive-file'
import { type Api, check, route } from '../http/route'
import { idParam } from '../http/schema'
import { sendFile } from '../http/send-file'
import type { Models } from './models'
import { modelSchema } from './schema'

const tag = 'Models'
const nameSchema = z.object({ name: z.string().trim().min(1).max(120) }).strict()
const importSchema = z.object({
  file: z.string().openapi({ type: 'string', format: 'binary' }),
  name: z.string().max(120).optional(),
})
export const forceQuery = z.object({ force: z.enum(['true', 'false']).default('false') })
/** Weights in double precision with an optimiser's state are the largest that make sense. */
const MOST_WEIGHT_BYTES = 1e9

export function modelRoutes(api: Api, { config, models }: { config: ServerConfig; models: Models }): void {
  route(api, { method: 'get', path: '/models', tag, summary: 'All models', answer: z.array(modelSchema) }, () =>
    models.list(),
  )
  route(
    api,
    { method: 'get', path: '/models/{id}', tag, summary: 'One model', params: idParam, answer: modelSchema },
    (_c, { params }) => models.get(params.id),
  )
  route(
    api,
    {
      method: 'post',
      path: '/models',
      tag,
      summary: 'Import weights (.pth) or an exported model (.onnx)',
      form: importSchema,
      answer: modelSchema,
      status: 201,
    },
    (c) =>
      receiveFile(
        c.env.incoming,
        join(config.dataDir, 'uploads'),
        () => Math.max(MOST_WEIGHT_BYTES, config.limits.uploadBytes),
        (file, given) => models.import(file, check('form', importSchema.omit({ file: true }), given)?.name),
      ),
  )
  route(
    api,
    {
      method: 'patch',
      path: '/models/{id}',
      tag,
      summary: 'Rename',
      params: idParam,
      body: nameSchema,
      answer: modelSchema,
    },
    (_c, { params, body }) => models.rename(params.id, body.name),
  )
  route(
    api,
    {
      method: 'get',
      path: '/models/{id}/file',
      tag,
      summary: 'Download',
      params: idParam,
      answer: 'application/octet-stream',
    },
    async (c, { params }) => {
      const [{ file }, info] = await Promise.all([models.file(params.id), models.get(params.id)])
      return sendFile(c, file, { download: info.file, headers: { 'X-Content-SHA256': info.sha256 } })
    },
  )
  route(
    api,
    {
      method: 'delete',
      path: '/models/{id}',
      tag,
      summary: 'Delete; force=true for the only copy',
      params: idParam,
      query: forceQuery,
      answer: null,
    },
    async (_c, { params, query }) => {
      await models.remove(params.id, query.force === 'true')
      return null
    },
  )
}
