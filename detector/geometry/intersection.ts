import { clockwise, type Points, polygonArea } from './polygon'
import { isConvex } from './validity'

/**
 * Area that two simple polygons share; they may be concave and run either way.
 *
 * Convex polygons are clipped against each other (Sutherland–Hodgman), which is exact for upright rectangles. Others are
 * cut into the signed triangles of a fan: the sum of the signed areas of all pairs is the area of the intersection, for
 * any simple polygon.
 */
export function intersectionArea(a: Points, b: Points): number {
  if (a.length < 6 || b.length < 6 || !boundsOverlap(a, b)) return 0
  const p = clockwise(a)
  const q = clockwise(b)
  if (isConvex(p) && isConvex(q)) return polygonArea(clipToConvex(p, q))
  let area = 0
  for (let i = 2; i + 4 <= p.length; i += 2) {
    const first = fanTriangle(p, i)
    for (let j = 2; j + 4 <= q.length; j += 2) {
      const second = fanTriangle(q, j)
      const shared = polygonArea(clipToConvex(first.points, second.points))
      area += first.sign * second.sign * shared
    }
  }
  return Math.max(0, area)
}

/** Intersection over union, 0–1; 0 when both are empty. */
export function polygonIoU(a: Points, b: Points): number {
  const shared = intersectionArea(a, b)
  if (shared === 0) return 0
  return shared / (polygonArea(a) + polygonArea(b) - shared)
}

/**
 * The part of `subject` inside a convex polygon (Sutherland–Hodgman). A concave subject may come back with edges that
 * run along the border twice; its area is right all the same.
 *
 * @param convex clockwise on the screen
 */
export function clipToConvex(subject: Points, convex: Points): number[] {
  let points = Array.from(subject)
  for (let i = 0, j = convex.length - 2; i < convex.length && points.length > 0; j = i, i += 2) {
    points = clipToHalfPlane(points, convex[j], convex[j + 1], convex[i] - convex[j], convex[i + 1] - convex[j + 1])
  }
  return points
}

function clipToHalfPlane(points: number[], x0: number, y0: number, dx: number, dy: number): number[] {
  const kept: number[] = []
  const n = points.length
  let px = points[n - 2]
  let py = points[n - 1]
  let before = dx * (py - y0) - dy * (px - x0)
  for (let i = 0; i < n; i += 2) {
    const x = points[i]
    const y = points[i + 1]
    const side = dx * (y - y0) - dy * (x - x0)
    if ((before < 0 && side > 0) || (before > 0 && side < 0)) {
      const share = before / (before - side)
      kept.push(px + (x - px) * share, py + (y - py) * share)
    }
    if (side >= 0) kept.push(x, y)
    px = x
    py = y
    before = side
  }
  return kept
}

function fanTriangle(points: number[], at: number): { points: number[]; sign: number } {
  const [x0, y0] = points
  const triangle = [x0, y0, points[at], points[at + 1], points[at + 2], points[at + 3]]
  const turn = (triangle[2] - x0) * (triangle[5] - y0) - (triangle[3] - y0) * (triangle[4] - x0)
  if (turn >= 0) return { points: triangle, sign: turn > 0 ? 1 : 0 }
  return { points: [x0, y0, triangle[4], triangle[5], triangle[2], triangle[3]], sign: -1 }
}

function boundsOverlap(a: Points, b: Points): boolean {
  return rangesOverlap(a, b, 0) && rangesOverlap(a, b, 1)
}

function rangesOverlap(a: Points, b: Points, axis: number): boolean {
  let minA = Infinity
  let maxA = -Infinity
  let minB = Infinity
  let maxB = -Infinity
  for (let i = axis; i < a.length; i += 2) {
    if (a[i] < minA) minA = a[i]
    if (a[i] > maxA) maxA = a[i]
  }
  for (let i = axis; i < b.length; i += 2) {
    if (b[i] < minB) minB = b[i]
    if (b[i] > maxB) maxB = b[i]
  }
  return minA < maxB && minB < maxA
}
