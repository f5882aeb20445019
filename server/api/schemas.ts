/**
 * Requests and responses of the HTTP API and messages of the socket: zod schemas (checked at the border, source of the
 * OpenAPI document) and their types. Pages import the types only (`import type`), so that zod stays out of the bundle.
 */
import { z } from '@hono/zod-openapi'
import type { ErrorBody } from '../../detector/errors'
import type { DetectionResult } from '../../detector/inference/types'
import { detectOptions } from '../../detector/options/detect'
import { exportOptions } from '../../detector/options/export'
import { trainOptions } from '../../detector/options/train'
import type { JobState, RunEvent } from '../../detector/training/events'
import { optionsSchema } from './option-schema'

// ------------------------------------------------------------------------------------------------------------ common
export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'option-invalid' }),
      message: z.string(),
      where: z.object({ file: z.string(), line: z.number().int().optional() }).optional(),
      fix: z.string().optional(),
    }),
  })
  .openapi('Error')
const errorBodySchema = errorSchema.shape.error

/** Ids are made by the server; nothing that could be a path passes. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'an id expected')
export const idParam = z.object({ id: idSchema })

const states = [
  'queued',
  'preparing',
  'running',
  'pausing',
  'paused',
  'done',
  'failed',
  'stopped',
  'interrupted',
] as const
export const jobStateSchema = z.enum(states).openapi('JobState')
export const acceptedSchema = z.object({ id: idSchema, state: jobStateSchema }).openapi('Accepted')
export type Accepted = z.infer<typeof acceptedSchema>

const time = z.string().openapi({ format: 'date-time' })
const count = z.number().int().min(0)

const pageQuery = (most: number, usual: number) => ({
  after: z.coerce.number().int().min(0).default(0).openapi({ description: 'index after which the page begins' }),
  limit: z.coerce.number().int().min(1).max(most).default(usual),
})

// --------------------------------------------------------------------------------------------------------- detection
const sizeRuleSchema = z.union([
  z.object({ rule: z.literal('auto') }),
  z.object({ rule: z.literal('short-side'), value: z.number() }),
  z.object({ rule: z.literal('long-side'), value: z.number() }),
  z.object({ rule: z.literal('fixed'), width: z.number(), height: z.number() }),
])
export const detectionSettingsSchema = z
  .object({
    threshold: z.number(),
    binarizeThreshold: z.number(),
    unclipRatio: z.number(),
    maxCandidates: z.number(),
    minSide: z.number(),
    size: sizeRuleSchema,
    preset: z.enum(['document', 'blurry', 'small-text', 'advert']).optional(),
    denoise: z.boolean(),
    suppressBackground: z.boolean(),
    polygon: z.boolean(),
  })
  .openapi('DetectionSettings')

export const detectionSchema = z
  .object({
    image_path: z.string(),
    texts: z.array(z.array(z.string())),
    boxes: z
      .array(z.array(z.number().int()).length(8))
      .openapi({ description: 'x1,y1 … x4,y4 clockwise from top-left' }),
    scores: z.array(z.number()),
    success: z.boolean(),
    inference_time: z.number().openapi({ description: 'seconds' }),
    polygons: z.array(z.array(z.array(z.number()).length(2))).optional(),
    image_size: z.array(z.number().int()).length(2).openapi({ description: '[width, height] of the upright picture' }),
    timings: z
      .object({ decode: z.number(), preprocess: z.number(), network: z.number(), postprocess: z.number() })
      .openapi({ description: 'milliseconds' }),
    omitted: count,
    model: z.object({ name: z.string(), sha256: z.string() }),
    settings: detectionSettingsSchema,
    error: errorBodySchema.optional(),
    resultId: idSchema,
  })
  .openapi('Detection')
/** The answer to a detection: candidates from score 0.05, unless `filter` asked for the boxes above the threshold only. */
export type Detection = DetectionResult & { resultId: string }

export const detectRequestSchema = z.object({
  image: z.string().openapi({ type: 'string', format: 'binary' }),
  model: idSchema.optional().openapi({ description: 'id of a model, the base model by default' }),
  settings: z.string().optional().openapi({ description: 'JSON object of detection options (GET /api/options)' }),
  filter: z.enum(['true', 'false']).optional().openapi({ description: 'true drops boxes below the threshold' }),
})

export const detectSettingsInput = optionsSchema(detectOptions).openapi('DetectOptions')

/** What may change without running the network again. */
export const candidatesRequestSchema = z
  .object({
    binarizeThreshold: z.number().optional(),
    unclipRatio: z.number().optional(),
    maxCandidates: z.number().optional(),
    polygon: z.boolean().optional(),
  })
  .strict()
  .openapi('CandidatesRequest')
export type CandidatesRequest = z.infer<typeof candidatesRequestSchema>

// ----------------------------------------------------------------------------------------------------------- batches
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
    error: errorBodySchema.optional(),
  })
  .openapi('Batch')
export type BatchInfo = z.infer<typeof batchSchema>

export const batchItemSchema = z
  .object({
    id: idSchema,
    index: count,
    name: z.string().openapi({ description: 'name with the folder inside the upload' }),
    state: z.enum(['queued', 'running', 'done', 'failed', 'stopped']),
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
  .extend({ refused: refusedSchema.openapi({ description: 'files that were left out' }) })
  .openapi('BatchAccepted')
export type BatchAccepted = z.infer<typeof batchAcceptedSchema>
export const uploadedSchema = z
  .object({
    added: count,
    refused: refusedSchema,
    batch: batchSchema,
  })
  .openapi('Uploaded')
export type Uploaded = z.infer<typeof uploadedSchema>

// ---------------------------------------------------------------------------------------------------------- datasets
export const findingSchema = z
  .object({
    severity: z.enum(['error', 'warning', 'note', 'passed']),
    code: z.string(),
    message: z.string(),
    fix: z.string().optional(),
    count,
    where: z
      .array(z.object({ file: z.string(), line: z.number().int().optional(), detail: z.string() }))
      .openapi({ description: 'the first places' }),
  })
  .openapi('Finding')
export type Finding = z.infer<typeof findingSchema>

const partFigures = z.object({
  images: count.openapi({ description: 'pictures that can be used' }),
  listed: count.openapi({ description: 'pictures that were to be read' }),
  boxes: count.openapi({ description: 'annotated texts' }),
  ignored: count.openapi({ description: 'of these marked as unreadable (###)' }),
  tooSmall: count,
  tiny: count,
  withoutText: count,
  medianTextHeight: z.number().optional(),
  medianScaledHeight: z.number().optional(),
  heights: z.array(z.object({ from: z.number(), count })),
})
export const dataReportSchema = z
  .object({
    ok: z.boolean().openapi({ description: 'no errors: training can start' }),
    format: z.enum(['icdar', 'paddle', 'folders', 'unknown']),
    testFrom: z.enum(['list', 'split', 'train']).openapi({
      description: 'the validation part: one of its own, cut off from the training part, or the same',
    }),
    findings: z.array(findingSchema).openapi({ description: 'the gravest first, then the checks that were passed' }),
    train: partFigures,
    test: partFigures,
    medianTextHeight: z.number().optional().openapi({ description: 'pixels' }),
    imageSize: z.number(),
    hash: z.string(),
    seconds: z.number(),
  })
  .openapi('DataReport')
export type DataReport = z.infer<typeof dataReportSchema>

export const datasetSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    state: z.enum(['unpacking', 'checking', 'ready', 'invalid', 'missing', 'failed']),
    origin: z.enum(['directory', 'upload']),
    path: z.string().openapi({ description: 'where it lies on the server' }),
    createdAt: time,
    checkedAt: time.optional(),
    runs: count.openapi({ description: 'runs that use it' }),
    report: dataReportSchema.optional(),
    error: errorBodySchema.optional(),
  })
  .openapi('Dataset')
export type DatasetInfo = z.infer<typeof datasetSchema>

export const datasetRequestSchema = z
  .object({ path: z.string().min(1).max(4096), name: z.string().max(120).optional() })
  .strict()
  .openapi('DatasetRequest')

export const datasetImagesQuery = z.object({ ...pageQuery(200, 24), split: z.enum(['train', 'test']).default('train') })
export const datasetImageSchema = z
  .object({
    index: count,
    name: z.string(),
    width: count,
    height: count,
    boxes: z.array(z.object({ points: z.array(z.number()), text: z.string(), ignored: z.boolean() })),
    error: errorBodySchema.optional(),
  })
  .openapi('DatasetImage')
export type DatasetImage = z.infer<typeof datasetImageSchema>
export const datasetImagesSchema = z
  .object({ total: count, images: z.array(datasetImageSchema), next: count.nullable() })
  .openapi('DatasetImages')

export const directoriesSchema = z
  .object({
    path: z.string(),
    parent: z.string().nullable(),
    roots: z.array(z.string()),
    entries: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        dataset: z.boolean().openapi({ description: 'looks like training data' }),
      }),
    ),
    dataset: z.boolean(),
  })
  .openapi('Directories')
export type Directories = z.infer<typeof directoriesSchema>

// -------------------------------------------------------------------------------------------------------------- runs
const metricsSchema = z.object({ precision: z.number(), recall: z.number(), hmean: z.number(), ap: z.number() })

export const trainRequestOptions = optionsSchema(trainOptions).openapi('TrainOptions')
export const runRequestSchema = z
  .object({ name: z.string().min(1).max(120).optional(), dataset: idSchema.optional(), options: trainRequestOptions })
  .strict()
  .openapi('RunRequest', {
    description: 'options.data may be left out when dataset is given; options.model is the id of a model, or random.',
  })
export type RunRequest = z.infer<typeof runRequestSchema>
export const runPatchSchema = z.object({ name: z.string().min(1).max(120) }).strict()

const bestSchema = metricsSchema.extend({ epoch: count, threshold: z.number(), binarizeThreshold: z.number() })
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
    calibration: z.object({ threshold: z.number(), binarizeThreshold: z.number(), hmean: z.number() }).nullable(),
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
    suggestions: z.array(
      z.object({
        key: z.string(),
        value: z.union([z.string(), z.number(), z.boolean()]),
        reason: z.object({ zh: z.string(), en: z.string() }),
      }),
    ),
  })
  .openapi('Estimate')
export type Estimate = z.infer<typeof estimateSchema>

// ------------------------------------------------------------------------------------------------------------ models
export const modelSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    kind: z.enum(['base', 'best', 'final', 'imported']),
    format: z.enum(['pth', 'onnx']),
    file: z.string().openapi({ description: 'name of the file for download' }),
    size: count,
    sha256: z.string(),
    createdAt: time,
    thresholds: z.object({ threshold: z.number(), binarizeThreshold: z.number(), unclipRatio: z.number() }),
    sizeRule: sizeRuleSchema,
    metrics: z.record(z.string(), metricsSchema),
    run: z.object({ id: z.string(), name: z.string(), epoch: count.nullable() }).nullable(),
    trainable: z.boolean().openapi({ description: 'may be the start of a run' }),
    exportable: z.boolean(),
    missing: z.boolean().openapi({ description: 'its file is gone' }),
    deletable: z.boolean(),
    blocked: z.enum(['base', 'in-use', 'only-copy']).nullable().openapi({
      description: 'why it is not simply deletable; only-copy goes with ?force=true',
    }),
  })
  .openapi('Model')
export type ModelInfo = z.infer<typeof modelSchema>

// ----------------------------------------------------------------------------------------------------------- exports
export const exportRequestSchema = z
  .object({ model: idSchema, options: optionsSchema(exportOptions).openapi('ExportOptions').optional() })
  .strict()
  .openapi('ExportRequest')
export type ExportRequest = z.infer<typeof exportRequestSchema>
const tensorSchema = z.object({ name: z.string(), type: z.string(), shape: z.array(z.union([z.number(), z.string()])) })
export const exportSchema = z
  .object({
    id: idSchema,
    state: jobStateSchema,
    model: z.object({ id: z.string(), name: z.string() }),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    createdAt: time,
    endedAt: time.optional(),
    seconds: z.number().nullable(),
    stage: z.enum(['build', 'quantise', 'verify']).nullable(),
    share: z.number().openapi({ description: '0–1' }),
    file: z.string().nullable().openapi({ example: 'model_800x800.onnx' }),
    size: count.nullable(),
    sha256: z.string().nullable(),
    opset: count.nullable(),
    inputs: z.array(tensorSchema),
    outputs: z.array(tensorSchema),
    checks: z.array(z.object({ name: z.string(), value: z.string(), limit: z.string(), ok: z.boolean() })),
    lastSeq: count,
    error: errorBodySchema.nullable(),
  })
  .openapi('Export')
export type ExportInfo = z.infer<typeof exportSchema>

// ------------------------------------------------------------------------------------------------------------ system
export const systemSchema = z
  .object({
    version: z.string(),
    device: z.string(),
    cpus: count,
    memoryBytes: z.number(),
    freeMemoryBytes: z.number(),
    running: z.array(
      z.object({ kind: z.enum(['run', 'batch', 'export']), id: idSchema, name: z.string(), share: z.number() }),
    ),
    engines: z.array(z.object({ name: z.enum(['onnxruntime', 'tensorflow']), runsOn: z.string() })),
    limits: z.object({ uploadBytes: count, zipBytes: count, pixels: count }),
  })
  .openapi('System')
export type SystemInfo = z.infer<typeof systemSchema>
export const sessionSchema = z
  .object({ access: z.enum(['local', 'open', 'granted', 'needed']) })
  .openapi('Session', { description: 'why this client may enter, or needed' })
export const loginRequestSchema = z.object({ code: z.string().min(1).max(200) }).strict()
export const healthSchema = z.object({ ok: z.literal(true) }).openapi('Health')
export const readySchema = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) }).openapi('Ready')

// ------------------------------------------------------------------------------------------------------------ socket
interface EventBase {
  seq: number
  time: string
}
export type BatchEvent = EventBase &
  (
    | {
        type: 'item'
        itemId: string
        index: number
        name: string
        state: 'queued' | 'running' | 'done' | 'failed' | 'stopped'
        boxes?: number
        error?: ErrorBody
      }
    | { type: 'status'; state: JobState; done: number; failed: number; total: number }
  )
export type ExportEvent = EventBase &
  (
    | { type: 'progress'; share: number; stage: 'build' | 'quantise' | 'verify' }
    | { type: 'status'; state: JobState; error?: ErrorBody }
  )
export type WatchKind = 'run' | 'batch' | 'export'
export interface WatchRequest {
  kind: WatchKind
  id: string
  /** Sequence number of the last event the client has; 0 for all. */
  after: number
  /** The generation its events are of; lets the server tell a client that some were taken back. */
  generation?: number
}
export interface ServerToClient {
  event(message: { kind: WatchKind; id: string; event: RunEvent | BatchEvent | ExportEvent }): void
  /** A resume restored an earlier state: events after `seq` have not happened, new ones follow. */
  cut(message: { kind: 'run'; id: string; seq: number; generation: number }): void
  /** Something in a list changed (made, deleted, other state); at most four a second for one id. */
  changed(message: { kind: WatchKind | 'model' | 'dataset'; id: string }): void
}
export interface ClientToServer {
  watch(
    request: WatchRequest,
    answer?: (result: { ok: true; lastSeq: number; generation: number } | { ok: false; error: ErrorBody }) => void,
  ): void
  unwatch(request: { kind: WatchKind; id: string }): void
}
