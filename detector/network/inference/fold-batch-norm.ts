import type { TensorDict } from '../types'

const BATCH_NORM_EPSILON = 1e-5

/** The tensor of that name; throws when the dictionary lacks it or it has another size. */
export function tensorOf(weights: TensorDict, name: string, elements?: number): Float32Array {
  const tensor = weights.get(name)
  if (!tensor) throw new Error(`The weights lack ${name}`)
  if (elements !== undefined && tensor.data.length !== elements) {
    throw new Error(`${name} has ${tensor.data.length} elements where the network has ${elements}`)
  }
  return tensor.data
}

/**
 * A batch norm with running statistics as y = scale · x + shift per channel, in double precision.
 * `bias` is that of the layer before it, if any.
 */
export function batchNormAffine(
  weights: TensorDict,
  name: string,
  channels: number,
  bias?: Float32Array,
): { scale: Float64Array; shift: Float64Array } {
  const gamma = tensorOf(weights, `${name}.weight`, channels)
  const beta = tensorOf(weights, `${name}.bias`, channels)
  const mean = tensorOf(weights, `${name}.running_mean`, channels)
  const variance = tensorOf(weights, `${name}.running_var`, channels)
  const scale = new Float64Array(channels)
  const shift = new Float64Array(channels)
  for (let c = 0; c < channels; c++) {
    scale[c] = gamma[c] / Math.sqrt(variance[c] + BATCH_NORM_EPSILON)
    shift[c] = beta[c] + ((bias?.[c] ?? 0) - mean[c]) * scale[c]
  }
  return { scale, shift }
}

/** Multiplies the output channels of a kernel: axis 0 of [out, in, k, k], axis 1 of a transposed one [in, out, k, k]. */
export function scaleChannels(
  kernel: Float32Array,
  dims: readonly number[],
  scale: Float64Array,
  axis: 0 | 1,
): Float32Array {
  const inner = dims.slice(axis + 1).reduce((product, length) => product * length, 1)
  const out = new Float32Array(kernel.length)
  for (let i = 0; i < kernel.length; i++) out[i] = kernel[i] * scale[Math.floor(i / inner) % dims[axis]]
  return out
}
