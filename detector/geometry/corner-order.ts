import { clockwise, type Points, signedArea } from './polygon'
import { isSimple } from './validity'

/**
 * The four corners of a quadrilateral as top-left, top-right, bottom-right, bottom-left: sorted by x (stable), the upper
 * one of the left pair first, the upper one of the right pair second. A diamond starts at its upper vertex.
 */
export function orderCorners(quad: Points): number[] {
  const corners = [0, 2, 4, 6].map((i) => [quad[i], quad[i + 1]]).sort((a, b) => a[0] - b[0])
  const [a, b, c, d] = corners
  const [topLeft, bottomLeft] = b[1] > a[1] ? [a, b] : [b, a]
  const [topRight, bottomRight] = d[1] > c[1] ? [c, d] : [d, c]
  return [...topLeft, ...topRight, ...bottomRight, ...bottomLeft]
}

/**
 * The same outline, clockwise, begun at the corner nearest the top-left of its bounds (least x + y, then least y). Unlike
 * `orderCorners` it never connects other corners, so concave quadrilaterals and polygons keep their shape.
 */
export function startAtTopLeft(points: Points): number[] {
  const outline = clockwise(points)
  let start = 0
  for (let i = 2; i < outline.length; i += 2) {
    const difference = outline[i] + outline[i + 1] - outline[start] - outline[start + 1]
    if (difference < 0 || (difference === 0 && outline[i + 1] < outline[start + 1])) start = i
  }
  return [...outline.slice(start), ...outline.slice(0, start)]
}

/**
 * Undoes the crossing of a quadrilateral whose corners were listed in a wrong order (top-left, top-right, bottom-left,
 * bottom-right): the corners are sorted by angle around their centre. Simple quadrilaterals come back clockwise and
 * otherwise as they are.
 *
 * @returns null when the corners cannot make a quadrilateral (repeated points, all on a line)
 */
export function repairQuad(quad: Points): number[] | null {
  if (isSimple(quad)) return signedArea(quad) === 0 ? null : clockwise(quad)
  const cx = (quad[0] + quad[2] + quad[4] + quad[6]) / 4
  const cy = (quad[1] + quad[3] + quad[5] + quad[7]) / 4
  const sorted = [0, 2, 4, 6]
    .map((i) => ({ x: quad[i], y: quad[i + 1], angle: Math.atan2(quad[i + 1] - cy, quad[i] - cx) }))
    .sort((a, b) => a.angle - b.angle)
    .flatMap(({ x, y }) => [x, y])
  return isSimple(sorted) && signedArea(sorted) !== 0 ? sorted : null
}
