import { type ErrorBody, UserError } from '../../detector/errors'
import { ChildEnded, RequestChild } from './request-child'
import type { ChildName } from './start-child'

/**
 * A child process that answers requests, and a just verdict when it ends: whatever was in work is tried once more in a
 * process of its own, one after another. Only what ends that one, too, is to blame, and is told so.
 */
export class SteadyChild {
  private readonly child: RequestChild
  private second: RequestChild | undefined
  private turn: Promise<unknown> = Promise.resolve()
  private closed = false

  /** @param blame what to say of a request that ends its process twice */
  constructor(
    private readonly name: Exclude<ChildName, 'training-child'>,
    private readonly timeoutMs: number,
    private readonly blame: (op: string) => ErrorBody,
  ) {
    this.child = new RequestChild(name, timeoutMs)
  }

  /**
   * Requests may be answered twice as far as they write files: they must write the same then.
   * @throws UserError as the child gave it, `timed-out`, what `blame` says; ChildEnded after `close`; Error for a defect
   */
  async request<T>(op: string, payload: unknown, progress?: (value: unknown) => void): Promise<T> {
    try {
      return await this.child.request<T>(op, payload, progress)
    } catch (error) {
      if (!(error instanceof ChildEnded) || this.closed) throw error
    }
    const again = this.turn.then(() => this.alone<T>(op, payload, progress))
    this.turn = again.catch(() => undefined)
    return again
  }

  /** Of the process that tries something again, else of the usual one. */
  get pid(): number | undefined {
    return this.second?.pid ?? this.child.pid
  }

  /** Ends the processes; what they work on is given up. */
  close(): void {
    this.closed = true
    this.child.close()
    this.second?.close()
  }

  private async alone<T>(op: string, payload: unknown, progress?: (value: unknown) => void): Promise<T> {
    if (this.closed) throw new ChildEnded(`${this.name} is closed`)
    const child = new RequestChild(this.name, this.timeoutMs)
    this.second = child
    try {
      return await child.request<T>(op, payload, progress)
    } catch (cause) {
      if (!(cause instanceof ChildEnded) || this.closed) throw cause
      throw new UserError(this.blame(op), { cause })
    } finally {
      child.close()
      this.second = undefined
    }
  }
}
