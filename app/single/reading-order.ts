import type { Quad } from '../../detector/geometry/polygon'

interface Place {
  index: number
  /** Middle of the upright rectangle around the box, and its height. */
  x: number
  y: number
  height: number
}

/** Boxes whose middles differ by less than this share of the smaller height stand in one line. */
const SAME_LINE = 0.5

function placeOf(box: Quad, index: number): Place {
  const ys = [box[1], box[3], box[5], box[7]]
  const top = Math.min(...ys)
  const bottom = Math.max(...ys)
  return { index, x: Math.min(box[0], box[6]), y: (top + bottom) / 2, height: Math.max(1, bottom - top) }
}

/**
 * Indices of the boxes as they are read: lines from top to bottom, in a line from left to right. A box joins the line
 * whose mean height of middle it meets; the lines grow from the top, so columns of a table come row by row.
 */
export function readingOrder(boxes: readonly Quad[]): number[] {
  const places = boxes.map(placeOf).sort((a, b) => a.y - b.y || a.x - b.x)
  const lines: { places: Place[]; y: number; height: number }[] = []
  for (const place of places) {
    // Later lines lie lower; only the last few can still be met.
    let found = lines
      .slice(-4)
      .filter((line) => Math.abs(line.y - place.y) < SAME_LINE * Math.min(line.height, place.height))
      .sort((a, b) => Math.abs(a.y - place.y) - Math.abs(b.y - place.y))[0]
    if (!found) {
      found = { places: [], y: place.y, height: place.height }
      lines.push(found)
    }
    found.places.push(place)
    const n = found.places.length
    found.y += (place.y - found.y) / n
    found.height += (place.height - found.height) / n
  }
  return lines.sort((a, b) => a.y - b.y).flatMap((line) => line.places.sort((a, b) => a.x - b.x).map((p) => p.index))
}
