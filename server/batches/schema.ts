import { z } from '@hono/zod-openapi'
import { detectionSettingsSchema, detectSettingsInput } from '../detections/schema'
import { ITEM_STATES } from '../events/job-states'
import {
  acceptedSchema,
  count,
  errorBodySchema,
  idSchema,
  jobStateSchema,
  leftOutSchema,
  pageQuery,
  time,
} from '../http/schema'

export const batchRequestSchema = z
  .object({
    name: z.string().max(120).optional(),
    model: idSchema.optional(),
    settings: detectSettingsInput.optional(),
  })
  .strict()
  .openapi('BatchRequest')
export type BatchRequest = z.infer<typeof batchRequestSchema>

export const batchSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    state: jobStateSchema,
    createdAt: time,
    endedAt: time.optional(),
    model: z.object({ id: z.string(), name: z.string() }),
    settings: detectionSettingsSchema,
    total: count,
    done: count.openapi({ description: 'finished without error, pictures without text included' }),
    empty: count.openapi({ description: 'of these, without text' }),
    failed: count,
    boxes: count,
    seconds: z.number().openapi({ description: 'time spent in detection' }),
    directory: z.string().openapi({ description: 'relative to the project: outputs/outputs_…' }),
    open: z.boolean().openapi({ description: 'true while more pictures may be added' }),
    lastSeq: count,
    leftOut: leftOutSchema.openapi({ description: 'files of zips, and pages, that were not read' }),
    error: errorBodySchema.optional(),
  })
  .openapi('Batch')
export type BatchInfo = z.infer<typeof batchSchema>

const batchItemSchema = z
  .object({
    id: idSchema,
    index: count,
    name: z.string().openapi({ description: 'name with the folder inside the upload' }),
    state: z.enum(ITEM_STATES),
    boxes: count.optional(),
    width: count.optional(),
    height: count.optional(),
    seconds: z.number().optional(),
    error: errorBodySchema.optional(),
  })
  .openapi('BatchItem')
export type BatchItemInfo = z.infer<typeof batchItemSchema>

export const batchItemsQuery = z.object({
  ...pageQuery(500, 100),
  filter: z.enum(['all', 'empty', 'failed', 'done', 'text']).default('all'),
})
export const batchItemsSchema = z
  .object({
    items: z.array(batchItemSchema),
    next: count.nullable().openapi({ description: '`after` of the next page' }),
  })
  .openapi('BatchItems')
export const retryRequestSchema = z.object({ items: z.array(idSchema).max(10000).optional() }).strict()
const refusedSchema = z.array(z.object({ name: z.string(), error: errorBodySchema }))
/** Answer to a batch that came as one form. */
export const batchAcceptedSchema = acceptedSchema
  .extend({ refused: refusedSchema.openapi({ description: 'files that were left out' }), leftOut: leftOutSchema })
  .openapi('BatchAccepted')
export type BatchAccepted = z.infer<typeof batchAcceptedSchema>
export const uploadedSchema = z
  .object({
    added: count,
    refused: refusedSchema,
    leftOut: leftOutSchema.openapi({ description: 'files inside zips' }),
    batch: batchSchema,
  })
  .openapi('Uploaded')
export type Uploaded = z.infer<typeof uploadedSchema>
