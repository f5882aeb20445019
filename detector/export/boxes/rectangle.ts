import type { Value } from '../../graph/graph-builder'
import { END, type Ops, repeatIndex } from './ops'
import type { RowSpans } from './runs'

/** A level of the segmented maximum: which rows form each chunk. */
interface Chunks {
  /** Group of each chunk [M]. */
  owner: Value
  first: Value
  count: Value
  /** [M,B] indices of the chunk's elements; the last one is repeated, which a maximum does not mind. */
  index: Value
}

function chunks(o: Ops, first: Value, count: Value, size: number): Chunks {
  const perGroup = o.div(o.add(count, o.i(size - 1)), o.i(size))
  const repeated = repeatIndex(o, perGroup)
  const within = o.mul(o.sub(o.range(repeated.total), o.gather(repeated.first, repeated.owner)), o.i(size))
  const steps = o.longs(
    Array.from({ length: size }, (_, k) => k),
    [1, size],
  )
  const last = o.unsqueeze(o.gather(o.sub(count, o.i(1)), repeated.owner), 1)
  const clamped = o.min(o.add(o.unsqueeze(within, 1), steps), last)
  return {
    owner: repeated.owner,
    first: repeated.first,
    count: perGroup,
    index: o.add(clamped, o.unsqueeze(o.gather(first, repeated.owner), 1)),
  }
}

/** Minimum-area rectangles [N] in map pixels: sides (pixel centres), centre, direction (cos, sin) of the side `width`. */
export interface Rectangles {
  width: Value
  height: Value
  centreX: Value
  centreY: Value
  cos: Value
  sin: Value
}

// The angle search: 128 directions over 90°, then four fans of ±8 steps, each 8 times finer (0.0002° at the end). With
// fewer directions the search more often ends in another minimum of nearly the same area: on 68 real maps with 2405 boxes
// 16 boxes with 32 directions, 10 with 64, 6 with 128 (and one map in 30 had one box more or less); it costs 0.3 ms.
const COARSE = 128
const FAN = 8
const FANS = 4
const DIRECTIONS = 2 * FAN + 1

/**
 * Minimum-area rectangle of each component.
 *
 * With u = c·x + s·y and v = −s·x + c·y, the maxima of u, −u, v and −v over a row segment are linear in (left, right, y)
 * once the coefficients are split by sign; so one matrix product evaluates all directions, and a segmented maximum over
 * the rows gives the supports. The maximum is taken over chunks of 8 rows, then over the chunks: the cost follows the
 * number of rows, whatever the mixture of tall and small components, and no scatter with reduction is needed.
 */
export function minimumRectangles(o: Ops, rows: RowSpans, height: number): Rectangles {
  const sizes = [8, 16, 16]
  while (sizes.reduce((a, b) => a * b) < height) sizes.push(16)
  const levels: Chunks[] = []
  let group = { first: rows.first, count: rows.rows }
  for (const size of sizes) {
    const level = chunks(o, group.first, group.count, size)
    levels.push(level)
    group = level
  }
  const segmentedMax = (v: Value): Value =>
    levels.slice(1).reduce((r, level) => o.maxOfRows(o.gather(r, level.index)), o.maxOfRows(v)) // [M,8,K] → [N,K]

  const column = (v: Value): Value => o.unsqueeze(o.toFloat(v), 1)
  const points = o.gather(o.concat([column(rows.left), column(rows.right), column(rows.y)], 1), levels[0].index) // [M,8,3]

  const { matrix, angles } = coarseDirections()
  const area = (supports: Value, n: number): Value => {
    const extents = o.sumAxis(o.reshape(supports, -1, 2, 2, n), 2) // [N,2,n]
    return o.mul(o.gather(extents, o.i(0), 1), o.gather(extents, o.i(1), 1))
  }
  const coarse = segmentedMax(o.matmul(points, o.floats(matrix, [3, 4 * COARSE])))
  let angle = o.gather(o.floats(angles, [COARSE]), o.argMinOfRows(area(coarse, COARSE))) // [N]

  let step = Math.PI / 2 / COARSE
  let cos = angle
  let sin = angle
  let supports = coarse
  let best = angle
  for (let k = 0; k < FANS; k++) {
    const candidates = o.add(o.unsqueeze(angle, 1), o.floats(fanSteps(step), [1, DIRECTIONS])) // [N,17]
    const c = o.cos(candidates)
    const s = o.sin(candidates)
    const cPlus = o.relu(c)
    const cMinus = o.sub(c, cPlus)
    const sPlus = o.relu(s)
    const sMinus = o.sub(s, sPlus)
    const left = [cMinus, o.neg(cPlus), o.neg(sPlus), sMinus]
    const right = [cPlus, o.neg(cMinus), o.neg(sMinus), sPlus]
    const y = [s, o.neg(s), c, o.neg(c)]
    const coefficients = o.reshape(o.concat([...left, ...right, ...y], 1), -1, 3, 4 * DIRECTIONS)
    supports = segmentedMax(o.matmul(points, o.gather(coefficients, levels[0].owner))) // [M,8,3]·[M,3,68] → [N,68]
    best = o.argMinOfRows(area(supports, DIRECTIONS))
    const pick = (v: Value): Value => o.reshape(o.gatherElements(v, o.unsqueeze(best, 1), 1), -1)
    angle = pick(candidates)
    cos = pick(c)
    sin = pick(s)
    step /= FAN
  }
  const chosen = o.gatherElements(
    o.reshape(supports, -1, 4, DIRECTIONS),
    o.expand(o.unsqueeze(best, 1, 2), o.ints(1, 4, 1)),
    2,
  )
  const [uMax, uMin, vMax, vMin] = o.columns(o.reshape(chosen, -1, 4), 4) // maxima of u, −u, v, −v
  const u = o.mul(o.sub(uMax, uMin), o.f(0.5))
  const v = o.mul(o.sub(vMax, vMin), o.f(0.5))
  return {
    width: o.add(uMax, uMin),
    height: o.add(vMax, vMin),
    centreX: o.sub(o.mul(u, cos), o.mul(v, sin)),
    centreY: o.add(o.mul(u, sin), o.mul(v, cos)),
    cos,
    sin,
  }
}

/** Coefficients [3, 4·128] of the supports by (left, right, y) for the coarse directions k·90°/128, and these angles. */
function coarseDirections(): { matrix: Float32Array; angles: Float32Array } {
  const matrix = new Float32Array(12 * COARSE)
  const angles = new Float32Array(COARSE)
  for (let k = 0; k < COARSE; k++) {
    const t = (k * Math.PI) / 2 / COARSE
    const c = Math.cos(t)
    const s = Math.sin(t)
    angles[k] = t
    // From 0° to 90° both are ≥ 0: the larger x counts for u and −v, the smaller for −u and v.
    const supports = [
      [0, c, s],
      [-c, 0, -s],
      [-s, 0, c],
      [0, s, -c],
    ]
    supports.forEach((support, j) => {
      support.forEach((value, row) => {
        matrix[row * 4 * COARSE + j * COARSE + k] = value
      })
    })
  }
  return { matrix, angles }
}

/** No change comes first, so that the plain angle stays where several are equal. */
function fanSteps(step: number): number[] {
  const steps = [0]
  for (let k = 1; k <= FAN; k++) steps.push((k * step) / FAN, (-k * step) / FAN)
  return steps
}

/** Corners (−,−) (+,−) (+,+) (−,+) of rectangles of these sides, clockwise on the screen: x [N,4] and y [N,4]. */
export function corners(o: Ops, r: Rectangles, width: Value, height: Value): [x: Value, y: Value] {
  const halfWidth = o.mul(width, o.f(0.5))
  const halfHeight = o.mul(height, o.f(0.5))
  const wx = o.mul(halfWidth, r.cos)
  const wy = o.mul(halfWidth, r.sin)
  const hx = o.mul(halfHeight, r.sin)
  const hy = o.mul(halfHeight, r.cos)
  const sumX = o.add(wx, hx)
  const differenceX = o.sub(wx, hx)
  const sumY = o.add(wy, hy)
  const differenceY = o.sub(wy, hy)
  const x = [
    o.sub(r.centreX, differenceX),
    o.add(r.centreX, sumX),
    o.add(r.centreX, differenceX),
    o.sub(r.centreX, sumX),
  ]
  const y = [
    o.sub(r.centreY, sumY),
    o.add(r.centreY, differenceY),
    o.add(r.centreY, sumY),
    o.sub(r.centreY, differenceY),
  ]
  return [o.stack(x), o.stack(y)]
}

/** The columns of a [N,4] matrix moved by one: each corner's successor. */
export function successor(o: Ops, corner: Value): Value {
  return o.concat([o.slice(corner, 1, END, 1), o.slice(corner, 0, 1, 1)], 1)
}
