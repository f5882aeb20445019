import { z } from '@hono/zod-openapi'
import { trainOptions } from '../../detector/options/train'
import type { RunEvent } from '../../detector/training/events'
import { metricsSchema } from '../../detector/weights/sidecar'
import { optionsSchema } from '../http/option-schema'
import { count, errorBodySchema, idSchema, jobStateSchema, time } from '../http/schema'

const trainRequestOptions = optionsSchema(trainOptions).openapi('TrainOptions')
export const runRequestSchema = z
  .object({ name: z.string().min(1).max(120).optional(), dataset: idSchema.optional(), options: trainRequestOptions })
  .strict()
  .openapi('RunRequest', {
    description: 'options.data may be left out when dataset is given; options.model is the id of a model, or random.',
  })
export type RunRequest = z.infer<typeof runRequestSchema>
export const runPatchSchema = z.object({ name: z.string().min(1).max(120) }).strict()

const texts = count.optional().openapi({ description: 'readable texts of the test part; 0: nothing was measured' })
const bestSchema = metricsSchema.extend({ epoch: count, threshold: z.number(), binarizeThreshold: z.number(), texts })
export const runSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    state: jobStateSchema,
    directory: z.string().openapi({ description: 'relative to the project: workdirs/exp_…' }),
    dataset: z.object({ id: z.string().nullable(), name: z.string(), path: z.string() }),
    model: z.object({ id: z.string(), name: z.string() }),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    command: z.string().openapi({ description: 'the equivalent ocr-detect train' }),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    queuePosition: count.nullable().openapi({ description: '0 = next to start' }),
    external: z
      .boolean()
      .openapi({ description: 'trained now by another process (ocr-detect train): nothing can be done to it here' }),
    epoch: count,
    epochs: count,
    step: count,
    steps: count.openapi({ description: '0 while unknown' }),
    loss: z.number().nullable(),
    lr: z.number().nullable(),
    imagesPerS: z.number().nullable(),
    dataWait: z.number().nullable(),
    cpu: z.number().nullable(),
    memoryBytes: z.number().nullable(),
    elapsedSeconds: z.number(),
    etaSeconds: z.number().nullable(),
    best: bestSchema.nullable(),
    base: metricsSchema.nullable().openapi({ description: 'the starting model on the same validation pictures' }),
    calibration: z
      .object({ threshold: z.number(), binarizeThreshold: z.number(), hmean: z.number(), texts })
      .nullable(),
    bestModel: idSchema.nullable(),
    finalModel: idSchema.nullable(),
    files: z.array(z.object({ name: z.string(), size: count })),
    lastSeq: count,
    generation: count.openapi({ description: 'grows when a resume takes back events' }),
    error: errorBodySchema.nullable(),
  })
  .openapi('Run')
export type RunInfo = z.infer<typeof runSchema>

export const eventsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  points: z.coerce.number().int().min(10).max(100_000).optional().openapi({
    description: 'at most about this many step events, chosen by minimum and maximum of buckets; other events all come',
  }),
})
export const eventsSchema = z
  .object({
    events: z.array(z.record(z.string(), z.unknown())).openapi({ description: 'see the socket messages' }),
    lastSeq: count,
    generation: count,
    steps: count.openapi({ description: 'step events before decimation' }),
  })
  .openapi('Events')
export interface RunEventsPage {
  events: RunEvent[]
  lastSeq: number
  generation: number
  steps: number
}

export const estimateRequestSchema = z
  .object({ dataset: idSchema.optional(), options: trainRequestOptions })
  .strict()
  .openapi('EstimateRequest')
export type EstimateRequest = z.infer<typeof estimateRequestSchema>
export const estimateSchema = z
  .object({
    seconds: z.number().openapi({ description: 'whole run' }),
    secondsPerEpoch: z.number(),
    imagesPerS: z.number(),
    steps: count,
    stepsPerEpoch: count,
    measuredSteps: count,
    memoryBytes: z.number().openapi({ description: 'peak' }),
    freeMemoryBytes: z.number(),
  })
  .openapi('Estimate')
export type Estimate = z.infer<typeof estimateSchema>
