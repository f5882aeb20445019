import type { Figures } from './icdar'

/** Of 100 sets of so many texts, about 95 have their hmean in this range (Wilson's interval). 0–1. */
export function hmeanInterval({ hmean, truths }: Pick<Figures, 'hmean' | 'truths'>): [low: number, high: number] {
  if (truths === 0) return [0, 1]
  const z2 = 1.96 ** 2 / truths
  const middle = (hmean + z2 / 2) / (1 + z2)
  const reach = Math.sqrt((hmean * (1 - hmean) + z2 / 4) * z2) / (1 + z2)
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}
