import { boundsOf, type Points } from '../geometry/polygon'

/** Values of the threshold map far from and on the border line. */
const LOW = 0.3
const HIGH = 0.7

/** Least squared distance to the border line so far, for the columns of one row. */
let nearest = new Float64Array(0)

/**
 * Raises the map to 1 − d / distance (at most 1, at least what is there) in the bounds of the expanded text area, where d
 * is the distance of a pixel to the nearest edge.
 *
 * d is not the distance to the segment: a pixel that sees an edge under an acute angle counts the distance to its nearer
 * end instead, as in the reference implementation.
 *
 * @param map row-major, width · height values
 * @param outline the text area's border line
 * @param expanded the text area moved outwards by `distance`
 */
export function raiseThresholdMap(
  map: Float32Array,
  width: number,
  height: number,
  outline: Points,
  distance: number,
  expanded: Points,
): void {
  const bounds = boundsOf(expanded)
  const fromX = Math.max(bounds.minX, 0)
  const toX = Math.min(bounds.maxX, width - 1)
  const toY = Math.min(bounds.maxY, height - 1)
  if (nearest.length < width) nearest = new Float64Array(width)
  const limit = distance * distance
  for (let y = Math.max(bounds.minY, 0); y <= toY; y++) {
    nearest.fill(limit, fromX, toX + 1)
    for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
      lowerNearest(outline[j], outline[j + 1], outline[i], outline[i + 1], y, distance, fromX, toX)
    }
    const base = y * width
    for (let x = fromX; x <= toX; x++) {
      if (nearest[x] >= limit) continue
      const value = 1 - Math.sqrt(nearest[x]) / distance
      if (value > map[base + x]) map[base + x] = value
    }
  }
}

function lowerNearest(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  y: number,
  distance: number,
  fromX: number,
  toX: number,
): void {
  if (y < Math.min(y1, y2) - distance || y > Math.max(y1, y2) + distance) return
  const from = Math.max(Math.floor(Math.min(x1, x2) - distance), fromX)
  const to = Math.min(Math.ceil(Math.max(x1, x2) + distance), toX)
  const up1 = y1 - y
  const up2 = y2 - y
  const square = (x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)
  for (let x = from; x <= to; x++) {
    const right1 = x1 - x
    const right2 = x2 - x
    let d: number
    if (right1 * right2 + up1 * up2 > 0 || square === 0) {
      d = Math.min(right1 * right1 + up1 * up1, right2 * right2 + up2 * up2)
    } else {
      const cross = right1 * up2 - right2 * up1
      d = (cross * cross) / square
    }
    if (d < nearest[x]) nearest[x] = d
  }
}

/** From 0…1 to 0.3…0.7. */
export function scaleThresholdMap(map: Float32Array): void {
  for (let i = 0; i < map.length; i++) map[i] = map[i] * (HIGH - LOW) + LOW
}
