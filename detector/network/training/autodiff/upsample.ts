import { float32Tensor } from '../../../onnx/tensor-data'
import type { Tape, Variable } from './tape'

/** Nearest neighbour by a whole factor; backward sums each s×s cell (average · s²). */
export function upsample(tape: Tape, x: Variable, factor: number): Variable {
  const { graph } = tape
  const [n, c, h, w] = x.value.shape
  const scales = graph.initializer(float32Tensor([1, 1, factor, factor], [4]))
  const y = graph.tensor(
    'Resize',
    [x.value, null, scales],
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    [n, c, h * factor, w * factor],
  )
  return tape.result(y, [x], (dy) => {
    tape.contribute(x, () => {
      const window = { kernel_shape: [factor, factor], strides: [factor, factor] }
      return graph.mul(graph.tensor('AveragePool', [dy], window, [n, c, h, w]), graph.number(factor * factor))
    })
  })
}
