import type { Tensor } from '../../../onnx/tensor-graph'
import { backwardBlocks, blockedConv, forwardBlocks, suitsBlocks } from './blocked-conv'
import { convWeightGradient } from './conv-weight-gradient'
import type { Tape, Variable } from './tape'

/**
 * Convolution without bias, square kernel, padding (k − 1) / 2, stride 1 or 2 (of even sizes); weight [O,I,k,k].
 * dx is a convolution with the flipped kernel at stride 1 and a transposed convolution at stride 2.
 */
export function conv(tape: Tape, x: Variable, weight: Variable, stride: 1 | 2 = 1): Variable {
  const { graph, kernels } = tape
  const [n, inputs, h, w] = x.value.shape
  const [outputs, , k] = weight.value.shape
  const p = (k - 1) / 2
  const shape = [n, outputs, h / stride, w / stride]
  const window = { kernel_shape: [k, k], strides: [stride, stride], pads: [p, p, p, p] }
  const y = suitsBlocks(kernels.block, inputs, outputs, k)
    ? blockedConv(graph, kernels.block, x.value, forwardBlocks(graph, kernels.block, weight.value), window, shape)
    : graph.tensor('Conv', [x.value, weight.value], window, shape)

  return tape.result(y, [x, weight], (dy) => {
    tape.contribute(weight, () => convWeightGradient(tape, x.value, dy, k, stride))
    tape.contribute(x, () => {
      if (stride === 2) {
        const rest = 2 * (h / 2 - 1) + k - 2 * p
        const attributes = { ...window, output_padding: [h - rest, h - rest] }
        return graph.tensor('ConvTranspose', [dy, weight.value], attributes, x.value.shape)
      }
      const flippedWindow = { kernel_shape: [k, k], pads: [p, p, p, p] }
      return suitsBlocks(kernels.block, outputs, inputs, k) && inputs % kernels.block === 0
        ? blockedConv(
            graph,
            kernels.block,
            dy,
            backwardBlocks(graph, kernels.block, weight.value),
            flippedWindow,
            x.value.shape,
          )
        : graph.tensor('Conv', [dy, flip(tape, weight.value)], flippedWindow, x.value.shape)
    })
  })
}

/** [O,I,k,k] → [I,O,k,k] with reversed taps. */
export function flip({ graph }: Tape, weight: Tensor): Tensor {
  const [outputs, inputs, k] = weight.shape
  const swapped = graph.transpose(weight, [1, 0, 2, 3])
  if (k === 1) return swapped
  const reversed = Array.from({ length: k * k }, (_, i) => k * k - 1 - i)
  const taps = graph.gather(graph.reshape(swapped, [inputs * outputs, k * k]), reversed, 1)
  return graph.reshape(taps, [inputs, outputs, k, k])
}
