import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { aboveThreshold } from '../../detector/detection/result'
import type { ServerConfig } from '../config/config'
import { receiveFile } from '../http/receive-file'
import { type Api, check, route } from '../http/route'
import { idParam } from '../http/schema'
import { IMMUTABLE, sendFile } from '../http/send-file'
import { settingsOfForm } from './detect-form'
import type { Detections } from './detections'
import { candidatesRequestSchema, type Detection, detectionSchema, detectRequestSchema } from './schema'

const tag = 'Detection'
const layerQuery = z.object({ layer: z.enum(['heat', 'gray']).default('heat') })
const pictureQuery = z.object({ threshold: z.coerce.number().min(0).max(1).optional() })
const fieldsSchema = detectRequestSchema.omit({ image: true })

export function detectRoutes(api: Api, { config, detections }: { config: ServerConfig; detections: Detections }): void {
  route(
    api,
    {
      method: 'post',
      path: '/detect',
      tag,
      summary: 'Find text in a picture',
      form: detectRequestSchema,
      answer: detectionSchema,
    },
    (c) =>
      receiveFile(
        c.env.incoming,
        join(config.dataDir, 'uploads'),
        () => config.limits.uploadBytes,
        async (file, given) => {
          const fields = check('form', fieldsSchema, given) ?? {}
          const detection = await detections.detect(file, fields.model ?? 'base', settingsOfForm(fields))
          return fields.filter === 'true' ? filtered(detection) : detection
        },
      ),
  )
  route(
    api,
    {
      method: 'get',
      path: '/results/{id}',
      tag,
      summary: 'A kept result',
      params: idParam,
      answer: detectionSchema,
    },
    (_c, { params }) => detections.get(params.id),
  )
  route(
    api,
    {
      method: 'post',
      path: '/results/{id}/candidates',
      tag,
      summary: 'Boxes again from the kept probability map',
      params: idParam,
      body: candidatesRequestSchema,
      answer: detectionSchema,
    },
    (_c, { params, body }) => detections.candidates(params.id, body),
  )
  route(
    api,
    {
      method: 'get',
      path: '/results/{id}/map',
      tag,
      summary: 'Probability map as a picture',
      params: idParam,
      query: layerQuery,
      answer: 'image/png',
    },
    async (c, { params, query }) => sendFile(c, await detections.map(params.id, query.layer), { cache: IMMUTABLE }),
  )
  route(
    api,
    {
      method: 'get',
      path: '/results/{id}/image',
      tag,
      summary: 'The upright picture',
      params: idParam,
      answer: 'image/webp',
    },
    async (c, { params }) => sendFile(c, await detections.image(params.id), { cache: IMMUTABLE }),
  )
  route(
    api,
    {
      method: 'get',
      path: '/results/{id}/picture',
      tag,
      summary: 'The picture with its boxes',
      params: idParam,
      query: pictureQuery,
      answer: 'image/png',
    },
    async (c, { params, query }) =>
      sendFile(c, await detections.picture(params.id, query.threshold), { download: 'detection_result.png' }),
  )
}

function filtered(detection: Detection): Detection {
  const shown = aboveThreshold(detection, detection.settings.threshold)
  return { ...detection, ...shown, texts: shown.boxes.map(() => ['']) }
}
