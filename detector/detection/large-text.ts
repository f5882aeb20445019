import type { Quad } from '../geometry/polygon'
import { SURE, shortSide } from './adaptive-size'
import type { ProbabilityMap } from './detector'

/**
 * Above this many pixels of the second look's map, text is better read in the first look: a sign over a picture whose small
 * print decides about the size (recall over text height falls off beyond about 50, see adaptive-size.ts).
 */
const LARGE_HEIGHT = 64

/**
 * Writes the large text of a first look into the map of a second one, which was made for the small text: inside its boxes
 * the larger of both probabilities stands.
 *
 * @param map of the second look; changed
 * @param first map of the first look, of the same picture
 * @param found boxes of the first look in pixels of the picture, and their scores
 * @returns number of boxes that were written
 */
export function keepLargeText(
  map: ProbabilityMap,
  first: ProbabilityMap,
  found: { boxes: readonly Quad[]; scores: readonly number[] },
): number {
  const scaleX = map.shownWidth / map.imageWidth
  const scaleY = map.shownHeight / map.imageHeight
  let written = 0
  for (const [i, box] of found.boxes.entries()) {
    if (found.scores[i] < SURE || shortSide(box) * Math.min(scaleX, scaleY) < LARGE_HEIGHT) continue
    write(
      map,
      first,
      box.map((v, at) => v * (at % 2 === 0 ? scaleX : scaleY)),
    )
    written++
  }
  return written
}

/** @param quad in pixels of the map, convex */
function write(map: ProbabilityMap, first: ProbabilityMap, quad: readonly number[]): void {
  const stepX = first.shownWidth / map.shownWidth
  const stepY = first.shownHeight / map.shownHeight
  const ys = [quad[1], quad[3], quad[5], quad[7]]
  const top = Math.max(0, Math.ceil(Math.min(...ys)))
  const bottom = Math.min(map.shownHeight - 1, Math.floor(Math.max(...ys)))
  for (let y = top; y <= bottom; y++) {
    const [left, right] = crossing(quad, y)
    const last = Math.min(map.shownWidth - 1, Math.floor(right))
    for (let x = Math.max(0, Math.ceil(left)); x <= last; x++) {
      const at = y * map.width + x
      const value = bilinear(first, (x + 0.5) * stepX - 0.5, (y + 0.5) * stepY - 0.5)
      if (value > map.data[at]) map.data[at] = value
    }
  }
}

/** Where a row crosses a convex quad. */
function crossing(quad: readonly number[], y: number): [left: number, right: number] {
  let left = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  for (let i = 0; i < 8; i += 2) {
    const [x1, y1, x2, y2] = [quad[i], quad[i + 1], quad[(i + 2) % 8], quad[(i + 3) % 8]]
    if (y < Math.min(y1, y2) || y > Math.max(y1, y2)) continue
    const ends = y1 === y2 ? [x1, x2] : [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)]
    left = Math.min(left, ...ends)
    right = Math.max(right, ...ends)
  }
  return [left, right]
}

/** Value of a map between its pixels, the border repeated. */
function bilinear({ data, width, shownWidth, shownHeight }: ProbabilityMap, x: number, y: number): number {
  const x0 = Math.min(shownWidth - 1, Math.max(0, Math.floor(x)))
  const y0 = Math.min(shownHeight - 1, Math.max(0, Math.floor(y)))
  const x1 = Math.min(shownWidth - 1, x0 + 1)
  const y1 = Math.min(shownHeight - 1, y0 + 1)
  const fx = Math.min(1, Math.max(0, x - x0))
  const fy = Math.min(1, Math.max(0, y - y0))
  const upper = data[y0 * width + x0] * (1 - fx) + data[y0 * width + x1] * fx
  const lower = data[y1 * width + x0] * (1 - fx) + data[y1 * width + x1] * fx
  return upper * (1 - fy) + lower * fy
}
