import type { Value } from '../../onnx/graph-builder'
import { type Ops, repeatIndex } from './ops'
import { corners, type Rectangles, successor } from './rectangle'

const BLOCK = 32
/** One, in the sums of scores: 2^20 resolves float32 sums of a row, and int64 holds those of any map. */
const FIXED_POINT = 2 ** 20

/** Ones on and above the diagonal (strict: above it only): a product with it is a running sum. */
function triangle(o: Ops, n: number, strict: boolean): Value {
  const ones = Float32Array.from({ length: n * n }, (_, k) => {
    const row = Math.floor(k / n)
    const column = k % n
    return (strict ? row < column : row <= column) ? 1 : 0
  })
  return o.floats(ones, [n, n])
}

/** Inclusive running sums of each row, flat [H·W]. Two small products; CumSum over float rows takes ten times as long. */
function rowSums(o: Ops, prob: Value, height: number, width: number): Value {
  const inner = o.matmul(o.reshape(prob, height, width / BLOCK, BLOCK), triangle(o, BLOCK, false))
  const blockTotals = o.reshape(o.slice(inner, BLOCK - 1, BLOCK, 2), height, width / BLOCK)
  const outer = o.matmul(blockTotals, triangle(o, width / BLOCK, true))
  return o.reshape(o.add(inner, o.unsqueeze(outer, 2)), -1)
}

/**
 * Score [N] of each rectangle: mean of p over the pixels that a filled polygon with truncated corners covers, its border
 * included (the reference's "fast" box score). Corners are snapped by floor(x + 0.002), since 4.9999995 stands for 5.
 */
export function boxScores(o: Ops, prob: Value, rectangles: Rectangles, height: number, width: number): Value {
  const [cornerX, cornerY] = corners(o, rectangles, rectangles.width, rectangles.height)
  const snap = (v: Value): Value => o.floor(o.add(v, o.f(0.002)))
  const ax = snap(cornerX)
  const ay = snap(cornerY)
  const bx = successor(o, ax)
  const by = successor(o, ay)
  const dx = o.sub(bx, ax)
  const dy = o.sub(by, ay)
  // A level edge has slope 0: its ends belong to its neighbours.
  const slope = o.div(dx, o.where(o.equal(dy, o.f(0)), o.f(1), dy))
  // In one row a flat edge covers every x within half a row, a steep one a single x.
  const halfRow = o.where(o.less(o.abs(dy), o.abs(dx)), o.f(0.5), o.f(0))
  const top = o.clip(o.minOfRows(ay), o.f(0), o.f(height - 1))
  const bottom = o.clip(o.maxOfRows(ay), o.f(0), o.f(height - 1))

  // One entry per rectangle and pixel row, [T]; edge data beside it as [T,4] each.
  const rows = o.toInt64(o.add(o.sub(bottom, top), o.f(1)))
  const { owner, first, total } = repeatIndex(o, rows)
  const limits = [o.min(ay, by), o.max(ay, by), o.min(ax, bx), o.max(ax, bx)]
  const edges = o.concat([ax, ay, ...limits, slope, halfRow, o.unsqueeze(top, 1)], 1)
  const perRow = o.gather(edges, owner)
  const [x0, y0, low, high, west, east, rise, half] = Array.from({ length: 8 }, (_, k) =>
    o.slice(perRow, 4 * k, 4 * k + 4, 1),
  )
  const offset = o.toFloat(o.sub(o.range(total), o.gather(first, owner)))
  const row = o.add(o.slice(perRow, 32, 33, 1), o.unsqueeze(offset, 1)) // [T,1]
  const xAt = (r: Value): Value => o.add(x0, o.mul(o.sub(r, y0), rise))
  const active = o.and(o.not(o.less(row, low)), o.not(o.greater(row, high)))
  // The outline is a Bresenham line walked from left to right, which leaves ties on the side it comes from: a steep edge
  // rounds halves down, a flat one excludes the left end of its stretch and includes the right one. 1e-4 is for rounding.
  const a = xAt(o.sub(row, half))
  const b = xAt(o.add(row, half))
  const flat = o.greater(half, o.f(0))
  const steepX = o.ceil(o.sub(a, o.f(0.5 + 1e-4)))
  const flatLeft = o.max(o.add(o.floor(o.add(o.min(a, b), o.f(1e-4))), o.f(1)), west)
  const flatRight = o.min(o.floor(o.add(o.max(a, b), o.f(1e-4))), east)
  const left = o.max(o.minOfRows(o.where(active, o.where(flat, flatLeft, steepX), o.f(1e6))), o.f(0))
  const right = o.min(o.maxOfRows(o.where(active, o.where(flat, flatRight, steepX), o.f(-1e6))), o.f(width - 1))
  const pixels = o.max(o.add(o.sub(right, left), o.f(1)), o.f(0))

  const base = o.mul(o.toInt64(o.reshape(row, -1)), o.i(width))
  const leftIndex = o.add(base, o.toInt64(o.min(left, o.f(width - 1))))
  const rightIndex = o.add(base, o.toInt64(o.max(right, o.f(0))))
  const running = rowSums(o, prob, height, width)
  const between = o.sub(o.gather(running, rightIndex), o.gather(running, leftIndex))
  const sum = o.add(between, o.gather(o.reshape(prob, -1), leftIndex))
  const counted = o.mul(sum, o.toFloat(o.greater(pixels, o.f(0))))

  // Sums per rectangle as differences of a running sum, in whole numbers: float32 would lose 1e-3 on small ones, and
  // onnxruntime-web's WebGPU build has no float64.
  const whole = o.toInt64(o.mul(o.stack([counted, pixels]), o.f(FIXED_POINT)))
  const accumulated = o.cumsum(whole)
  const before = o.mul(
    o.gather(accumulated, o.max(o.sub(first, o.i(1)), o.i(0))),
    o.toInt64(o.unsqueeze(o.greater(first, o.i(0)), 1)),
  )
  const totals = o.sub(o.gather(accumulated, o.sub(o.add(first, rows), o.i(1))), before)
  const [scoreSum, scoreCount] = o.columns(o.toFloat(totals), 2)
  return o.div(scoreSum, o.max(scoreCount, o.f(FIXED_POINT)))
}
