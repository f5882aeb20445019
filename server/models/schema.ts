import { z } from '@hono/zod-openapi'
import { metricsSchema, type Sidecar, sizeRuleSchema } from '../../detector/weights/sidecar'
import { count, idSchema, time } from '../http/schema'

export const modelSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    kind: z.enum(['base', 'best', 'final', 'imported']) satisfies z.ZodType<Sidecar['kind']>,
    format: z.enum(['pth', 'onnx']),
    file: z.string().openapi({ description: 'name of the file for download' }),
    size: count,
    sha256: z.string(),
    createdAt: time,
    thresholds: z.object({
      threshold: z.number(),
      binarizeThreshold: z.number(),
      unclipRatio: z.number(),
    }) satisfies z.ZodType<Sidecar['thresholds']>,
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
