import type { RunEvent } from '../../detector/training/events'

/** How long a run was worked on, by the times of its events: from each start to the last word before the next. */
export class WorkClock {
  /** Seconds of the starts before the last one. */
  before = 0
  /** When the last start began and the last event was, ms. */
  since: number | undefined
  last: number | undefined
  first: number | undefined

  /** Takes events in order; those that were taken already change nothing. */
  add(event: RunEvent): void {
    const time = Date.parse(event.time)
    if (this.last !== undefined && time < this.last) return
    if (event.type === 'status' && event.state === 'preparing' && time !== this.since) {
      this.before = this.seconds
      this.since = time
    }
    this.first ??= time
    this.last = time
  }

  /** Seconds up to the last event. */
  get seconds(): number {
    return this.before + (this.since === undefined ? 0 : ((this.last ?? this.since) - this.since) / 1000)
  }
}
