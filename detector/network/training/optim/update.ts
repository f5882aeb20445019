import type { Tensor, TensorGraph } from '../../../onnx/tensor-graph'
import type { Parameter } from '../../parameters'
import type { StepOptions } from '../../types'

/** Names of an optimiser's slots in the state: `momentum.<weight>`, `adam_m.<weight>`, `adam_v.<weight>`. */
export function slotsOf(optimizer: StepOptions['optimizer']): string[] {
  return optimizer === 'sgd' ? ['momentum'] : ['adam_m', 'adam_v']
}

/** Whether weight decay reaches a parameter: convolution kernels only, or everything. */
export function decays(parameter: Parameter, options: StepOptions): boolean {
  return options.weightDecay > 0 && (options.decay === 'all' || parameter.dims.length > 1)
}

/** A parameter before and its clipped gradient; or the parameter and its slots after the step. */
export interface Moved {
  weight: Tensor
  slots: Tensor[]
}

/**
 * SGD as PyTorch computes it: decay · w joins the gradient, the sum goes into the momentum buffer, and Nesterov's form
 * looks one step ahead of it.
 */
export function sgdUpdate(
  graph: TensorGraph,
  options: Pick<StepOptions, 'momentum' | 'nesterov'>,
  decay: number,
  weight: Tensor,
  gradient: Tensor,
  momentum: Tensor,
  lr: Tensor,
): Moved {
  const factor = graph.number(options.momentum)
  const full = decay > 0 ? graph.add(gradient, graph.mul(weight, graph.number(decay))) : gradient
  const buffer = graph.add(graph.mul(momentum, factor), full)
  const direction = options.nesterov ? graph.add(full, graph.mul(buffer, factor)) : buffer
  return { weight: graph.sub(weight, graph.mul(direction, lr)), slots: [buffer] }
}

const ADAM_BETAS = [0.9, 0.999] as const
const ADAM_EPSILON = 1e-8

/** Factors of AdamW's step t, computed in double precision outside the graph. */
export interface AdamScalars<T> {
  /** 1 − lr · decay. */
  keep: T
  /** lr / (1 − β₁ᵗ). */
  stepSize: T
  /** √(1 − β₂ᵗ). */
  correction: T
}

/** @param step counts from 1 */
export function adamScalars(lr: number, decay: number, step: number): AdamScalars<number> {
  const [beta1, beta2] = ADAM_BETAS
  return { keep: 1 - lr * decay, stepSize: lr / (1 - beta1 ** step), correction: Math.sqrt(1 - beta2 ** step) }
}

/** AdamW (Loshchilov & Hutter 2019): the decay is taken off the weight itself; betas 0.9 and 0.999, epsilon 1e-8. */
export function adamwUpdate(
  graph: TensorGraph,
  decays: boolean,
  weight: Tensor,
  gradient: Tensor,
  [first, second]: readonly Tensor[],
  scalars: AdamScalars<Tensor>,
): Moved {
  const number = (value: number) => graph.number(value)
  const [beta1, beta2] = ADAM_BETAS
  const kept = decays ? graph.mul(weight, scalars.keep) : weight
  const mean = graph.add(graph.mul(first, number(beta1)), graph.mul(gradient, number(1 - beta1)))
  const squared = graph.mul(graph.mul(gradient, gradient), number(1 - beta2))
  const square = graph.add(graph.mul(second, number(beta2)), squared)
  const deviation = graph.add(graph.div(graph.unary('Sqrt', square), scalars.correction), number(ADAM_EPSILON))
  return {
    weight: graph.sub(kept, graph.mul(graph.div(mean, deviation), scalars.stepSize)),
    slots: [mean, square],
  }
}
