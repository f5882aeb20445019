import type { Value } from '../../onnx/graph-builder'
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

// The angle search: 128 directions over 90°; then, around each of the three lowest valleys of the area, four fans of ±8
// steps, each 8 times finer (0.0002° at the end). Valleys are narrow, so the lowest direction need not lie in the lowest
// valley: of 1,167 boxes on 22 receipts, three differed by a pixel and more from the exact search with one valley, none
// with three. Fewer directions miss whole valleys (on 68 real maps with 2405 boxes 16 with 32, 10 with 64, 6 with 128).
const COARSE = 128
const VALLEYS = 3
const FAN = 8
const FANS = 4
const DIRECTIONS = 2 * FAN + 1
/** Rectangles whose areas differ by rounding only are equal: then the smallest angle wins, as in `minAreaRectangle`. */
const SAME_AREA = 2e-5

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
  let angle = o.gather(o.floats(angles, [COARSE]), lowestValleys(o, area(coarse, COARSE))) // [N,V]

  const inFans = (v: Value): Value => o.reshape(v, -1, VALLEYS, DIRECTIONS)
  const all = VALLEYS * DIRECTIONS
  let step = Math.PI / 2 / COARSE
  let supports = coarse
  let areas = coarse
  for (let k = 0; k < FANS; k++) {
    const fan = o.add(o.unsqueeze(angle, 2), o.floats(fanSteps(step), [1, 1, DIRECTIONS])) // [N,V,17]
    const candidates = o.reshape(fan, -1, all)
    const c = o.cos(candidates)
    const s = o.sin(candidates)
    const cPlus = o.relu(c)
    const cMinus = o.sub(c, cPlus)
    const sPlus = o.relu(s)
    const sMinus = o.sub(s, sPlus)
    const left = [cMinus, o.neg(cPlus), o.neg(sPlus), sMinus]
    const right = [cPlus, o.neg(cMinus), o.neg(sMinus), sPlus]
    const y = [s, o.neg(s), c, o.neg(c)]
    const coefficients = o.reshape(o.concat([...left, ...right, ...y], 1), -1, 3, 4 * all)
    // [M,8,3]·[M,3,4·51] → [N,4·51]
    supports = segmentedMax(o.matmul(points, o.gather(coefficients, levels[0].owner)))
    areas = inFans(area(supports, all))
    const best = o.unsqueeze(o.argMin(areas, 2), 2) // [N,V,1]
    angle = o.reshape(o.gatherElements(fan, best, 2), -1, VALLEYS)
    areas = o.reshape(o.gatherElements(areas, best, 2), -1, VALLEYS)
    supports = o.gatherElements(o.reshape(supports, -1, 4, VALLEYS, DIRECTIONS), repeatedForSides(o, best), 3)
    step /= FAN
  }
  const least = o.unsqueeze(o.minOfRows(areas), 1)
  const worse = o.toFloat(o.greater(areas, o.mul(least, o.f(1 + SAME_AREA))))
  const valley = o.unsqueeze(o.argMin(o.add(angle, o.mul(worse, o.f(WORSE))), 1), 1) // [N,1]
  const chosenAngle = o.reshape(o.gatherElements(angle, valley, 1), -1)
  const cos = o.cos(chosenAngle)
  const sin = o.sin(chosenAngle)
  const chosen = o.gatherElements(
    o.reshape(supports, -1, 4, VALLEYS),
    o.expand(o.unsqueeze(valley, 1), o.ints(1, 4, 1)),
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

/** More than any angle in radians. */
const WORSE = 10

/** The directions [N,V] of the lowest valleys of the areas [N,128]: no higher than both neighbours; 90° is 0° again. */
function lowestValleys(o: Ops, area: Value): Value {
  const next = successor(o, area)
  const previous = o.concat([o.slice(area, -1, END, 1), o.slice(area, 0, -1, 1)], 1)
  const low = o.and(o.atLeast(next, area), o.atLeast(previous, area))
  // Where there are fewer valleys, fans around other directions do no harm: they end no lower.
  return o.smallestOfRows(o.where(low, area, o.f(1e30)), VALLEYS)
}

/** [N,V,1] → [N,4,V,1] */
const repeatedForSides = (o: Ops, index: Value): Value => o.expand(o.unsqueeze(index, 1), o.ints(1, 4, 1, 1))

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

/** The columns of a matrix moved by one, the first one last: each corner's or direction's successor. */
export function successor(o: Ops, corner: Value): Value {
  return o.concat([o.slice(corner, 1, END, 1), o.slice(corner, 0, 1, 1)], 1)
}
