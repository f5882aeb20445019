import type { Tape, Variable } from './tape'

/**
 * The kernel of a 1×1 convolution followed by a k×k one, both without bias: inner [M,I,1,1], outer [O,M,k,k] →
 * [O,I,k,k]. Padding with zeros stays right, because the inner one maps zeros to zeros.
 */
export function composeKernels(tape: Tape, outer: Variable, inner: Variable): Variable {
  const { graph } = tape
  const [outputs, middle, k] = outer.value.shape
  const inputs = inner.value.shape[1]
  const taps = k * k
  // [O·k·k, M] · [M, I]
  const rows = graph.reshape(graph.transpose(outer.value, [0, 2, 3, 1]), [outputs * taps, middle])
  const columns = graph.reshape(inner.value, [middle, inputs])
  const product = graph.reshape(graph.matmul(rows, columns), [outputs, k, k, inputs])
  return tape.result(graph.transpose(product, [0, 3, 1, 2]), [outer, inner], (gradient) => {
    const dProduct = graph.reshape(graph.transpose(gradient, [0, 2, 3, 1]), [outputs * taps, inputs])
    tape.contribute(outer, () => {
      const dRows = graph.matmul(dProduct, graph.transpose(columns, [1, 0]))
      return graph.transpose(graph.reshape(dRows, [outputs, k, k, middle]), [0, 3, 1, 2])
    })
    tape.contribute(inner, () =>
      graph.reshape(graph.matmul(graph.transpose(rows, [1, 0]), dProduct), inner.value.shape),
    )
  })
}
