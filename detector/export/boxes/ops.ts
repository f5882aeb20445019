import type { GraphBuilder, Value } from '../../onnx/graph-builder'
import { boolTensor, float32Tensor, int32Tensor, int64Tensor } from '../../onnx/tensor-data'

/** "To the end" for Slice. */
export const END = 2 ** 40

/**
 * Short names for the standard operators that the boxes graph is made of (opset 13–17), with the element type of every
 * result. Index vectors are int64.
 */
export class Ops {
  constructor(readonly graph: GraphBuilder) {}

  private like(op: string, a: Value, b: Value): Value {
    return this.graph.op(op, [a, b], {}, { dtype: a.dtype })
  }
  private test(op: string, ...inputs: Value[]): Value {
    return this.graph.op(op, inputs, {}, { dtype: 'bool' })
  }

  f = (value: number): Value => this.graph.scalar(value)
  i = (value: number): Value => this.graph.int(value)
  ints = (...values: number[]): Value => this.graph.ints(values)
  yes = (): Value => this.graph.initializer(boolTensor([true], [1]))
  floats = (values: readonly number[] | Float32Array, dims: readonly number[]): Value =>
    this.graph.initializer(float32Tensor(values, dims))
  longs = (values: readonly number[], dims: readonly number[]): Value =>
    this.graph.initializer(int64Tensor(values, dims))
  int32 = (value: number): Value => this.graph.initializer(int32Tensor([value], []))

  add = (a: Value, b: Value): Value => this.like('Add', a, b)
  sub = (a: Value, b: Value): Value => this.like('Sub', a, b)
  mul = (a: Value, b: Value): Value => this.like('Mul', a, b)
  div = (a: Value, b: Value): Value => this.like('Div', a, b)
  min = (a: Value, b: Value): Value => this.like('Min', a, b)
  max = (a: Value, b: Value): Value => this.like('Max', a, b)
  clip = (v: Value, low: Value, high: Value): Value => this.min(this.max(v, low), high)
  neg = (a: Value): Value => this.graph.op('Neg', [a])
  abs = (a: Value): Value => this.graph.op('Abs', [a])
  relu = (a: Value): Value => this.graph.op('Relu', [a])
  floor = (a: Value): Value => this.graph.op('Floor', [a])
  ceil = (a: Value): Value => this.graph.op('Ceil', [a])
  cos = (a: Value): Value => this.graph.op('Cos', [a])
  sin = (a: Value): Value => this.graph.op('Sin', [a])

  greater = (a: Value, b: Value): Value => this.test('Greater', a, b)
  less = (a: Value, b: Value): Value => this.test('Less', a, b)
  equal = (a: Value, b: Value): Value => this.test('Equal', a, b)
  xor = (a: Value, b: Value): Value => this.test('Xor', a, b)
  and = (a: Value, b: Value): Value => this.test('And', a, b)
  or = (a: Value, b: Value): Value => this.test('Or', a, b)
  not = (a: Value): Value => this.test('Not', a)
  atLeast = (a: Value, b: Value): Value => this.not(this.less(a, b))
  where = (condition: Value, a: Value, b: Value): Value =>
    this.graph.op('Where', [condition, a, b], {}, { dtype: a.dtype })

  toFloat = (a: Value): Value => this.graph.op('Cast', [a], { to: 1 }, { dtype: 'float32' })
  toInt32 = (a: Value): Value => this.graph.op('Cast', [a], { to: 6 }, { dtype: 'int32' })
  toInt64 = (a: Value): Value => this.graph.op('Cast', [a], { to: 7 }, { dtype: 'int64' })

  gather = (a: Value, index: Value, axis = 0): Value => this.graph.op('Gather', [a, index], { axis })
  gatherElements = (a: Value, index: Value, axis: number): Value =>
    this.graph.op('GatherElements', [a, index], { axis })
  scatter = (a: Value, index: Value, updates: Value): Value =>
    this.graph.op('ScatterElements', [a, index, updates], { axis: 0 })
  compress = (a: Value, keep: Value): Value => this.graph.op('Compress', [a, keep], { axis: 0 })
  reshape = (a: Value, ...dims: number[]): Value => this.graph.op('Reshape', [a, this.ints(...dims)])
  unsqueeze = (a: Value, ...axes: number[]): Value => this.graph.op('Unsqueeze', [a, this.ints(...axes)])
  concat = (parts: Value[], axis = 0): Value => this.graph.op('Concat', parts, { axis })
  slice = (a: Value, from: number, to: number, axis = 0): Value =>
    this.graph.op('Slice', [a, this.ints(from), this.ints(to), this.ints(axis)])
  matmul = (a: Value, b: Value): Value => this.graph.op('MatMul', [a, b])
  expand = (a: Value, shape: Value): Value => this.graph.op('Expand', [a, shape])

  /** Shape as a vector, int64. */
  shape = (a: Value): Value => this.graph.op('Shape', [a], {}, { dtype: 'int64' })
  /** Length of a vector as a scalar, int64. */
  size = (a: Value): Value => this.graph.op('Squeeze', [this.shape(a), this.ints(0)])
  /** 0, 1 … n−1, int64. */
  range = (n: Value): Value => this.graph.op('Range', [this.i(0), n, this.i(1)])
  cumsum = (a: Value): Value => this.graph.op('CumSum', [a, this.i(0)], {}, { dtype: a.dtype })
  /** Indices of the true elements of a vector, as a vector. */
  nonZero = (a: Value): Value => this.graph.op('NonZero', [a], {}, { dtype: 'int64' })

  maxOfRows = (a: Value): Value => this.graph.op('ReduceMax', [a], { axes: [1], keepdims: 0 })
  minOfRows = (a: Value): Value => this.graph.op('ReduceMin', [a], { axes: [1], keepdims: 0 })
  sumAll = (a: Value): Value => this.graph.op('ReduceSum', [a], { keepdims: 0 })
  sumAxis = (a: Value, axis: number): Value => this.graph.op('ReduceSum', [a, this.ints(axis)], { keepdims: 0 })
  argMin = (a: Value, axis: number): Value => this.graph.op('ArgMin', [a], { axis, keepdims: 0 }, { dtype: 'int64' })
  /** Where the `count` smallest elements of each row of a matrix stand, smallest first: [N,count]. */
  smallestOfRows = (a: Value, count: number): Value => {
    const outputs = [{ dtype: a.dtype }, { dtype: 'int64' as const }]
    return this.graph.ops('TopK', [a, this.ints(count)], { axis: 1, largest: 0, sorted: 1 }, outputs)[1]
  }

  /** All elements of a vector sorted: the values and where they came from. */
  sort = (a: Value, largest: boolean): [values: Value, indices: Value] => {
    const [values, indices] = this.graph.ops(
      'TopK',
      [a, this.shape(a)],
      { axis: 0, largest: largest ? 1 : 0, sorted: 1 },
      [{ dtype: a.dtype }, { dtype: 'int64' }],
    )
    return [values, indices]
  }

  /** Columns of a matrix [M,n] as n vectors. */
  columns = (a: Value, n: number): Value[] =>
    Array.from({ length: n }, (_, k) => this.reshape(this.slice(a, k, k + 1, 1), -1))
  /** Vectors side by side: n of [M] → [M,n]. */
  stack = (vectors: Value[]): Value =>
    this.concat(
      vectors.map((v) => this.unsqueeze(v, 1)),
      1,
    )
  /** True where an element of a vector differs from the one before it (one shorter). */
  changes = (v: Value): Value => this.not(this.equal(this.slice(v, 1, END), this.slice(v, 0, -1)))
}

/** Counts (each ≥ 1) written out: the owner of every element, the first element of every owner, the number of elements. */
export function repeatIndex(o: Ops, count: Value): { owner: Value; first: Value; total: Value } {
  const inclusive = o.cumsum(count)
  const first = o.sub(inclusive, count)
  const last = o.gather(inclusive, o.ints(-1))
  const ones = o.expand(o.i(1), o.shape(first))
  const marks = o.scatter(o.expand(o.i(0), last), first, ones)
  return {
    owner: o.sub(o.cumsum(marks), o.i(1)),
    first,
    total: o.graph.op('Squeeze', [last, o.ints(0)]),
  }
}
