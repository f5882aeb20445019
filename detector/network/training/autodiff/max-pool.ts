import type { Tensor } from '../../../onnx/tensor-graph'
import type { Tape, Variable } from './tape'

/** 3×3, stride 2, padding 1 with −∞, of even sizes. A gradient goes to the maximum of its window; windows overlap. */
export function maxPool(tape: Tape, x: Variable): Variable {
  return tape.kernels.pool === 'scatter' ? maxPoolByScatter(tape, x) : maxPoolByPhases(tape, x)
}

const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }

/** Flat indices of the maxima from the forward pass, added up at their places. The fastest form on the CPU. */
function maxPoolByScatter(tape: Tape, x: Variable): Variable {
  const { graph } = tape
  const [n, c, h, w] = x.value.shape
  const shape = [n, c, h / 2, w / 2]
  const count = (n * c * h * w) / 4
  const [y, indices] = graph.ops('MaxPool', [x.value], window, [{ shape }, { dtype: 'int64', shape }])
  return tape.result({ ...y, shape }, [x], (dy) => {
    tape.contribute(x, () => {
      const flat = graph.op('Reshape', [indices, graph.ints([count])], {}, { dtype: 'int64', shape: [count] })
      const zeros = graph.tensor('ConstantOfShape', [graph.ints([4 * count])], {}, [4 * count])
      const attributes = { axis: 0, reduction: 'add' }
      const sum = graph.tensor('ScatterElements', [zeros, flat, graph.reshape(dy, [count])], attributes, [4 * count])
      return graph.reshape(sum, [n, c, h, w])
    })
  })
}

/**
 * In two one-dimensional stages on even and odd lines: row 2i of the windows is the middle, 2i+1 lies below and 2i−1
 * above. Ties take the gradient twice, which matters nowhere behind a ReLU: ties are at 0, where it passes nothing.
 */
function maxPoolByPhases(tape: Tape, x: Variable): Variable {
  const { graph } = tape
  const [n, c, h, w] = x.value.shape
  const y = graph.tensor('MaxPool', [x.value], window, [n, c, h / 2, w / 2])
  const where = (a: Tensor, b: Tensor, gradient: Tensor) => graph.mul(graph.indicator('Equal', a, b), gradient)
  return tape.result(y, [x], (dy) => {
    tape.contribute(x, () => {
      const [even, odd] = graph.splitRows(x.value)
      const above = graph.pad(odd, 1, -1, 0, 0)
      const rowMax = graph.max(graph.max(even, odd), above)
      const [left, right] = graph.splitColumns(rowMax)
      const before = graph.pad(right, 0, 0, 1, -1)
      const dLeft = where(left, y, dy)
      const dRight = graph.add(where(right, y, dy), graph.pad(where(before, y, dy), 0, 0, -1, 1))
      const dRows = graph.mergeColumns(dLeft, dRight)
      const dEven = where(even, rowMax, dRows)
      const dOdd = graph.add(where(odd, rowMax, dRows), graph.pad(where(above, rowMax, dRows), -1, 1, 0, 0))
      return graph.mergeRows(dEven, dOdd)
    })
  })
}
