import type { TensorDict } from '../engine/engine'
import { GraphBuilder, type Value } from '../graph/graph-builder'
import type { Dimension } from '../graph/model'
import { float32Tensor } from '../graph/tensor-data'
import { writeModel } from '../graph/write-model'
import { batchNormAffine, scaleChannels, tensorOf } from './fold-batch-norm'
import { defineNetwork, type NetworkForm } from './network-definition'

/** Subtracted from the B, G and R bytes, in this order (the reference applies its RGB means so). */
export const CHANNEL_MEAN = [122.67891434, 116.66876762, 104.00698793] as const

export interface InferenceGraphOptions {
  /** Multiples of 32; left out = free at run time. */
  height?: number
  width?: number
  batch?: number
  /** What `input` [N,3,H,W] (BGR) holds: (x − mean) / 255, or x / 255 with the mean subtracted inside. */
  input: 'normalised' | 'unit'
  /** For `unit`: what is subtracted from the B, G and R bytes; default CHANNEL_MEAN. */
  mean?: readonly [b: number, g: number, r: number]
}

/** The graph from `input` to the probability map [N,1,H,W] (not yet declared as output), for exporters to build on. */
export function buildInferenceGraph(
  weights: TensorDict,
  options: InferenceGraphOptions,
): { graph: GraphBuilder; probability: Value } {
  const graph = new GraphBuilder('dbnet')
  const dims: Dimension[] = [options.batch ?? 'batch', 3, options.height ?? 'height', options.width ?? 'width']
  const input = graph.input('input', 'float32', dims)
  const image =
    options.input === 'normalised'
      ? input
      : graph.op('Sub', [
          input,
          graph.initializer(
            float32Tensor(
              (options.mean ?? CHANNEL_MEAN).map((mean) => mean / 255),
              [1, 3, 1, 1],
            ),
            'mean',
          ),
        ])
  const logit = defineNetwork(
    new InferenceForm(graph, weights),
    { value: image, channels: 3 },
    'probability',
  ).probability
  const shape = [dims[0], 1, dims[2], dims[3]]
  return { graph, probability: graph.op('Sigmoid', [logit.value], {}, { name: 'probability', shape }) }
}

/**
 * ONNX file of the detector: batch norms folded, threshold head left out.
 * Input `input` float32 [N,3,H,W]; output `probability` float32 [N,1,H,W], 0..1.
 */
export function buildInferenceModel(
  weights: TensorDict,
  options: InferenceGraphOptions & { opset?: number },
): Uint8Array {
  const { graph, probability } = buildInferenceGraph(weights, options)
  graph.output(probability)
  return writeModel(graph.toModel({ opset: options.opset ?? 17 }))
}

/** A value, and for a convolution not yet written what the batch norm behind it still may change. */
interface Node {
  readonly value: Value
  readonly channels: number
}

class InferenceForm implements NetworkForm<Node> {
  /** Convolutions are written when their result is first used, because a batch norm behind them folds into them. */
  private readonly pending = new WeakMap<Node, (bn?: string) => Value>()

  constructor(
    private readonly graph: GraphBuilder,
    private readonly weights: TensorDict,
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

  private bias(values: ArrayLike<number>, kernelName: string): Value {
    return this.graph.initializer(
      float32Tensor(Float32Array.from(values), [values.length]),
      kernelName.replace(/weight$/, 'folded_bias'),
    )
  }

  private lazy(channels: number, write: (bn?: string) => Value): Node {
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
