import { UserError } from '../../detector/errors'
import { ChildEnded } from '../children/request-child'
import { SteadyChild } from '../children/steady-child'
import type { InferenceOps } from './inference-requests'

type Payload<K extends keyof InferenceOps> = Parameters<InferenceOps[K]>[0]
type Progress<K extends keyof InferenceOps> = Parameters<InferenceOps[K]>[1]
type Answer<K extends keyof InferenceOps> = ReturnType<InferenceOps[K]>

interface Task {
  op: string
  payload: unknown
  progress: ((value: never) => void) | undefined
  resolve(value: never): void
  reject(error: unknown): void
}

const SLOTS = 2
const MOST_WAITING = 64
const TIMEOUT = 120_000

/**
 * The one inference process and who waits for it. Two requests are in work at once (one decodes while the other
 * computes); what a person waits for goes before batches. The queue is bounded: who comes beyond it is told so.
 */
export class InferenceQueue {
  private readonly child = new SteadyChild('inference-child', TIMEOUT, () => ({
    code: 'picture-ends-process',
    message: 'The detection process ended twice while it worked on this picture.',
    fix: 'Save the picture anew with another program, or scale it down.',
  }))
  private readonly urgent: Task[] = []
  private readonly patient: Task[] = []
  private active = 0

  /** For somebody who waits. @throws UserError `busy`, and what the request throws */
  ask<K extends keyof InferenceOps>(op: K, payload: Payload<K>, progress?: Progress<K>): Answer<K> {
    if (this.urgent.length >= MOST_WAITING) {
      return Promise.reject(
        new UserError({
          code: 'busy',
          message: `${MOST_WAITING} requests wait already.`,
          fix: 'Try again in a few seconds, or use a batch.',
        }),
      ) as Answer<K>
    }
    return this.put(this.urgent, op, payload, progress) as Answer<K>
  }

  /** For batches, which hold back their own pictures. @throws what the request throws */
  later<K extends keyof InferenceOps>(op: K, payload: Payload<K>): Answer<K> {
    return this.put(this.patient, op, payload) as Answer<K>
  }

  /** Requests that the process has at this moment. */
  get inWork(): number {
    return this.active
  }

  /** Whether the process answers; takes no place of those who detect. */
  alive(): Promise<unknown> {
    return this.child.request('ping', null)
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  close(): void {
    for (const task of [...this.urgent.splice(0), ...this.patient.splice(0)]) task.reject(new ChildEnded('closed'))
    this.child.close()
  }

  private put(queue: Task[], op: string, payload: unknown, progress?: Task['progress']): Promise<unknown> {
    return new Promise((resolve, reject) => {
      queue.push({ op, payload, progress, resolve, reject })
      this.advance()
    })
  }

  private advance(): void {
    while (this.active < SLOTS) {
      const task = this.urgent.shift() ?? this.patient.shift()
      if (!task) return
      this.active++
      this.child
        .request<never>(task.op, task.payload, task.progress as (value: unknown) => void)
        .then(task.resolve, task.reject)
        .finally(() => {
          this.active--
          this.advance()
        })
    }
  }
}
