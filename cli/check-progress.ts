const WIDTH = 24

/**
 * Shows how far a check is, on one line that is overwritten; nothing without a terminal.
 * @param stream receives the line; not stdout, which belongs to results
 */
export class CheckProgress {
  private readonly begun = performance.now()
  private shownAt = 0

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(done: number, total: number): void {
    const now = performance.now()
    if (!this.stream.isTTY || (done < total && now - this.shownAt < 100)) return
    this.shownAt = now
    const filled = Math.round((WIDTH * done) / total)
    const rate = (1000 * done) / Math.max(1, now - this.begun)
    const left = Math.ceil((total - done) / Math.max(rate, 1e-9))
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
    this.stream.write(`\r\x1b[2K${bar} image ${done}/${total} | ${rate.toFixed(1)} images/s | ETA ${left} s`)
  }

  /** Removes the line. */
  clear(): void {
    if (this.stream.isTTY && this.shownAt > 0) this.stream.write('\r\x1b[2K')
  }
}
