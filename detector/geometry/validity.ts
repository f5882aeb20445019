import { type Points, signedArea } from './polygon'

/** Whether the outline turns only one way and goes round once. Straight corners and repeated points are allowed. */
export function isConvex(points: Points): boolean {
  const n = points.length
  if (n < 6) return false
  let direction = 0
  let backwards = 0
  for (let i = 0; i < n; i += 2) {
    const b = (i + 2) % n
    const c = (i + 4) % n
    const dx = points[b] - points[i]
    const dy = points[b + 1] - points[i + 1]
    const ex = points[c] - points[b]
    const ey = points[c + 1] - points[b + 1]
    const turn = dx * ey - dy * ex
    if (turn === 0 && dx * ex + dy * ey < 0) return false
    if (turn !== 0) {
      if (direction * turn < 0) return false
      direction = turn
    }
    // A convex outline changes from rightwards to leftwards at most twice; a star goes round more often.
    if (dx < 0 !== ex < 0) backwards++
  }
  return direction !== 0 && backwards <= 2
}

/** Whether no two edges touch except neighbours at their common point. */
export function isSimple(points: Points): boolean {
  const n = points.length / 2
  if (n < 3) return false
  for (let i = 0; i < n; i++) {
    const next = (i + 1) % n
    if (samePoint(points, i, next)) return false
    for (let j = i + 1; j < n; j++) {
      const after = (j + 1) % n
      if (j === next || after === i) {
        if (foldsBack(points, j === next ? i : j)) return false
      } else if (edgesTouch(points, i, next, j, after)) return false
    }
  }
  return true
}

/** Whether a polygon can be trained on and scored: at least three points, finite, simple, not empty. */
export function isValidPolygon(points: Points): boolean {
  for (let i = 0; i < points.length; i++) if (!Number.isFinite(points[i])) return false
  return points.length % 2 === 0 && isSimple(points) && signedArea(points) !== 0
}

function samePoint(points: Points, a: number, b: number): boolean {
  return points[2 * a] === points[2 * b] && points[2 * a + 1] === points[2 * b + 1]
}

/** Edge at → at+1 and the next one lie on each other. */
function foldsBack(points: Points, at: number): boolean {
  const n = points.length / 2
  const b = (at + 1) % n
  const c = (at + 2) % n
  const dx = points[2 * b] - points[2 * at]
  const dy = points[2 * b + 1] - points[2 * at + 1]
  const ex = points[2 * c] - points[2 * b]
  const ey = points[2 * c + 1] - points[2 * b + 1]
  return dx * ey - dy * ex === 0 && dx * ex + dy * ey < 0
}

function turnOf(points: Points, a: number, b: number, c: number): number {
  return Math.sign(
    (points[2 * b] - points[2 * a]) * (points[2 * c + 1] - points[2 * a + 1]) -
      (points[2 * b + 1] - points[2 * a + 1]) * (points[2 * c] - points[2 * a]),
  )
}

function within(points: Points, a: number, b: number, c: number): boolean {
  const x = points[2 * c]
  const y = points[2 * c + 1]
  return (
    x >= Math.min(points[2 * a], points[2 * b]) &&
    x <= Math.max(points[2 * a], points[2 * b]) &&
    y >= Math.min(points[2 * a + 1], points[2 * b + 1]) &&
    y <= Math.max(points[2 * a + 1], points[2 * b + 1])
  )
}

function edgesTouch(points: Points, a: number, b: number, c: number, d: number): boolean {
  const abc = turnOf(points, a, b, c)
  const abd = turnOf(points, a, b, d)
  const cda = turnOf(points, c, d, a)
  const cdb = turnOf(points, c, d, b)
  if (abc !== abd && cda !== cdb) return true
  return (
    (abc === 0 && within(points, a, b, c)) ||
    (abd === 0 && within(points, a, b, d)) ||
    (cda === 0 && within(points, c, d, a)) ||
    (cdb === 0 && within(points, c, d, b))
  )
}
