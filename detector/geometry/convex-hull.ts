import { minAreaRectangle, type Rectangle, rectangleCorners } from './min-area-rectangle'
import type { Points } from './polygon'

/**
 * Convex hull (Andrew's monotone chain): strictly convex, clockwise on the screen, from the leftmost (then topmost) point.
 * One or two points when there is no area.
 */
export function convexHull(points: Points): number[] {
  const order = Array.from({ length: points.length / 2 }, (_, i) => 2 * i)
  order.sort((a, b) => points[a] - points[b] || points[a + 1] - points[b + 1])
  const upper: number[] = []
  for (const i of order) extend(upper, points[i], points[i + 1])
  const lower: number[] = []
  for (const i of order.reverse()) extend(lower, points[i], points[i + 1])
  // Each chain starts where the other ends.
  const hull = [...upper.slice(0, -2), ...lower.slice(0, -2)]
  return hull.length > 0 ? hull : upper.slice(0, 2)
}

function extend(chain: number[], x: number, y: number): void {
  while (chain.length >= 4) {
    const [ax, ay, bx, by] = chain.slice(-4)
    if ((bx - ax) * (y - by) - (by - ay) * (x - bx) > 0) break
    chain.length -= 2
  }
  chain.push(x, y)
}

/**
 * The smallest rectangle around any points as four corners, clockwise from top-left.
 *
 * @returns null when the points have no area
 */
export function minAreaQuad(points: Points): number[] | null {
  const rectangle: Rectangle = { cos: 1, sin: 0, u0: 0, u1: 0, v0: 0, v1: 0 }
  if (!minAreaRectangle(convexHull(points), rectangle)) return null
  const corners = [0, 0, 0, 0, 0, 0, 0, 0]
  rectangleCorners(rectangle, corners)
  return corners
}
