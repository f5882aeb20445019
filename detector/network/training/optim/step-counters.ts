import { type Frozen, isFrozenPart, type Part, parts } from '../../parameters'
import type { StepOptions, TensorDict } from '../../types'

/** How often the optimiser moved what; in the state as `step` and, with AdamW, `adam_step.<part>`. */
export class StepCounters {
  private step = 0
  /** AdamW corrects its averages by the updates of each part, and a part may have been frozen for a while. */
  private readonly partSteps: Record<Part, number> = { stem: 0, backbone: 0, decoder: 0 }

  /** A state without counters of its parts has moved them all in every step. */
  constructor(from: TensorDict) {
    this.step = from.get('step')?.data[0] ?? 0
    for (const part of parts) this.partSteps[part] = from.get(`adam_step.${part}`)?.data[0] ?? this.step
  }

  /** Number of the next update of a part, from 1. */
  next(part: Part): number {
    return this.partSteps[part] + 1
  }

  /** One more update was made. */
  count(frozen: Frozen): void {
    this.step++
    for (const part of parts) if (!isFrozenPart(part, frozen)) this.partSteps[part]++
  }

  writeTo(state: TensorDict, optimizer: StepOptions['optimizer']): void {
    state.set('step', scalar(this.step))
    if (optimizer !== 'adamw') return
    for (const part of parts) state.set(`adam_step.${part}`, scalar(this.partSteps[part]))
  }
}

function scalar(value: number): { dims: number[]; data: Float32Array } {
  return { dims: [], data: Float32Array.of(value) }
}
