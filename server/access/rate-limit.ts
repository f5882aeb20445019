/**
 * Counts failures per key and makes the next try wait: after `free` failures one second, then doubled up to `most`.
 * A success forgets. Bounded: the oldest keys go first.
 */
export class FailureLimit {
  private readonly failures = new Map<string, { count: number; until: number }>()

  constructor(
    private readonly free = 5,
    private readonly most = 300_000,
    private readonly keys = 10_000,
  ) {}

  /** Milliseconds until `key` may try again; 0 = now. */
  wait(key: string, now = performance.now()): number {
    return Math.max(0, (this.failures.get(key)?.until ?? 0) - now)
  }

  fail(key: string, now = performance.now()): void {
    const count = (this.failures.get(key)?.count ?? 0) + 1
    const pause = count <= this.free ? 0 : Math.min(this.most, 1000 * 2 ** (count - this.free - 1))
    this.failures.delete(key)
    this.failures.set(key, { count, until: now + pause })
    if (this.failures.size > this.keys) this.failures.delete(this.failures.keys().next().value!)
  }

  succeed(key: string): void {
    this.failures.delete(key)
  }
}

/** At most `most` requests per key in each `windowMs`. */
export class RequestLimit {
  private counts = new Map<string, number>()
  private window = 0

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
  ) {}

  allows(key: string, now = performance.now()): boolean {
    const window = Math.floor(now / this.windowMs)
    if (window !== this.window) {
      this.window = window
      this.counts = new Map()
    }
    const count = (this.counts.get(key) ?? 0) + 1
    this.counts.set(key, count)
    return count <= this.most
  }
}
