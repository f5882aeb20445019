import { z } from '@hono/zod-openapi'
import type { DetectionResult } from '../../detector/detection/types'
import { type DetectionSettings, detectOptions } from '../../detector/options/detect'
import { sizeRuleSchema } from '../../detector/weights/sidecar'
import { optionFields, optionsSchema } from '../http/option-schema'
import { count, errorBodySchema, idSchema, leftOutSchema } from '../http/schema'

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
  .openapi('DetectionSettings') satisfies z.ZodType<DetectionSettings>

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
    leftOut: leftOutSchema.optional(),
    error: errorBodySchema.optional(),
    resultId: idSchema,
  })
  .openapi('Detection')
/** The answer to a detection: candidates from score 0.05, unless `filter` asked for the boxes above the threshold only. */
export type Detection = DetectionResult & { resultId: string }

/** Detection options in a form; `settingsOfForm` reads them. */
export const settingsFields = {
  settings: z.string().optional().openapi({
    description: 'JSON object of detection options (GET /api/options); each may be a field of its own instead',
  }),
  ...optionFields(detectOptions),
}

export const detectRequestSchema = z.object({
  image: z.string().openapi({ type: 'string', format: 'binary' }),
  model: idSchema.optional().openapi({ description: 'id of a model, the base model by default' }),
  filter: z.enum(['true', 'false']).optional().openapi({ description: 'true drops boxes below the threshold' }),
  ...settingsFields,
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
