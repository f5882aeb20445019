import type { ChildProcess } from 'node:child_process'
import { UserError } from '../../detector/errors'
import type { Request, Response } from './protocol'
import { type ChildName, endReason, startChild } from './start-child'

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
  progress?: (value: unknown) => void
  timer: NodeJS.Timeout
}

/** The child ended while it worked on this; whether the work was to blame is not known. */
export class ChildEnded extends Error {}

/** A child process that answers requests: started when first asked, and anew after it ended. */
export class RequestChild {
  private child: ChildProcess | undefined
  private next = 1
  private readonly waiting = new Map<number, Waiting>()
  private closed = false

  constructor(
    private readonly name: Exclude<ChildName, 'training-child'>,
    private readonly timeoutMs: number,
  ) {}

  /**
   * @throws UserError as the child gave it, `timed-out`; ChildEnded; Error for a defect in the child
   */
  request<T>(op: string, payload: unknown, progress?: (value: unknown) => void): Promise<T> {
    if (this.closed) return Promise.reject(new ChildEnded(`${this.name} is closed`))
    const child = this.running()
    const id = this.next++
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.expire(id, op), this.timeoutMs)
      timer.unref()
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, progress, timer })
      child.send({ id, op, payload } satisfies Request, (error) => {
        if (error) this.settle(id)?.reject(new ChildEnded(error.message))
      })
    })
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  /** Ends the child; what it works on is given up. */
  close(): void {
    this.closed = true
    this.child?.kill('SIGKILL')
  }

  private running(): ChildProcess {
    if (this.child) return this.child
    const child = startChild(this.name)
    this.child = child
    child.on('message', (message: Response) => this.receive(message))
    const ended = (reason: string): void => {
      if (this.child !== child) return
      this.child = undefined
      for (const id of [...this.waiting.keys()])
        this.settle(id)?.reject(new ChildEnded(`${this.name} ended: ${reason}`))
    }
    child.on('error', (error) => ended(error.message))
    child.on('exit', (code, signal) => ended(endReason(code, signal)))
    return child
  }

  private receive(message: Response): void {
    if ('progress' in message) {
      this.waiting.get(message.id)?.progress?.(message.progress)
      return
    }
    const waiting = this.settle(message.id)
    if (!waiting) return
    if (message.ok) waiting.resolve(message.value)
    else if (message.defect) waiting.reject(new Error(`${this.name}: ${message.error.message}`))
    else waiting.reject(new UserError(message.error))
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id)
    if (waiting) clearTimeout(waiting.timer)
    this.waiting.delete(id)
    return waiting
  }

  /** Native code cannot be interrupted, so the process goes; the next request starts another one. */
  private expire(id: number, op: string): void {
    this.settle(id)?.reject(
      new UserError({
        code: 'timed-out',
        message: `${op} took longer than ${Math.round(this.timeoutMs / 1000)} s and was given up.`,
        fix: 'Try a smaller picture or a smaller size.',
      }),
    )
    this.child?.kill('SIGKILL')
  }
}
