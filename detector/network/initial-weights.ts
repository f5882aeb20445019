import { Random } from '../random'
import { type Parameter, parameters } from './parameters'
import type { TensorDict } from './types'

/** Start value of the decoder's batch norm shifts in the reference. */
const DECODER_SHIFT = 1e-4

/**
 * Random weights as the reference draws them, a function of the seed alone: backbone convolutions N(0, 2 / (k²·out)),
 * decoder kernels N(0, 2 / (k²·shape[1])) (He et al. 2015), biases of transposed convolutions uniform within
 * ±1 / √(k²·out); statistics of an untouched batch norm.
 */
export function initialWeights(seed: number): TensorDict {
  return new Map(
    parameters.map((parameter, index) => {
      const count = parameter.dims.reduce((product, length) => product * length, 1)
      const data = new Float32Array(count)
      fill(data, parameter, new Random(seed, index))
      return [parameter.name, { dims: [...parameter.dims], data }]
    }),
  )
}

function fill(data: Float32Array, { name, dims, role }: Parameter, random: Random): void {
  const decoder = name.startsWith('decoder.')
  switch (role) {
    case 'conv':
    case 'deconv': {
      const fan = (decoder ? dims[1] : dims[0]) * dims[2] * dims[3]
      const deviation = Math.sqrt(2 / fan)
      for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal()
      break
    }
    case 'deconv-bias': {
      const bound = 1 / Math.sqrt(dims[0] * 4)
      for (let i = 0; i < data.length; i++) data[i] = bound * (2 * random.next() - 1)
      break
    }
    case 'bn-bias':
      data.fill(decoder ? DECODER_SHIFT : 0)
      break
    case 'bn-weight':
    case 'running-var':
      data.fill(1)
      break
    case 'running-mean':
    case 'batches-tracked':
      break
  }
}
