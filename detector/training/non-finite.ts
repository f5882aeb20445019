import { UserError } from '../errors'
import type { Losses, TensorDict } from '../network/types'
import type { RunEventBody } from './events'

/** Non-finite steps in a row after which the learning rate is halved, and after which the run gives up. */
export const LOWER_AFTER = 3
export const GIVE_UP_AFTER = 12

/** Of the batches of one update; not a number as soon as one of them is not. */
export function meanLosses(parts: Losses[]): Losses {
  const mean = (key: keyof Losses): number => parts.reduce((sum, losses) => sum + losses[key], 0) / parts.length
  return {
    loss: mean('loss'),
    prob: mean('prob'),
    binary: mean('binary'),
    thresh: mean('thresh'),
    gradNorm: mean('gradNorm'),
  }
}

/** Checkpoints hold finite weights or are not written. */
export function refuseNonFinite(weights: TensorDict): void {
  const name = findNonFinite(weights)
  if (name) {
    throw new UserError({
      code: 'weights-not-finite',
      message: `The weights have become infinite or not a number (${name}); they are not saved.`,
      fix: 'Resume from the last saved state, or start again with a lower --lr.',
    })
  }
}

export function diverged(lr: number): UserError {
  return new UserError({
    code: 'training-diverged',
    message: `${GIVE_UP_AFTER} steps in a row gave a loss that is not a number, even with a lowered learning rate.`,
    fix: `Start again with a lower --lr than ${lr} (a fifth, say), and check the annotations with "ocr-detect check".`,
  })
}

export function nonFiniteWarning(step: number): RunEventBody {
  const message = `Step ${step} gave a loss or gradient that is not a number; it was skipped, the weights are as before.`
  return { type: 'warning', code: 'loss-not-finite', message }
}

export function loweredWarning(count: number, lr: number): RunEventBody {
  const message = `${count} such steps in a row: the learning rate is halved from here on (now ${lr.toPrecision(3)}).`
  return { type: 'warning', code: 'lr-lowered', message }
}

/** Name of the first tensor that holds a value that is not a number or infinite. */
function findNonFinite(state: TensorDict): string | undefined {
  for (const [name, { data }] of state) {
    // A sum is finite only if every term is; overflow of the sum itself takes a closer look.
    let sum = 0
    for (let i = 0; i < data.length; i++) sum += data[i]
    if (!Number.isFinite(sum) && !data.every(Number.isFinite)) return name
  }
  return undefined
}
