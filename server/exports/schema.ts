import { z } from '@hono/zod-openapi'
import type { ExportStage } from '../../detector/export/export-report'
import { exportOptions } from '../../detector/options/export'
import { optionsSchema } from '../http/option-schema'
import { count, errorBodySchema, idSchema, jobStateSchema, time } from '../http/schema'

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
    stage: (z.enum(['build', 'quantise', 'verify']) satisfies z.ZodType<ExportStage>).nullable(),
    share: z.number().openapi({ description: '0–1' }),
    file: z.string().nullable().openapi({ example: 'model_800x800.onnx' }),
    size: count.nullable(),
    sha256: z.string().nullable(),
    opset: count.nullable(),
    inputs: z.array(tensorSchema),
    outputs: z.array(tensorSchema),
    checks: z.array(z.object({ name: z.string(), value: z.string(), limit: z.string(), ok: z.boolean().nullable() })),
    lastSeq: count,
    error: errorBodySchema.nullable(),
  })
  .openapi('Export')
export type ExportInfo = z.infer<typeof exportSchema>
