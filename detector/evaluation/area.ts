import { fillPolygon } from '../geometry/fill-polygon'
import type { Points } from '../geometry/polygon'
import type { TruthPolygon } from './icdar'

/** Pixel counts of the unions of one image or, summed, of a set. */
export interface AreaCounts {
  truth: number
  detection: number
  shared: number
}

/**
 * How much of the text area is covered, however it is cut into boxes: where truths are lines and detections words (or the
 * other way round) IoU matching says little. Pixels in don't-care texts count nowhere.
 *
 * @param width of the image; polygons are cut to it
 */
export function areaCounts(
  truths: readonly TruthPolygon[],
  detections: readonly Points[],
  width: number,
  height: number,
): AreaCounts {
  const paint = (polygons: readonly Points[]): Uint8Array => {
    const canvas = new Uint8Array(width * height)
    for (const points of polygons) fillPolygon(canvas, width, height, Array.from(points, Math.round), 1)
    return canvas
  }
  const wanted = paint(truths.filter((t) => !t.ignore).map((t) => t.points))
  const ignored = paint(truths.filter((t) => t.ignore).map((t) => t.points))
  const found = paint(detections)
  const counts = { truth: 0, detection: 0, shared: 0 }
  for (let i = 0; i < wanted.length; i++) {
    if (ignored[i]) continue
    counts.truth += wanted[i]
    counts.detection += found[i]
    counts.shared += wanted[i] & found[i]
  }
  return counts
}

/** Shares of the summed areas, 0–1; 0 where there is nothing to divide by. */
export function areaFigures(images: readonly AreaCounts[]): { areaPrecision: number; areaRecall: number } {
  const sum = (field: keyof AreaCounts): number => images.reduce((total, counts) => total + counts[field], 0)
  const shared = sum('shared')
  return {
    areaPrecision: shared ? shared / sum('detection') : 0,
    areaRecall: shared ? shared / sum('truth') : 0,
  }
}
