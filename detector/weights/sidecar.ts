import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UserError } from '../errors'
import { asReadError } from '../files/read-bytes'
import type { SizeRule } from '../options/detect'

type WeightsKind = 'base' | 'best' | 'final' | 'imported'

export interface Metrics {
  precision: number
  recall: number
  hmean: number
  /** Average precision over all candidates; the guide's mAP (one class). */
  ap: number
}

/** `<name>.json` beside each weight file: what the weights do not say themselves. */
export interface Sidecar {
  version: 1
  sha256: string
  kind: WeightsKind
  thresholds: { threshold: number; binarizeThreshold: number; unclipRatio: number }
  size: SizeRule
  /** Subtracted from B, G, R in 0–255 before the division by 255. */
  mean: [b: number, g: number, r: number]
  metrics: Record<string, Metrics>
  source: { run?: string; epoch?: number; dataHash?: string; seed?: number; base?: string; note?: string }
}

/** Forms of what sidecars say; the server describes its answers by them too. */
const share = z.number().min(0).max(1)
const side = z
  .number()
  .int()
  .min(1)
  .max(1 << 16)

export const sizeRuleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('auto') }),
  z.object({ rule: z.literal('short-side'), value: side }),
  z.object({ rule: z.literal('long-side'), value: side }),
  z.object({ rule: z.literal('fixed'), width: side, height: side }),
]) satisfies z.ZodType<SizeRule>
export const metricsSchema = z.object({
  precision: share,
  recall: share,
  hmean: share,
  ap: share,
}) satisfies z.ZodType<Metrics>

const sidecarSchema: z.ZodType<Sidecar> = z.object({
  version: z.literal(1),
  sha256: z.string(),
  kind: z.enum(['base', 'best', 'final', 'imported']),
  thresholds: z.object({ threshold: share, binarizeThreshold: share, unclipRatio: z.number().positive().max(10) }),
  size: sizeRuleSchema,
  mean: z.tuple([z.number(), z.number(), z.number()]),
  metrics: z.record(z.string(), metricsSchema).default({}),
  source: z
    .object({
      run: z.string().optional(),
      epoch: z.number().optional(),
      dataHash: z.string().optional(),
      seed: z.number().optional(),
      base: z.string().optional(),
      note: z.string().optional(),
    })
    .default({}),
})

/** Path of the sidecar of a weight file: the same name with `.json`. */
export const sidecarPath = (weights: string): string => weights.replace(/(?:\.[^./\\]+)?$/, '.json')

/**
 * Reads the sidecar beside a weight file; undefined when there is none.
 * @throws UserError `sidecar-damaged`, `file-unreadable`
 */
export async function readSidecar(weights: string): Promise<Sidecar | undefined> {
  const file = sidecarPath(weights)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asReadError(error, file)
  }
  const parsed = sidecarSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [{ path, message }] = parsed.error.issues
  throw new UserError({
    code: 'sidecar-damaged',
    message: `The file beside the weights cannot be used: ${path.length > 0 ? `"${path.join('.')}": ` : ''}${message}.`,
    where: { file },
    fix: 'Restore it, or delete it to work with default thresholds.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
