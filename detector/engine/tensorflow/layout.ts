/**
 * TensorFlow.js keeps images as NHWC and kernels as [k,k,in,out] (transposed ones [k,k,out,in]); PyTorch as NCHW,
 * [out,in,k,k] and [in,out,k,k]. Both kernels are the same permutation: axes (2,3,1,0), back (3,2,0,1).
 */

/** Dimensions of a kernel in TensorFlow's order; those of vectors stay. */
export function tensorFlowDims(dims: readonly number[]): number[] {
  return dims.length === 4 ? [dims[2], dims[3], dims[1], dims[0]] : [...dims]
}

/** [a,b,k,k] → [k,k,b,a]; vectors are copied. `dims` are PyTorch's. */
export function toTensorFlowLayout(data: Float32Array, dims: readonly number[]): Float32Array {
  if (dims.length !== 4) return data.slice()
  const [a, b, height, width] = dims
  const area = height * width
  const out = new Float32Array(data.length)
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      const from = (i * b + j) * area
      for (let k = 0; k < area; k++) out[(k * b + j) * a + i] = data[from + k]
    }
  }
  return out
}

/** [k,k,b,a] → [a,b,k,k]; vectors are copied. `dims` are PyTorch's. */
export function toPyTorchLayout(data: Float32Array, dims: readonly number[]): Float32Array {
  if (dims.length !== 4) return data.slice()
  const [a, b, height, width] = dims
  const area = height * width
  const out = new Float32Array(data.length)
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      const to = (i * b + j) * area
      for (let k = 0; k < area; k++) out[to + k] = data[(k * b + j) * a + i]
    }
  }
  return out
}

/** Planes [N,C,H,W] → pixels [N,H,W,C]. */
export function toPixels(data: Float32Array, n: number, channels: number, area: number): Float32Array {
  if (channels === 1) return data
  const out = new Float32Array(data.length)
  for (let b = 0; b < n; b++) {
    for (let c = 0; c < channels; c++) {
      const from = (b * channels + c) * area
      const to = b * channels * area + c
      for (let i = 0; i < area; i++) out[to + i * channels] = data[from + i]
    }
  }
  return out
}
