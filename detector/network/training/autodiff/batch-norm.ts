import type { Tensor } from '../../../onnx/tensor-graph'
import type { Tape, Variable } from './tape'

export interface BatchNormParameters {
  weight: Variable
  bias: Variable
  runningMean: Tensor
  runningVar: Tensor
}

const EPSILON = 1e-5
/** Weight of the new batch in the running statistics. */
const MOMENTUM = 0.1

/**
 * Batch normalisation by the statistics of the batch. Returns the new running statistics beside the result: as in
 * PyTorch the variance in them is the unbiased one, while the batch is normalised by the biased one.
 */
export function batchNorm(
  tape: Tape,
  x: Variable,
  { weight, bias, runningMean, runningVar }: BatchNormParameters,
): { y: Variable; runningMean: Tensor; runningVar: Tensor } {
  const { graph } = tape
  const [n, channels, h, w] = x.value.shape
  const count = n * h * w
  const number = (value: number) => graph.number(value)
  const mean = graph.meanOver(x.value, [0, 2, 3])
  const meanOfSquares = graph.mul(graph.dotPerChannel(x.value, x.value), number(1 / count))
  const variance = graph.max(graph.sub(meanOfSquares, graph.mul(mean, mean)), number(0))
  const y = graph.normalise(x.value, weight.value, bias.value, mean, variance, EPSILON)
  const mix = (running: Tensor, batch: Tensor, factor: number) =>
    graph.add(graph.mul(running, number(1 - MOMENTUM)), graph.mul(batch, number(factor)))

  const result = tape.result(y, [x, weight, bias], (dy) => {
    const inverse = inverseDeviation(tape, variance)
    const dBias = graph.sumOver(dy, [0, 2, 3])
    const dWeight = graph.mul(graph.sub(graph.dotPerChannel(dy, x.value), graph.mul(mean, dBias)), inverse)
    tape.contribute(bias, () => dBias)
    tape.contribute(weight, () => dWeight)
    tape.contribute(x, () => {
      // dx = a·dy − c·x + (c·mean − a·dβ/M) with a = γ/σ, c = a·dγ/(σM): the normalised x is never stored.
      const a = graph.mul(weight.value, inverse)
      const c = graph.mul(graph.mul(a, inverse), graph.mul(dWeight, number(1 / count)))
      const shift = graph.sub(graph.mul(c, mean), graph.mul(a, graph.mul(dBias, number(1 / count))))
      return graph.sub(graph.affine(dy, a, shift), graph.mul(x.value, graph.reshape(c, [1, channels, 1, 1])))
    })
  })
  return {
    y: result,
    runningMean: mix(runningMean, mean, MOMENTUM),
    runningVar: mix(runningVar, variance, (MOMENTUM * count) / Math.max(count - 1, 1)),
  }
}

/** Batch normalisation by the running statistics, which stay as they are. */
export function frozenBatchNorm(
  tape: Tape,
  x: Variable,
  { weight, bias, runningMean, runningVar }: BatchNormParameters,
): Variable {
  const { graph } = tape
  const y = graph.normalise(x.value, weight.value, bias.value, runningMean, runningVar, EPSILON)
  return tape.result(y, [x, weight, bias], (dy) => {
    const inverse = inverseDeviation(tape, runningVar)
    if (weight.needsGradient || bias.needsGradient) {
      const dBias = graph.sumOver(dy, [0, 2, 3])
      tape.contribute(bias, () => dBias)
      tape.contribute(weight, () =>
        graph.mul(graph.sub(graph.dotPerChannel(dy, x.value), graph.mul(runningMean, dBias)), inverse),
      )
    }
    tape.contribute(x, () => {
      const channels = x.value.shape[1]
      return graph.affine(dy, graph.mul(weight.value, inverse), graph.vector(channels, 0))
    })
  })
}

function inverseDeviation({ graph }: Tape, variance: Tensor): Tensor {
  return graph.unary('Reciprocal', graph.unary('Sqrt', graph.add(variance, graph.number(EPSILON))))
}
