import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { defineNetwork, type NetworkForm } from '../../network/network-definition'
import { type Frozen, isFrozen } from '../../network/parameters'
import type { TensorFlow } from './load-tensorflow'

const BN_EPSILON = 1e-5

/** Batch mean and (biased) variance of one batch norm, [C] each; kept beyond tidy, for the owner to dispose of. */
export interface BatchStatistics {
  name: string
  mean: Tensor
  variance: Tensor
  /** Values per channel: N · H · W. */
  count: number
}

export interface FormOptions {
  tf: TensorFlow
  /** Weights in TensorFlow's layout (see `toTensorFlowLayout`) by PyTorch's name. */
  weights: ReadonlyMap<string, Tensor>
  /** True where a batch norm uses and reports the statistics of the batch, false where it uses the running ones. */
  batchStatistics(name: string): boolean
  report?(statistics: BatchStatistics): void
}

/** The network with TensorFlow.js operators, NHWC. Zero padding is written out, since tfjs-node knows only 'same' and 'valid'. */
class TensorFlowForm implements NetworkForm<Tensor4D> {
  private readonly tf: TensorFlow
  constructor(private readonly options: FormOptions) {
    this.tf = options.tf
  }

  private weight<T extends Tensor>(name: string): T {
    const tensor = this.options.weights.get(name)
    if (!tensor) throw new Error(`The state holds no ${name}`)
    return tensor as T
  }

  private pad(x: Tensor4D, by: number): Tensor4D {
    return by === 0
      ? x
      : this.tf.pad(x, [
          [0, 0],
          [by, by],
          [by, by],
          [0, 0],
        ])
  }

  conv(x: Tensor4D, name: string, { kernel, stride = 1 }: { kernel: 1 | 3 | 7; stride?: 1 | 2 }): Tensor4D {
    // At stride 2 'valid' leaves out the surplus row and column, as PyTorch's rounding down does.
    return this.tf.conv2d(this.pad(x, (kernel - 1) / 2), this.weight<Tensor4D>(name), stride, 'valid')
  }

  batchNorm(x: Tensor4D, name: string): Tensor4D {
    const { tf } = this
    const gamma = this.weight(`${name}.weight`)
    const beta = this.weight(`${name}.bias`)
    if (!this.options.batchStatistics(name)) {
      return this.normalise(x, this.weight(`${name}.running_mean`), this.weight(`${name}.running_var`), gamma, beta)
    }
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    this.options.report?.({
      name,
      mean: tf.keep(mean.clone()),
      variance: tf.keep(variance.clone()),
      count: x.size / x.shape[3],
    })
    return this.normalise(x, mean, variance, gamma, beta)
  }

  private normalise(x: Tensor4D, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor): Tensor4D {
    const { tf } = this
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, BN_EPSILON)))
    return tf.add<Tensor4D>(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)))
  }

  relu(x: Tensor4D): Tensor4D {
    return this.tf.relu(x)
  }

  add(a: Tensor4D, b: Tensor4D): Tensor4D {
    return this.tf.add(a, b)
  }

  maxPool(x: Tensor4D): Tensor4D {
    // What comes here is never negative, so zeros pad as −∞ would.
    return this.tf.maxPool(this.pad(x, 1), 3, 2, 'valid')
  }

  upsample(x: Tensor4D, factor: 2 | 4 | 8): Tensor4D {
    const [, height, width] = x.shape
    return this.tf.image.resizeNearestNeighbor(x, [height * factor, width * factor])
  }

  concat(parts: Tensor4D[]): Tensor4D {
    return this.tf.concat(parts, 3)
  }

  deconv(x: Tensor4D, name: string, { out }: { out: number }): Tensor4D {
    const [n, height, width] = x.shape
    const shape: [number, number, number, number] = [n, height * 2, width * 2, out]
    const y = this.tf.conv2dTranspose(x, this.weight<Tensor4D>(`${name}.weight`), shape, 2, 'valid')
    return this.tf.add(y, this.weight(`${name}.bias`))
  }
}

/** Logits of the heads, [N,H,W,1], for images [N,H,W,3] (BGR, normalised). */
export function runNetwork(
  image: Tensor4D,
  options: FormOptions,
  heads: 'probability' | 'both',
): { probability: Tensor4D; threshold?: Tensor4D } {
  const { probability, threshold } = defineNetwork(new TensorFlowForm(options), image, heads)
  return { probability, threshold }
}

/** Whether a batch norm takes the statistics of the batch in training, given what is frozen. */
export function trainsStatistics(name: string, frozen: Frozen, batchNorm: 'batch' | 'frozen'): boolean {
  return batchNorm === 'batch' && !isFrozen(`${name}.`, frozen)
}
