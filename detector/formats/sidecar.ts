import type { SizeRule } from '../inference/types'

export type WeightsKind = 'base' | 'best' | 'final' | 'imported'

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
