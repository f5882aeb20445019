import type { GraphBuilder, Value } from '../../onnx/graph-builder'
import { float32Tensor } from '../../onnx/tensor-data'
import type { NetworkForm } from '../network-definition'
import type { TensorDict } from '../types'
import { batchNormAffine, scaleChannels, tensorOf } from './fold-batch-norm'

/** A value, and for a convolution not yet written what the batch norm behind it still may change. */
export interface Node {
  readonly value: Value
  readonly channels: number
}

/** The network with constant weights, as nodes of a graph. */
export class InferenceForm implements NetworkForm<Node> {
  /** Convolutions are written when their result is first used, because a batch norm behind them folds into them. */
  private readonly pending = new WeakMap<Node, (bn?: string) => Value>()

  constructor(
    protected readonly graph: GraphBuilder,
    protected readonly weights: TensorDict,
  ) {}

  conv(x: Node, name: string, { out, kernel, stride = 1 }: { out: number; kernel: number; stride?: number }): Node {
    const dims = [out, x.channels, kernel, kernel]
    const data = tensorOf(this.weights, name, out * x.channels * kernel * kernel)
    const pad = (kernel - 1) / 2
    return this.lazy(out, (bn) => {
      const affine = bn === undefined ? undefined : batchNormAffine(this.weights, bn, out)
      const inputs = [
        x.value,
        this.graph.initializer(float32Tensor(affine ? scaleChannels(data, dims, affine.scale, 0) : data, dims), name),
      ]
      if (affine) inputs.push(this.bias(affine.shift, name))
      return this.graph.op('Conv', inputs, {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      })
    })
  }

  deconv(x: Node, name: string, { out }: { out: number }): Node {
    const dims = [x.channels, out, 2, 2]
    const data = tensorOf(this.weights, `${name}.weight`, x.channels * out * 4)
    const bias = tensorOf(this.weights, `${name}.bias`, out)
    return this.lazy(out, (bn) => {
      const affine = bn === undefined ? undefined : batchNormAffine(this.weights, bn, out, bias)
      const kernel = affine ? scaleChannels(data, dims, affine.scale, 1) : data
      return this.graph.op(
        'ConvTranspose',
        [
          x.value,
          this.graph.initializer(float32Tensor(kernel, dims), `${name}.weight`),
          this.bias(affine?.shift ?? bias, `${name}.weight`),
        ],
        { kernel_shape: [2, 2], strides: [2, 2] },
      )
    })
  }

  batchNorm(x: Node, name: string): Node {
    const write = this.pending.get(x)
    if (!write) throw new Error(`${name}: only a batch norm right behind a convolution can be folded`)
    this.pending.delete(x)
    return { value: write(name), channels: x.channels }
  }

  relu(x: Node): Node {
    return this.node('Relu', [x], x.channels)
  }

  add(a: Node, b: Node): Node {
    return this.node('Add', [a, b], a.channels)
  }

  maxPool(x: Node): Node {
    return this.node('MaxPool', [x], x.channels, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
  }

  upsample(x: Node, factor: number): Node {
    const scales = this.graph.initializer(float32Tensor([1, 1, factor, factor], [4]))
    const value = this.graph.op('Resize', [x.value, null, scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    })
    return { value, channels: x.channels }
  }

  concat(parts: Node[]): Node {
    const channels = parts.reduce((sum, part) => sum + part.channels, 0)
    return this.node('Concat', parts, channels, { axis: 1 })
  }

  private node(opType: string, inputs: Node[], channels: number, attributes = {}): Node {
    const values = inputs.map((input) => input.value)
    return { value: this.graph.op(opType, values, attributes), channels }
  }

  protected bias(values: ArrayLike<number>, kernelName: string): Value {
    return this.graph.initializer(
      float32Tensor(Float32Array.from(values), [values.length]),
      kernelName.replace(/weight$/, 'folded_bias'),
    )
  }

  protected lazy(channels: number, write: (bn?: string) => Value): Node {
    let value: Value | undefined
    const node: Node = {
      get value() {
        value ??= write()
        return value
      },
      channels,
    }
    this.pending.set(node, (bn) => {
      value = write(bn)
      return value
    })
    return node
  }
}
