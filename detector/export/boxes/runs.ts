import { GraphBuilder, subgraph, type Value } from '../../onnx/graph-builder'
import { END, Ops } from './ops'

/** Horizontal runs of lit pixels in raster order; vectors [R], int64. The last one is the sentinel of `findRuns`. */
export interface Runs {
  /** First and last lit column, and row. */
  left: Value
  right: Value
  y: Value
  /** Index 0 … R−1 and R itself. */
  index: Value
  count: Value
  /** A touching run in the row above and below; the run itself where there is none. */
  above: Value
  below: Value
}

/**
 * Finds the runs of p > threshold and their neighbours (8-connectivity) without labelling pixels.
 *
 * The map is laid out flat with one dark column before each row (stride S = W + 1) and two rows more: an empty one and
 * one with a single lit pixel. That pixel is a run that touches nothing and is dropped at the end; thanks to it no
 * vector behind is ever empty, which old runtimes refuse in places.
 */
export function findRuns(o: Ops, prob: Value, height: number, width: number, threshold: Value): Runs {
  const stride = width + 1
  const length = (height + 2) * stride
  const tail = new Float32Array(2 * stride + 1)
  tail[stride + 3] = 1e9
  const padded = o.graph.op('Pad', [prob, o.ints(0, 0, 0, 1, 0, 0, 0, 0), o.f(0)])
  const flat = o.concat([o.reshape(padded, -1), o.floats(tail, [tail.length])])
  const lit = o.greater(flat, threshold)
  // True at y·S + x where a run starts at column x, and at y·S + x + 1 where one ended at x: starts and ends alternate.
  const edge = o.xor(o.slice(lit, 0, length), o.slice(lit, 1, length + 1))
  const [start, end] = o.columns(o.reshape(o.nonZero(edge), -1, 2), 2)
  const count = o.size(start)
  const index = o.range(count)
  // cumulative[q] = starts ≤ q plus ends < q; halved, it is the first run that ends at or after q: a search by one Gather.
  const cumulative = o.cumsum(o.toInt32(edge))
  const y = o.div(start, o.i(stride))
  const rowStart = o.mul(y, o.i(stride))

  // In the row above (−1) or below (+1): the first run ending at or after left−1 touches if it starts at or before right+1.
  // Of two touching runs at least one sees the other this way, so two look-ups per run find all.
  const look = (direction: -1 | 1): Value => {
    const q = o.clip(o.add(start, o.i(direction * stride - 1)), o.i(0), o.i(length - 1))
    const found = o.toInt64(o.div(o.gather(cumulative, q), o.int32(2)))
    const candidate = o.min(found, o.sub(count, o.i(1)))
    const touches = o.not(o.greater(o.gather(start, candidate), o.add(end, o.i(direction * stride))))
    return o.where(touches, candidate, index)
  }
  return {
    left: o.sub(start, rowStart),
    right: o.sub(o.sub(end, rowStart), o.i(1)),
    y,
    index,
    count,
    above: look(-1),
    below: look(1),
  }
}

/** Pointer jumping: every element takes over what its parent points to, `times` times. */
function jump(o: Ops, parent: Value, times: number): Value {
  let p = parent
  for (let k = 0; k < times; k++) p = o.gather(p, p)
  return p
}

/**
 * One round of union: roots are hooked over the edges (a,b) still open, larger index under smaller, so no cycle can
 * arise and the last root left is the component's first run in raster order.
 */
function unionRound(o: Ops, runs: Runs, parent: Value, a: Value, b: Value, jumps: number): Value {
  const pa = o.gather(parent, a)
  const pb = o.gather(parent, b)
  const high = o.max(pa, pb)
  const low = o.min(pa, pb)
  // Only roots may be hooked: hooking another element would lose the link it already has.
  const useful = o.and(o.greater(high, low), o.equal(o.gather(parent, high), high))
  // Equal indices in ScatterElements are undefined in ONNX: sort the pairs, keep the smallest low of each high. The pair
  // (0,0) keeps the list non-empty; run 0 is always a root.
  const withZero = (v: Value): Value => o.concat([o.ints(0), o.compress(v, useful)])
  const keys = o.add(o.mul(withZero(high), runs.count), withZero(low))
  const [sorted] = o.sort(keys, false)
  const h = o.div(sorted, runs.count)
  const l = o.sub(sorted, o.mul(h, runs.count))
  const first = o.concat([o.yes(), o.changes(h)])
  return jump(o, o.scatter(parent, o.compress(h, first), o.compress(l, first)), jumps)
}

/** Rounds of the form without Loop: real maps need at most 3, a shape that needs more would be split. */
const FIXED_ROUNDS = 6

/**
 * Root of every run: equal for the runs of one component, the smallest index among them.
 * @param loop with a Loop operator as many rounds as needed, without it a fixed number
 */
export function unite(o: Ops, runs: Runs, height: number, loop: boolean): Value {
  // Most components hang together through their runs above: pointers doubled over the longest column.
  let parent = jump(o, runs.above, Math.ceil(Math.log2(height + 2)))
  const isOpen = (edge: Value): Value => o.not(o.equal(o.gather(parent, edge), parent))
  const openBelow = isOpen(runs.below)
  const openAbove = isOpen(runs.above)
  const a = o.concat([o.compress(runs.index, openBelow), o.compress(runs.index, openAbove)])
  const b = o.concat([o.compress(runs.below, openBelow), o.compress(runs.above, openAbove)])
  if (!loop) {
    for (let k = 0; k < FIXED_ROUNDS; k++) parent = unionRound(o, runs, parent, a, b, 5)
    return parent
  }

  // The leading 0: onnxruntime 1.14 refuses to sum an empty vector to a scalar.
  const anyOpen = (p: Ops, v: Value): Value =>
    p.greater(p.sumAll(p.concat([p.ints(0), p.toInt64(p.not(p.equal(p.gather(v, a), p.gather(v, b))))])), p.i(0))
  const body = new GraphBuilder('union', `${o.graph.prefix}union_`)
  const inner = new Ops(body)
  body.input(`${body.prefix}round`, 'int64', [])
  body.input(`${body.prefix}condition`, 'bool', [])
  const carried = body.input(`${body.prefix}parent`, 'int64', ['R'])
  const next = unionRound(inner, runs, carried, a, b, 4)
  body.output(anyOpen(inner, next), undefined, [])
  body.output(next, undefined, ['R'])
  return o.graph.op('Loop', [null, anyOpen(o, parent), parent], { body: subgraph(body) }, { dtype: 'int64' })
}

/** Outermost pixels of each (component, row) pair, ordered by component, then row; vectors [G], int64. */
export interface RowSpans {
  left: Value
  right: Value
  y: Value
  /** First pair and number of pairs of each component, [N]; the last component is the sentinel. */
  first: Value
  rows: Value
}

function spans(o: Ops, component: Value): { first: Value; rows: Value } {
  const first = o.reshape(o.nonZero(o.concat([o.yes(), o.changes(component)])), -1)
  return { first, rows: o.sub(o.concat([o.slice(first, 1, END), o.shape(component)]), first) }
}

/**
 * Numbers the components in raster order of their first run and keeps leftmost and rightmost pixel of each row: a
 * convex hull needs nothing else. Components of at most `minRows` rows go (their side is too short), not the sentinel.
 */
export function collectRows(o: Ops, runs: Runs, root: Value, height: number, minRows: number): RowSpans {
  const isRoot = o.toInt64(o.equal(root, runs.index))
  const component = o.sub(o.gather(o.cumsum(isRoot), root), o.i(1))
  const [, order] = o.sort(o.add(o.mul(component, runs.count), runs.index), false)
  const sortedComponent = o.gather(component, order)
  const sortedY = o.gather(runs.y, order)
  const change = o.changes(o.add(o.mul(sortedComponent, o.i(height + 2)), sortedY))
  const isFirst = o.concat([o.yes(), change])
  const isLast = o.concat([change, o.yes()])
  const all = [
    o.compress(o.gather(runs.left, order), isFirst),
    o.compress(o.gather(runs.right, order), isLast),
    o.compress(sortedY, isFirst),
    o.compress(sortedComponent, isFirst),
  ]
  const { rows } = spans(o, all[3])
  const n = o.size(rows)
  const keep = o.or(o.greater(rows, o.i(minRows)), o.equal(o.range(n), o.sub(n, o.i(1))))
  const perRow = o.gather(keep, all[3])
  const [left, right, y, kept] = all.map((v) => o.compress(v, perRow))
  return { left, right, y, ...spans(o, kept) }
}
