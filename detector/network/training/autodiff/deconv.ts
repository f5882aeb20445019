import type { Tape, Variable } from './tape'

/**
 * Transposed convolution 2×2, stride 2, with bias; weight [in, out, 2, 2]. Its windows do not overlap, so dx is a plain
 * convolution with the same weight, and each of the four taps' dW is a product of x with one phase of dy.
 */
export function deconv(tape: Tape, x: Variable, weight: Variable, bias: Variable): Variable {
  const { graph } = tape
  const [n, inputs, h, w] = x.value.shape
  const outputs = weight.value.shape[1]
  const window = { kernel_shape: [2, 2], strides: [2, 2] }
  const y = graph.tensor('ConvTranspose', [x.value, weight.value, bias.value], window, [n, outputs, 2 * h, 2 * w])
  return tape.result(y, [x, weight, bias], (dy) => {
    tape.contribute(weight, () => {
      const rows = graph.reshape(x.value, [n, inputs, h * w])
      const taps = graph
        .splitRows(dy)
        .flatMap((lines) => graph.splitColumns(lines))
        .map((phase) => {
          const product = graph.matmulTransposed(rows, graph.reshape(phase, [n, outputs, h * w]))
          return graph.reshape(graph.sumOver(product, [0]), [inputs, outputs, 1])
        })
      return graph.reshape(graph.concat(taps, 2), [inputs, outputs, 2, 2])
    })
    tape.contribute(bias, () => graph.sumOver(dy, [0, 2, 3]))
    tape.contribute(x, () => graph.tensor('Conv', [dy, weight.value], window, x.value.shape))
  })
}
