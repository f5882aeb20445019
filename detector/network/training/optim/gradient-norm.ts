import type { Tensor, TensorGraph } from '../../../onnx/tensor-graph'

/** Euclidean norm of all gradients together, a scalar. */
export function gradientNorm(graph: TensorGraph, gradients: readonly Tensor[]): Tensor {
  const squares = gradients.map((gradient) => graph.reshape(graph.sumOfSquares(gradient), [1]))
  return graph.unary('Sqrt', graph.sum(graph.concat(squares, 0)))
}

/** min(1, limit / (norm + 1e-6)), what every gradient is multiplied by so that the norm stays within the limit. */
export function clipFactor(graph: TensorGraph, norm: Tensor, limit: number): Tensor {
  const ratio = graph.div(graph.number(limit), graph.add(norm, graph.number(1e-6)))
  return graph.min(ratio, graph.number(1))
}
