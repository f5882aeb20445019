import { GraphBuilder, type Value } from '../../onnx/graph-builder'
import type { Dimension } from '../../onnx/model'
import { float32Tensor } from '../../onnx/tensor-data'
import { writeModel } from '../../onnx/write-model'
import { CHANNEL_MEAN, defineNetwork } from '../network-definition'
import type { TensorDict } from '../types'
import { InferenceForm } from './inference-form'
import { ShortcutForm } from './inference-shortcuts'

export interface InferenceGraphOptions {
  /** Multiples of 32; left out = free at run time. */
  height?: number
  width?: number
  batch?: number
  /** What `input` [N,3,H,W] (BGR) holds: (x − mean) / 255, or x / 255 with the mean subtracted inside. */
  input: 'normalised' | 'unit'
  /** For `unit`: what is subtracted from the B, G and R bytes; default CHANNEL_MEAN. */
  mean?: readonly [b: number, g: number, r: number]
  /**
   * Compute the convolutions of upsampled maps on the small maps (see upsampledConv): the same map but for rounding, a
   * few percent faster on onnxruntime's CPU provider, with more and less common nodes. Default false.
   */
  shortcuts?: boolean
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
  const form = new (options.shortcuts ? ShortcutForm : InferenceForm)(graph, weights)
  const logit = defineNetwork(form, { value: image, channels: 3 }, 'probability').probability
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
