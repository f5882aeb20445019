import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { Parameter } from '../../network/parameters'
import { adamScalars, decays } from '../../network/training/optim/update'
import type { StepOptions } from '../../network/types'
import type { TensorFlow } from './load-tensorflow'

const ADAM_BETAS = [0.9, 0.999] as const
const ADAM_EPSILON = 1e-8

/**
 * One parameter's update in place, with the formulas of detector/network/training/optim/update.ts.
 * @param step number of this update, from 1
 */
export function applyUpdate(
  tf: TensorFlow,
  options: StepOptions,
  parameter: Parameter,
  weight: Variable,
  gradient: Tensor,
  slots: readonly Variable[],
  lr: number,
  step: number,
): void {
  tf.tidy(() => {
    const decay = decays(parameter, options)
    if (options.optimizer === 'sgd') {
      const full = decay ? tf.add(gradient, tf.mul(weight, options.weightDecay)) : gradient
      const buffer = tf.add(tf.mul(slots[0], options.momentum), full)
      const direction = options.nesterov ? tf.add(full, tf.mul(buffer, options.momentum)) : buffer
      weight.assign(tf.sub(weight, tf.mul(direction, lr)))
      slots[0].assign(buffer)
      return
    }
    const [beta1, beta2] = ADAM_BETAS
    const first = tf.add(tf.mul(slots[0], beta1), tf.mul(gradient, 1 - beta1))
    const second = tf.add(tf.mul(slots[1], beta2), tf.mul(tf.square(gradient), 1 - beta2))
    const { keep, stepSize, correction } = adamScalars(lr, options.weightDecay, step)
    const deviation = tf.add(tf.div(tf.sqrt(second), correction), ADAM_EPSILON)
    const moved = tf.mul(tf.div(first, deviation), stepSize)
    weight.assign(tf.sub(decay ? tf.mul(weight, keep) : weight, moved))
    slots[0].assign(first)
    slots[1].assign(second)
  })
}

/** Euclidean norm of all gradients together. Waits for the device. */
export function gradientNorm(tf: TensorFlow, gradients: Iterable<Tensor>): number {
  const squares = tf.tidy(() => tf.stack(Array.from(gradients, (g) => tf.sum(tf.square(g)))))
  let sum = 0
  for (const value of squares.dataSync()) sum += value
  squares.dispose()
  return Math.sqrt(sum)
}
