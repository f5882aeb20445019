import type { TensorDict } from '../network/types'

/** True for weights and statistics, false for the optimiser's own tensors. */
function isWeight(name: string): boolean {
  return name.startsWith('backbone.') || name.startsWith('decoder.')
}

/** The part of a session's state that makes a model, in its own memory. */
export function copyWeights(state: TensorDict): TensorDict {
  const copy: TensorDict = new Map()
  for (const [name, { dims, data }] of state) {
    if (isWeight(name)) copy.set(name, { dims: [...dims], data: Float32Array.from(data) })
  }
  return copy
}

/**
 * Exponential moving average of weights and running statistics, in place: average = d · average + (1 − d) · weight, with
 * d = min(decay, (1 + step) / (10 + step)), so that the first steps do not hang on the beginning.
 *
 * @param step updates done so far, from 1
 */
export function updateAverage(average: TensorDict, state: TensorDict, decay: number, step: number): void {
  const d = Math.min(decay, (1 + step) / (10 + step))
  for (const [name, { data }] of average) {
    const weight = state.get(name)?.data
    if (!weight) throw new Error(`The session's state lacks ${name}`)
    if (name.endsWith('.num_batches_tracked')) {
      data.set(weight)
      continue
    }
    for (let i = 0; i < data.length; i++) data[i] += (1 - d) * (weight[i] - data[i])
  }
}
