import { z } from '@hono/zod-openapi'
import type { CheckReport } from '../../detector/dataset/check/check'
import type { PartFigures } from '../../detector/dataset/check/figures'
import type { Finding } from '../../detector/dataset/check/findings'
import { leftOutReasons } from '../../detector/picture/left-out'
import { count, errorBodySchema, idSchema, pageQuery, time } from '../http/schema'

const findingSchema = z
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
  .openapi('Finding') satisfies z.ZodType<Finding>

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
}) satisfies z.ZodType<PartFigures>

/** What the data doctor found; reports of older rows do not say what was left out. */
export type DataReport = Omit<CheckReport, 'root' | 'leftOut'> & Partial<Pick<CheckReport, 'leftOut'>>
const dataReportSchema = z
  .object({
    ok: z.boolean().openapi({ description: 'no errors: training can start' }),
    format: z.enum(['icdar', 'paddle', 'folders', 'unknown']),
    testFrom: z.enum(['list', 'split', 'train']).openapi({
      description: 'the validation part: one of its own, cut off from the training part, or the same',
    }),
    leftOut: z
      .array(z.object({ name: z.string(), why: z.enum(leftOutReasons), pages: count.optional() }))
      .optional()
      .openapi({ description: 'files and pages that are not read' }),
    findings: z.array(findingSchema).openapi({ description: 'the gravest first, then the checks that were passed' }),
    train: partFigures,
    test: partFigures,
    medianTextHeight: z.number().optional().openapi({ description: 'pixels' }),
    imageSize: z.number(),
    hash: z.string(),
    seconds: z.number(),
  })
  .openapi('DataReport') satisfies z.ZodType<DataReport>

export const datasetSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    state: z.enum(['checking', 'ready', 'invalid', 'missing', 'failed']),
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
const datasetImageSchema = z
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
