import type { Tensor } from '../../../onnx/tensor-graph'
import { backwardBlocks, blockedConv, forwardBlocks, suitsBlocks } from './blocked-conv'
import { flip } from './conv'
import type { Tape, Variable } from './tape'

/** Place of an output pixel within the 2×2 cell of its source pixel. */
const PHASES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const

/**
 * A 3×3 convolution of a map upsampled ×2 by nearest neighbour, computed on the small map: of the nine taps of an output
 * pixel several meet the same source pixel, so that four kernels of 2×2, one for each place in the cell, do the work of
 * one of 3×3 on four times the pixels: 4 multiplications in place of 9. The same sums but for rounding.
 * x [N,I,h,w], weight [O,I,3,3] → [N,O,2h,2w].
 */
export function upsampledConv(tape: Tape, x: Variable, weight: Variable): Variable {
  const { graph, kernels } = tape
  const [n, inputs, h, w] = x.value.shape
  const [outputs] = weight.value.shape
  const phaseKernels = toPhases(tape, weight.value)
  const blocked = suitsBlocks(kernels.block, inputs, outputs, 2) && inputs % kernels.block === 0
  const shape = [n, outputs, h, w]

  // Row 2i + a of the result reads source rows i − 1 + a and i + a; columns likewise.
  const [a, b, c, d] = PHASES.map(([row, column], i) => {
    const window = { kernel_shape: [2, 2], pads: [1 - row, 1 - column, row, column] }
    return blocked
      ? blockedConv(graph, kernels.block, x.value, forwardBlocks(graph, kernels.block, phaseKernels[i]), window, shape)
      : graph.tensor('Conv', [x.value, phaseKernels[i]], window, shape)
  })
  const y = graph.mergeRows(graph.mergeColumns(a, b), graph.mergeColumns(c, d))

  return tape.result(y, [x, weight], (dy) => {
    const gradients = graph.splitRows(dy).flatMap((rows) => graph.splitColumns(rows))
    tape.contribute(weight, () => fromPhases(tape, phaseGradients(tape, x.value, gradients)))
    tape.contribute(x, () =>
      PHASES.map(([row, column], i) => {
        const window = { kernel_shape: [2, 2], pads: [row, column, 1 - row, 1 - column] }
        return blocked
          ? blockedConv(
              graph,
              kernels.block,
              gradients[i],
              backwardBlocks(graph, kernels.block, phaseKernels[i]),
              window,
              x.value.shape,
            )
          : graph.tensor('Conv', [gradients[i], flip(tape, phaseKernels[i])], window, x.value.shape)
      }).reduce((sum, part) => graph.add(sum, part)),
    )
  })
}

/** Which of three taps fall on each of two source pixels: those of phase 0 are split 1 + 2, those of phase 1 are 2 + 1. */
const tapOf = (phase: number, tap: number) => (phase === 0 ? Math.ceil(tap / 2) : Math.floor(tap / 2))

/** [9, 4 phases × 4 taps]: the sums of taps that make the phase kernels. */
function phaseMatrix(): Float32Array {
  const matrix = new Float32Array(9 * 16)
  for (const [phase, [row, column]] of PHASES.entries()) {
    for (let tap = 0; tap < 9; tap++) {
      const target = 2 * tapOf(row, Math.floor(tap / 3)) + tapOf(column, tap % 3)
      matrix[tap * 16 + phase * 4 + target] = 1
    }
  }
  return matrix
}

/** [O,I,3,3] → four of [O,I,2,2]. */
function toPhases({ graph }: Tape, weight: Tensor): Tensor[] {
  const [outputs, inputs] = weight.shape
  const taps = graph.matmul(graph.reshape(weight, [outputs * inputs, 9]), graph.constant(phaseMatrix(), [9, 16]))
  return graph.split(taps, 1, [4, 4, 4, 4]).map((phase) => graph.reshape(phase, [outputs, inputs, 2, 2]))
}

/** The transposed map: gradients of the phase kernels → that of the kernel. */
function fromPhases({ graph }: Tape, phases: readonly Tensor[]): Tensor {
  const [outputs, inputs] = phases[0].shape
  const taps = graph.concat(
    phases.map((phase) => graph.reshape(phase, [outputs * inputs, 4])),
    1,
  )
  const transposed = graph.transpose(graph.constant(phaseMatrix(), [9, 16]), [1, 0])
  return graph.reshape(graph.matmul(taps, transposed), [outputs, inputs, 3, 3])
}

/**
 * Gradients of the four phase kernels as products with the pixels inside, by separable shifts as in the weight gradient
 * of a plain convolution: two row shifts of dy, two column shifts of x; image by image.
 */
function phaseGradients({ graph }: Tape, x: Tensor, gradients: readonly Tensor[]): Tensor[] {
  const [n, inputs, h, w] = x.shape
  const outputs = gradients[0].shape[1]
  const ones = Array.from({ length: n }, () => 1)
  const columns = graph.split(x, 0, ones).map((image) => {
    const before = graph.pad(image, 0, 0, 1, -1)
    const after = graph.pad(image, 0, 0, -1, 1)
    return [graph.concat([before, image], 1), graph.concat([image, after], 1)].map((pair) =>
      graph.reshape(pair, [2 * inputs, h * w]),
    )
  })
  return PHASES.map(([row, column], i) => {
    const sum = graph.split(gradients[i], 0, ones).reduce<Tensor | undefined>((accumulated, image, at) => {
      const shifted = row === 0 ? [graph.pad(image, -1, 1, 0, 0), image] : [image, graph.pad(image, 1, -1, 0, 0)]
      const rows = graph.reshape(graph.concat(shifted, 1), [2 * outputs, h * w])
      const operands = [rows, columns[at][column]]
      if (accumulated) operands.push(accumulated)
      return graph.tensor('Gemm', operands, { transB: 1 }, [2 * outputs, 2 * inputs])
    }, undefined)
    if (!sum) throw new RangeError('An empty batch has no gradient')
    return graph.transpose(graph.reshape(sum, [2, outputs, 2, inputs]), [1, 3, 0, 2])
  })
}
