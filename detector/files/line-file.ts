import { appendFileSync, truncateSync } from 'node:fs'
import { asUserError } from './atomic-write'

/**
 * A file that grows by whole lines. What a full disk leaves of a line is cut off again, at once or before the next line, so
 * that the lines before and after stay readable. One writer at a time.
 */
export class LineFile {
  private torn = false

  /** @param length bytes of whole lines that are in the file; 0 when it does not exist */
  constructor(
    private readonly file: string,
    private length: number,
  ) {}

  /**
   * Adds a line, or leaves the file as it was.
   * @param line without its end
   * @throws UserError `disk-full`, `write-refused`
   */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`)
    if (this.torn) this.cut()
    try {
      appendFileSync(this.file, bytes)
    } catch (error) {
      this.torn = true
      try {
        this.cut()
      } catch {
        // The error that is told is the one of the writing; the next append cuts.
      }
      throw asUserError(error, this.file)
    }
    this.length += bytes.length
  }

  private cut(): void {
    truncateSync(this.file, this.length)
    this.torn = false
  }
}
