import type { RunEvent } from '../../detector/training/events'

type Step = Extract<RunEvent, { type: 'step' }>

/**
 * Thins out step events to about `points`, gathered as they come: each bucket of neighbouring steps keeps the events with
 * its lowest and its highest loss, so that peaks stay visible; the first and the last step always stay. Other events pass.
 *
 * Buckets double when there are too many, so the number of steps need not be known before.
 */
export class Decimator {
  /** Events that are no steps. */
  private readonly others: RunEvent[] = []
  private readonly buckets: { low: Step; high: Step; count: number }[] = []
  private width = 1
  private first: Step | undefined
  private last: Step | undefined
  steps = 0

  constructor(private readonly points: number) {}

  add(event: RunEvent): void {
    if (event.type !== 'step') {
      this.others.push(event)
      return
    }
    this.steps++
    this.first ??= event
    this.last = event
    const open = this.buckets[this.buckets.length - 1]
    if (open && open.count < this.width) {
      if (event.loss < open.low.loss) open.low = event
      if (event.loss > open.high.loss) open.high = event
      open.count++
    } else this.buckets.push({ low: event, high: event, count: 1 })
    // Two events a bucket, and between points / 2 and points of them in all.
    if (this.buckets.length > this.points) this.halve()
  }

  /** What is left, in the order of the numbers. */
  events(): RunEvent[] {
    while (this.buckets.length * 2 > this.points && this.steps > this.points) this.halve()
    const kept = new Set<Step>()
    for (const { low, high } of this.buckets) kept.add(low).add(high)
    if (this.first) kept.add(this.first)
    if (this.last) kept.add(this.last)
    const steps = [...kept].sort((a, b) => a.seq - b.seq)
    return merge(steps, this.others)
  }

  private halve(): void {
    const { buckets } = this
    const half = Math.ceil(buckets.length / 2)
    for (let i = 0; i < half; i++) {
      const a = buckets[2 * i]
      const b = buckets[2 * i + 1]
      buckets[i] = b
        ? {
            low: b.low.loss < a.low.loss ? b.low : a.low,
            high: b.high.loss > a.high.loss ? b.high : a.high,
            count: a.count + b.count,
          }
        : a
    }
    buckets.length = half
    this.width *= 2
  }
}

function merge(a: readonly RunEvent[], b: readonly RunEvent[]): RunEvent[] {
  const out: RunEvent[] = []
  let j = 0
  for (const event of a) {
    while (j < b.length && b[j].seq < event.seq) out.push(b[j++])
    out.push(event)
  }
  return out.concat(b.slice(j))
}
