import type { Points } from './polygon'

/**
 * A rectangle at an angle: u = x·cos + y·sin lies in [u0, u1], v = −x·sin + y·cos in [v0, v1]. The angle is in [0°, 90°),
 * so cos > 0 and sin ≥ 0.
 */
export interface Rectangle {
  cos: number
  sin: number
  u0: number
  u1: number
  v0: number
  v1: number
}

const SAME_AREA = 1e-12

/**
 * The smallest rectangle around a convex polygon, by rotating calipers: one side lies on an edge of the polygon. Of
 * rectangles of equal area the one with the smallest angle wins, so that the result does not depend on where the outline
 * starts.
 *
 * @param hull strictly convex, clockwise on the screen, without repeated points; `count` of its points are used
 * @param out receives the result
 * @returns false (and an untouched `out`) for fewer than three points
 */
export function minAreaRectangle(hull: Points, out: Rectangle, count = hull.length / 2): boolean {
  if (count < 3) return false
  let bestArea = Infinity
  let bestX = 1
  let bestY = 0
  let right = -1
  let far = -1
  let left = -1
  for (let i = 0; i < count; i++) {
    const j = i + 1 === count ? 0 : i + 1
    const dx = hull[2 * j] - hull[2 * i]
    const dy = hull[2 * j + 1] - hull[2 * i + 1]
    if (right < 0) {
      right = farthest(hull, count, dx, dy)
      far = farthest(hull, count, -dy, dx)
      left = farthest(hull, count, -dx, -dy)
    } else {
      right = advance(hull, count, right, dx, dy)
      far = advance(hull, count, far, -dy, dx)
      left = advance(hull, count, left, -dx, -dy)
    }
    const along = (hull[2 * right] - hull[2 * left]) * dx + (hull[2 * right + 1] - hull[2 * left + 1]) * dy
    const across = (hull[2 * far + 1] - hull[2 * i + 1]) * dx - (hull[2 * far] - hull[2 * i]) * dy
    const area = (along * across) / (dx * dx + dy * dy)
    if (area > bestArea * (1 + SAME_AREA)) continue
    let x = dx
    let y = dy
    while (!(x > 0 && y >= 0)) {
      const turned = -x
      x = y
      y = turned
    }
    if (area < bestArea * (1 - SAME_AREA) || y * bestX < bestY * x) {
      bestArea = area
      bestX = x
      bestY = y
    }
  }
  const length = Math.hypot(bestX, bestY)
  out.cos = bestX / length
  out.sin = bestY / length
  out.u0 = out.v0 = Infinity
  out.u1 = out.v1 = -Infinity
  for (let i = 0; i < count; i++) {
    const u = (hull[2 * i] * bestX + hull[2 * i + 1] * bestY) / length
    const v = (hull[2 * i + 1] * bestX - hull[2 * i] * bestY) / length
    if (u < out.u0) out.u0 = u
    if (u > out.u1) out.u1 = u
    if (v < out.v0) out.v0 = v
    if (v > out.v1) out.v1 = v
  }
  return true
}

function farthest(hull: Points, count: number, dx: number, dy: number): number {
  let best = 0
  let bestReach = -Infinity
  for (let i = 0; i < count; i++) {
    const reach = hull[2 * i] * dx + hull[2 * i + 1] * dy
    if (reach > bestReach) {
      bestReach = reach
      best = i
    }
  }
  return best
}

function advance(hull: Points, count: number, from: number, dx: number, dy: number): number {
  let at = from
  for (let step = 0; step < count; step++) {
    const next = at + 1 === count ? 0 : at + 1
    if ((hull[2 * next] - hull[2 * at]) * dx + (hull[2 * next + 1] - hull[2 * at + 1]) * dy <= 0) break
    at = next
  }
  return at
}

/** The rectangle with every side moved outwards by `distance`. */
export function grownRectangle(rectangle: Rectangle, distance: number): Rectangle {
  const { cos, sin, u0, u1, v0, v1 } = rectangle
  return { cos, sin, u0: u0 - distance, u1: u1 + distance, v0: v0 - distance, v1: v1 + distance }
}

/** A square that stands on its corner starts at the upper vertex even when rounding makes its sides differ a little. */
const DIAMOND_TOLERANCE = 0.01

/**
 * Writes the corners clockwise from top-left. The order is the one that sorting the corners by x, and each pair by y,
 * gives; for a diamond it starts at the upper vertex.
 *
 * @param out receives 8 numbers from `at` on
 */
export function rectangleCorners(rectangle: Rectangle, out: { [index: number]: number }, at = 0): void {
  const { cos, sin, u0, u1, v0, v1 } = rectangle
  const upright = (u1 - u0) * cos + DIAMOND_TOLERANCE >= (v1 - v0) * sin
  const start = upright ? 0 : 2
  put(out, at, start, u0 * cos - v0 * sin, u0 * sin + v0 * cos)
  put(out, at, start + 2, u1 * cos - v0 * sin, u1 * sin + v0 * cos)
  put(out, at, start + 4, u1 * cos - v1 * sin, u1 * sin + v1 * cos)
  put(out, at, start + 6, u0 * cos - v1 * sin, u0 * sin + v1 * cos)
}

function put(out: { [index: number]: number }, at: number, slot: number, x: number, y: number): void {
  const i = at + (slot & 7)
  out[i] = x
  out[i + 1] = y
}
