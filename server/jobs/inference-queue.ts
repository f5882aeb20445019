import { UserError } from '../../detector/errors'
import type { InferenceOps } from '../workers/inference-requests'
import { ChildEnded, RequestChild } from '../workers/request-child'

type Payload<K extends keyof InferenceOps> = Parameters<InferenceOps[K]>[0]
type Answer<K extends keyof InferenceOps> = ReturnType<InferenceOps[K]>

interface Task {
  op: string
  payload: unknown
  alone: boolean
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
  private readonly child = new RequestChild('inference-child', TIMEOUT)
  private readonly urgent: Task[] = []
  private readonly patient: Task[] = []
  private active = 0
  private aloneActive = false

  /** For somebody who waits. @throws UserError `busy`, and what the request throws */
  ask<K extends keyof InferenceOps>(op: K, payload: Payload<K>): Answer<K> {
    if (this.urgent.length >= MOST_WAITING) {
      return Promise.reject(
        new UserError({
          code: 'busy',
          message: `${MOST_WAITING} requests wait already.`,
          fix: 'Try again in a few seconds, or use a batch.',
        }),
      ) as Answer<K>
    }
    return this.put(this.urgent, op, payload, false) as Answer<K>
  }

  /**
   * For batches, which hold back their own pictures.
   * @param alone nothing else is in work meanwhile: so a picture that ends the process is found out
   */
  later<K extends keyof InferenceOps>(op: K, payload: Payload<K>, alone = false): Answer<K> {
    return this.put(this.patient, op, payload, alone) as Answer<K>
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  close(): void {
    for (const task of [...this.urgent.splice(0), ...this.patient.splice(0)]) task.reject(new ChildEnded('closed'))
    this.child.close()
  }

  private put(queue: Task[], op: string, payload: unknown, alone: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      queue.push({ op, payload, alone, resolve, reject })
      this.advance()
    })
  }

  private advance(): void {
    while (!this.aloneActive && this.active < SLOTS) {
      const queue = this.urgent.length > 0 ? this.urgent : this.patient
      const task = queue[0]
      if (!task || (task.alone && this.active > 0)) return
      queue.shift()
      this.active++
      this.aloneActive = task.alone
      this.child
        .request<never>(task.op, task.payload)
        .then(task.resolve, task.reject)
        .finally(() => {
          this.active--
          this.aloneActive = false
          this.advance()
        })
    }
  }
}
