/** A value from a share of the budget on. */
export interface Step<T> {
  from: number
  value: T
}

/** `0:256x8,0.5:320x6`: from half the budget on crops of 320 pixels, six a batch. */
export function parseStages(text: string): Step<{ size: number; batch: number }>[] {
  return parsePlan(text, (part) => {
    const match = /^(\d+)x(\d+)$/.exec(part)
    if (!match || Number(match[1]) % 32 !== 0) return undefined
    return { size: Number(match[1]), batch: Number(match[2]) }
  })
}

/** `0:0.3,0.8:0.6`: shares from 0 to 1. */
export function parseShares(text: string): Step<number>[] {
  return parsePlan(text, (part) => {
    const value = Number(part)
    return value >= 0 && value <= 1 ? value : undefined
  })
}

function parsePlan<T>(text: string, parse: (part: string) => T | undefined): Step<T>[] {
  const steps = text.split(',').map((entry) => {
    const [from, part] = entry.split(':')
    const value = part === undefined ? undefined : parse(part)
    if (value === undefined || !(Number(from) >= 0 && Number(from) < 1))
      throw new Error(`Not a plan: "${entry}" in "${text}"`)
    return { from: Number(from), value }
  })
  if (steps[0].from !== 0 || steps.some(({ from }, i) => i > 0 && from <= steps[i - 1].from))
    throw new Error(`A plan begins at 0 and goes up: "${text}"`)
  return steps
}

/** What holds at a share of the budget. */
export function valueAt<T>(steps: readonly Step<T>[], progress: number): T {
  return steps.findLast(({ from }) => progress >= from)!.value
}

/** Linear warm-up over steps, then half a cosine over the budget down to 1 % of the rate. */
export function rateAt(lr: number, step: number, warmup: number, progress: number): number {
  const cosine = 0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)))
  return lr * cosine * Math.min(1, (step + 1) / Math.max(1, warmup))
}
