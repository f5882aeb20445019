import type { Tensor, TensorGraph } from '../../../onnx/tensor-graph'

/**
 * Convolution in the blocked channel layout that onnxruntime's CPU provider uses inside ("nchwc"). The optimiser applies
 * it only to constant weights; used directly it takes weights that change with every step. ReorderInput doubles as a fast
 * reorder of weights, because it is a batched transpose of [block × M].
 */
const DOMAIN = 'com.microsoft.nchwc'

/** True where the blocked form exists for these channels and is known to be faster. */
export function suitsBlocks(block: number, inputs: number, outputs: number, kernel: number): boolean {
  return block > 0 && kernel > 1 && outputs % block === 0 && (inputs % block === 0 || inputs < block)
}

/** x [N,I,H,W] with a weight from forwardBlocks or backwardBlocks → [N,O,P,Q]. */
export function blockedConv(
  graph: TensorGraph,
  block: number,
  x: Tensor,
  blocks: Tensor,
  attributes: { kernel_shape: number[]; pads: number[]; strides?: number[] },
  shape: readonly number[],
): Tensor {
  const input = x.shape[1] < block ? x : reorder(graph, x)
  const y = graph.tensor('Conv', [input, blocks], attributes, shape, DOMAIN)
  return graph.tensor('ReorderOutput', [y], { channels: shape[1] }, shape, DOMAIN)
}

/** [O,I,k,k] → [O/B, I/B, k·k, B of I, B of O], or [O/B, I, k·k, B] when there are fewer inputs than a block. */
export function forwardBlocks(graph: TensorGraph, block: number, weight: Tensor): Tensor {
  const [outputs, inputs, k] = weight.shape
  const taps = k * k
  const columns = reorder(graph, graph.reshape(weight, [outputs / block, block, inputs * taps, 1]))
  if (inputs < block) return graph.reshape(columns, weight.shape)
  const view = graph.reshape(columns, [outputs / block, inputs / block, block, taps, block])
  return graph.reshape(graph.transpose(view, [0, 1, 3, 2, 4]), weight.shape)
}

/** The kernel of dx at stride 1: inputs and outputs swapped, taps reversed. */
export function backwardBlocks(graph: TensorGraph, block: number, weight: Tensor): Tensor {
  const [outputs, inputs, k] = weight.shape
  const taps = k * k
  const columns = reorder(graph, graph.reshape(weight, [(outputs * inputs) / block, block, taps, 1]))
  const view = graph.reshape(columns, [outputs / block, block, inputs / block, taps, block])
  const swapped = graph.transpose(view, [2, 0, 3, 1, 4])
  const reversed = Array.from({ length: taps }, (_, i) => taps - 1 - i)
  return graph.reshape(graph.gather(swapped, reversed, 2), [inputs, outputs, k, k])
}

function reorder(graph: TensorGraph, x: Tensor): Tensor {
  return graph.tensor('ReorderInput', [x], {}, x.shape, DOMAIN)
}
