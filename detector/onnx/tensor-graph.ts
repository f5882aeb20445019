import { GraphBuilder, type Value } from './graph-builder'
import { float32Tensor } from './tensor-data'

/** A float32 value whose lengths are all known. */
export interface Tensor extends Value {
  readonly shape: readonly number[]
}

/** Provides operators beyond the standard ones only where `contrib` was set. */
const CONTRIB_DOMAIN = 'com.microsoft'

/**
 * A builder for graphs of static shapes: every method knows the shape of its result. Images are [N,C,H,W].
 * The formulations are those measured to be fast on onnxruntime's CPU provider with opset 18 (axes as inputs).
 */
export class TensorGraph extends GraphBuilder {
  static readonly opset = 18

  /** @param contrib use FusedMatMul of onnxruntime for transposed products; without it only standard operators occur */
  constructor(
    name: string,
    private readonly contrib: boolean,
  ) {
    super(name)
  }

  tensorInput(name: string, shape: readonly number[]): Tensor {
    return typed(this.input(name, 'float32', shape), shape)
  }

  constant(values: readonly number[] | Float32Array, shape: readonly number[]): Tensor {
    return typed(this.initializer(float32Tensor(values, shape)), shape)
  }

  number(value: number): Tensor {
    return typed(this.scalar(value), [])
  }

  vector(length: number, value: number): Tensor {
    return typed(this.filled(length, value), [length])
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.binary('Add', a, b)
  }

  sub(a: Tensor, b: Tensor): Tensor {
    return this.binary('Sub', a, b)
  }

  mul(a: Tensor, b: Tensor): Tensor {
    return this.binary('Mul', a, b)
  }

  div(a: Tensor, b: Tensor): Tensor {
    return this.binary('Div', a, b)
  }

  max(a: Tensor, b: Tensor): Tensor {
    return this.binary('Max', a, b)
  }

  min(a: Tensor, b: Tensor): Tensor {
    return this.binary('Min', a, b)
  }

  /** 1 where the comparison holds, else 0. (Cast of a comparison; Where and Sign are scalar code on the CPU.) */
  indicator(comparison: 'Greater' | 'GreaterOrEqual' | 'Less' | 'Equal', a: Tensor, b: Tensor): Tensor {
    const shape = broadcast(a.shape, b.shape)
    const truth = this.op(comparison, [a, b], {}, { dtype: 'bool', shape })
    return typed(this.op('Cast', [truth], { to: 1 }, { dtype: 'float32', shape }), shape)
  }

  unary(
    opType: 'Relu' | 'Sigmoid' | 'Softplus' | 'Abs' | 'Sign' | 'Sqrt' | 'Reciprocal' | 'Floor' | 'Neg',
    x: Tensor,
  ): Tensor {
    return this.tensor(opType, [x], {}, x.shape)
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.tensor('Reshape', [x, this.ints(shape)], {}, shape)
  }

  transpose(x: Tensor, perm: readonly number[]): Tensor {
    return this.tensor(
      'Transpose',
      [x],
      { perm },
      perm.map((axis) => x.shape[axis]),
    )
  }

  concat(parts: readonly Tensor[], axis: number): Tensor {
    if (parts.length === 1) return parts[0]
    const length = parts.reduce((sum, part) => sum + part.shape[axis], 0)
    return this.tensor('Concat', parts, { axis }, parts[0].shape.with(axis, length))
  }

  split(x: Tensor, axis: number, lengths: readonly number[]): Tensor[] {
    if (lengths.length === 1) return [x]
    const shapes = lengths.map((length) => x.shape.with(axis, length))
    const results = shapes.map((shape) => ({ dtype: 'float32' as const, shape }))
    return this.ops('Split', [x, this.ints(lengths)], { axis }, results).map((value, i) => typed(value, shapes[i]))
  }

  /** Zeros around an image; negative amounts crop. One side plus, the other minus = a shift. */
  pad(x: Tensor, top: number, bottom: number, left: number, right: number): Tensor {
    const [n, c, h, w] = x.shape
    return this.tensor('Pad', [x, this.ints([0, 0, top, left, 0, 0, bottom, right])], {}, [
      n,
      c,
      h + top + bottom,
      w + left + right,
    ])
  }

  /** Elements `indices` of an axis. */
  gather(x: Tensor, indices: readonly number[], axis: number): Tensor {
    return this.tensor('Gather', [x, this.ints(indices)], { axis }, x.shape.with(axis, indices.length))
  }

  /** Sum of all elements, a scalar. */
  sum(x: Tensor): Tensor {
    return this.tensor('ReduceSum', [x], { keepdims: 0 }, [])
  }

  /** Sum over axes, which disappear. */
  sumOver(x: Tensor, axes: readonly number[]): Tensor {
    const shape = x.shape.filter((_, axis) => !axes.includes(axis))
    return this.tensor('ReduceSum', [x, this.ints(axes)], { keepdims: 0 }, shape)
  }

  meanOver(x: Tensor, axes: readonly number[]): Tensor {
    const shape = x.shape.filter((_, axis) => !axes.includes(axis))
    return this.tensor('ReduceMean', [x, this.ints(axes)], { keepdims: 0 }, shape)
  }

  sumOfSquares(x: Tensor): Tensor {
    return this.tensor('ReduceSumSquare', [x], { keepdims: 0 }, [])
  }

  maximum(x: Tensor): Tensor {
    return this.tensor('ReduceMax', [x], { keepdims: 0 }, [])
  }

  matmul(a: Tensor, b: Tensor): Tensor {
    return this.tensor('MatMul', [a, b], {}, [...a.shape.slice(0, -1), b.shape[b.shape.length - 1]])
  }

  /** a · bᵀ over the last two of three axes: [B,M,K], [B,N,K] → [B,M,N]. */
  matmulTransposed(a: Tensor, b: Tensor): Tensor {
    const shape = [a.shape[0], a.shape[1], b.shape[1]]
    return this.contrib
      ? typed(this.opOf(CONTRIB_DOMAIN, 'FusedMatMul', [a, b], { transB: 1 }, { shape }), shape)
      : this.matmul(a, this.transpose(b, [0, 2, 1]))
  }

  /** Σ over rows and columns and images of a · b, one number per channel. */
  dotPerChannel(a: Tensor, b: Tensor): Tensor {
    const [n, c, h, w] = a.shape
    // One read of both: batched 1×K dot products. As [1,K]×[K,1] the same product is about 30 times slower.
    if (!this.contrib) return this.sumOver(this.mul(a, b), [0, 2, 3])
    const rows = [n * c, 1, h * w]
    const dots = this.matmulTransposed(this.reshape(a, rows), this.reshape(b, rows))
    return this.sumOver(this.reshape(dots, [n, c]), [0])
  }

  /** Per channel (x − mean) / √(variance + epsilon) · scale + shift in one pass. */
  normalise(x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, epsilon: number): Tensor {
    const attributes = { epsilon: { kind: 'float' as const, value: epsilon } }
    return this.tensor('BatchNormalization', [x, scale, shift, mean, variance], attributes, x.shape)
  }

  /** Per channel scale · x + shift in one pass. */
  affine(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
    const channels = x.shape[1]
    return this.normalise(x, scale, shift, this.vector(channels, 0), this.vector(channels, 1), 0)
  }

  /** Even and odd rows. Split on an axis of its own is several times faster than Slice with steps. */
  splitRows(x: Tensor): [even: Tensor, odd: Tensor] {
    const [n, c, h, w] = x.shape
    const halves = this.split(this.reshape(x, [n * c, h / 2, 2, w]), 2, [1, 1])
    return halves.map((half) => this.reshape(half, [n, c, h / 2, w])) as [Tensor, Tensor]
  }

  /** Even and odd columns. */
  splitColumns(x: Tensor): [even: Tensor, odd: Tensor] {
    const [n, c, h, w] = x.shape
    const halves = this.split(this.reshape(x, [n * c * h, w / 2, 2]), 2, [1, 1])
    return halves.map((half) => this.reshape(half, [n, c, h, w / 2])) as [Tensor, Tensor]
  }

  /** The inverse of splitRows. (DepthToSpace takes four times as long.) */
  mergeRows(even: Tensor, odd: Tensor): Tensor {
    const [n, c, h, w] = even.shape
    const lines = [even, odd].map((half) => this.reshape(half, [n * c * h, 1, w]))
    return this.reshape(this.concat(lines, 1), [n, c, 2 * h, w])
  }

  mergeColumns(even: Tensor, odd: Tensor): Tensor {
    const [n, c, h, w] = even.shape
    const cells = [even, odd].map((half) => this.reshape(half, [n * c * h * w, 1]))
    return this.reshape(this.concat(cells, 1), [n, c, h, 2 * w])
  }

  /** A node with one float32 result of a known shape. */
  tensor(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Parameters<GraphBuilder['op']>[2],
    shape: readonly number[],
    domain = '',
  ): Tensor {
    return typed(this.ops(opType, inputs, attributes ?? {}, [{ dtype: 'float32', shape }], domain)[0], shape)
  }

  private binary(opType: string, a: Tensor, b: Tensor): Tensor {
    return this.tensor(opType, [a, b], {}, broadcast(a.shape, b.shape))
  }
}

function typed(value: Value, shape: readonly number[]): Tensor {
  return { name: value.name, dtype: value.dtype, shape }
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1
    const y = b[b.length - rank + i] ?? 1
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`Shapes [${a}] and [${b}] do not fit each other`)
    return x === 1 ? y : x
  })
}
