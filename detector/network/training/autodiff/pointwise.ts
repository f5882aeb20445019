import type { Tape, Variable } from './tape'

/** y = max(x, 0); dx = dy where y > 0. */
export function relu(tape: Tape, x: Variable): Variable {
  const { graph } = tape
  const y = graph.unary('Relu', x.value)
  return tape.result(y, [x], (dy) => {
    tape.contribute(x, () => graph.mul(dy, graph.indicator('Greater', y, graph.number(0))))
  })
}

/** y = a + b of equal shapes. */
export function add(tape: Tape, a: Variable, b: Variable): Variable {
  return tape.result(tape.graph.add(a.value, b.value), [a, b], (dy) => {
    tape.contribute(a, () => dy)
    tape.contribute(b, () => dy)
  })
}

/** Along `axis`; backward splits. */
export function concat(tape: Tape, parts: readonly Variable[], axis: number): Variable {
  const { graph } = tape
  const values = parts.map((part) => part.value)
  return tape.result(graph.concat(values, axis), parts, (dy) => {
    const pieces = graph.split(
      dy,
      axis,
      values.map((value) => value.shape[axis]),
    )
    parts.forEach((part, i) => {
      tape.contribute(part, () => pieces[i])
    })
  })
}

/** Pieces of an axis; backward concatenates, so every piece must get a gradient. */
export function split(tape: Tape, x: Variable, axis: number, lengths: readonly number[]): Variable[] {
  const { graph } = tape
  const pieces: Variable[] = []
  // The first piece's rule runs last of the pieces' rules, when the gradients of all are complete.
  const values = graph.split(x.value, axis, lengths)
  for (const [i, value] of values.entries()) {
    pieces.push(
      tape.result(value, [x], () => {
        if (i > 0) return
        const gradients = pieces.map((piece) => tape.gradientOf(piece))
        if (gradients.every((gradient) => gradient !== undefined)) {
          tape.contribute(x, () => graph.concat(gradients, axis))
        } else {
          throw new Error('A piece of a split has no gradient')
        }
      }),
    )
  }
  return pieces
}
