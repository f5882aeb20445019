import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../detector/errors'
import type { Request, Response } from './protocol'
import { ChildEnded } from './request-child'
import { startChild } from './start-child'
import { type TaskOps, taskBlame } from './task-requests'

type Op = 'check' | 'import-model'

export interface Bounds {
  milliseconds: number
  /** Resident memory of the process. */
  bytes: number
  /** At the same time; others wait. */
  atOnce: number
}

/**
 * A model takes seconds and a few hundred megabytes, the largest fixed size about a gigabyte; a check decodes every
 * picture of a set.
 */
const BOUNDS: Record<Op, Bounds> = {
  'import-model': { milliseconds: 60_000, bytes: 2e9, atOnce: 2 },
  check: { milliseconds: 15 * 60_000, bytes: 4e9, atOnce: 2 },
}
const MOST_WAITING = 32
/** Starts of a task whose process ended by itself. */
const MOST_STARTS = 2

/**
 * Work on foreign files, each piece in a process of its own that is ended with it: its working folder is empty, its time
 * and memory are bounded, and what it breaks or holds ends with it. Nothing waits for the work of another kind.
 */
export class BoundedTasks {
  private readonly bounds: Record<Op, Bounds>
  private readonly active: Record<Op, number> = { 'import-model': 0, check: 0 }
  private readonly waiting: Record<Op, (() => void)[]> = { 'import-model': [], check: [] }
  private readonly children = new Set<ChildProcess>()
  private closed = false

  constructor(bounds: Partial<Record<Op, Partial<Bounds>>> = {}) {
    const boundsOf = (op: Op): Bounds => ({ ...BOUNDS[op], ...bounds[op] })
    this.bounds = { 'import-model': boundsOf('import-model'), check: boundsOf('check') }
  }

  /**
   * @throws UserError as the child gave it, `busy`, `task-given-up`; ChildEnded when this closes; Error for a defect
   */
  async request<K extends Op>(op: K, payload: Parameters<TaskOps[K]>[0]): Promise<Awaited<ReturnType<TaskOps[K]>>> {
    await this.turn(op)
    try {
      for (let start = 1; ; start++) {
        try {
          return (await this.run(op, payload)) as Awaited<ReturnType<TaskOps[K]>>
        } catch (error) {
          if (!(error instanceof ChildEnded) || this.closed) throw error
          if (start === MOST_STARTS) throw new UserError(taskBlame(op), { cause: error })
        }
      }
    } finally {
      // Its place goes to who waits longest.
      const next = this.waiting[op].shift()
      if (next) next()
      else this.active[op]--
    }
  }

  /** Ends all processes; what they work on is given up. */
  close(): void {
    this.closed = true
    for (const child of this.children) child.kill('SIGKILL')
    for (const next of Object.values(this.waiting).flatMap((all) => all.splice(0))) next()
  }

  private async turn(op: Op): Promise<void> {
    if (this.active[op] >= this.bounds[op].atOnce) {
      if (this.waiting[op].length >= MOST_WAITING) {
        throw new UserError({
          code: 'busy',
          message: `${MOST_WAITING} such tasks wait already.`,
          fix: 'Try again later.',
        })
      }
      await new Promise<void>((resolve) => this.waiting[op].push(resolve))
    } else {
      this.active[op]++
    }
  }

  private async run(op: Op, payload: unknown): Promise<unknown> {
    const { milliseconds, bytes } = this.bounds[op]
    const folder = await mkdtemp(join(tmpdir(), 'ocr-task-'))
    const child = startChild('task-child', { folder, args: [String(bytes)] })
    const gone = once(child, 'exit').catch(() => undefined)
    this.children.add(child)
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(givenUp(op, `it took longer than ${milliseconds / 1000} s`)), milliseconds)
        child.on('message', (message: Response) => {
          if ('progress' in message) return
          if (message.ok) resolve(message.value)
          else reject(message.defect ? new Error(`task-child: ${message.error.message}`) : new UserError(message.error))
        })
        child.on('error', (error) => reject(new ChildEnded(error.message)))
        child.on('exit', (code, signal) => {
          // The guard in the child, or the kernel for want of memory; a second try would end the same way.
          const memory = signal === 'SIGKILL' && !this.closed
          const reason = signal ? `signal ${signal}` : `exit code ${code}`
          reject(
            memory ? givenUp(op, `it took more than ${Math.round(bytes / 1e6)} MB of memory`) : new ChildEnded(reason),
          )
        })
        if (this.closed) reject(new ChildEnded('closed'))
        else child.send({ id: 1, op, payload } satisfies Request)
      })
    } finally {
      clearTimeout(timer)
      child.kill('SIGKILL')
      if (child.pid !== undefined) await gone
      this.children.delete(child)
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function givenUp(op: Op, why: string): UserError {
  return new UserError({
    code: 'task-given-up',
    message: `${op === 'check' ? 'The check of the data' : 'The import of the model'} was given up: ${why}.`,
    fix: op === 'check' ? 'Split the data into smaller sets.' : 'Choose another file.',
  })
}
