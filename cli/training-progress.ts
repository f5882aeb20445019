import type { RunEvent } from '../detector/training/events'
import { logLines } from '../detector/training/log-file'

const WIDTH = 24
/** Steps over which the time left is estimated. */
const WINDOW = 20

/** `1:05:09`, or `5:09` below an hour. */
export function formatSeconds(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  const two = (n: number): string => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`
}

/**
 * The events of a run for a terminal: a line for what stays, and one that is overwritten with every step. Without a
 * terminal the overwritten line appears only every tenth step, as a line.
 */
export class TrainingProgress {
  private readonly times: number[] = []
  private shown = false

  constructor(
    private readonly totalSteps: number,
    private readonly imagesPerStep: number,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  show(event: RunEvent, nowMs = performance.now()): void {
    if (event.type === 'step') {
      this.times.push(nowMs)
      if (this.times.length > WINDOW + 1) this.times.shift()
      const text = this.bar(event)
      if (this.stream.isTTY) {
        this.stream.write(`\r\x1b[2K${text.slice(0, (this.stream.columns ?? 120) - 1)}`)
        this.shown = true
      } else if (event.step === 1 || event.step % 10 === 0 || event.step === this.totalSteps) {
        this.stream.write(`${text}\n`)
      }
      return
    }
    if (event.type === 'failed' || (event.type === 'status' && event.state !== 'running')) return
    for (const line of logLines(event)) this.line(line)
  }

  line(text: string): void {
    this.clear()
    this.stream.write(`${text}\n`)
  }

  /** Removes the overwritten line. */
  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[2K')
    this.shown = false
  }

  private bar(event: Extract<RunEvent, { type: 'step' }>): string {
    const filled = Math.round((WIDTH * event.step) / this.totalSteps)
    const seconds = (this.times[this.times.length - 1] - this.times[0]) / 1000
    const perStep = this.times.length > 1 ? seconds / (this.times.length - 1) : this.imagesPerStep / event.imagesPerS
    const left = formatSeconds(perStep * (this.totalSteps - event.step))
    const rate = (this.imagesPerStep / perStep).toFixed(1)
    const done = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
    return `${done} step ${event.step}/${this.totalSteps} | loss ${event.loss.toFixed(4)} | ${rate} images/s | ETA ${left}`
  }
}
