import { z } from '@hono/zod-openapi'
import { count, idSchema } from '../http/schema'

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
