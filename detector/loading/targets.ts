import { fillPolygon } from '../geometry/fill-polygon'
import { offsetPolygon } from '../geometry/offset'
import { boundsOf, clampPoints, clockwise, type Points, perimeter, signedArea } from '../geometry/polygon'
import { raiseThresholdMap, scaleThresholdMap } from './targets-threshold-map'

/** A text area in pixels of the training crop. */
export interface TargetPolygon {
  /** x1,y1,x2,y2,…, in either direction; may reach outside the crop. */
  points: Points
  /** Unreadable: takes no part in the loss. */
  ignore: boolean
}

/** Planes of width · height values, row-major; overwritten whole. */
export interface TargetMaps {
  /** Shrink map: 1 inside the shrunk text areas. */
  gt: Float32Array | Uint8Array
  /** 1 where the shrink map counts. */
  mask: Float32Array | Uint8Array
  /** Threshold map, 0.3–0.7: highest on the border line of a text area. */
  threshMap: Float32Array
  /** 1 where the threshold map counts: inside the expanded text areas. */
  threshMask: Float32Array | Uint8Array
}

export interface TargetOptions {
  /** Text areas whose upright bounds are narrower or lower are ignored; default 8. */
  minTextSize?: number
  /** D = area · (1 − shrinkRatio²) / perimeter is the distance of shrinking and expanding; default 0.4. */
  shrinkRatio?: number
}

export interface TargetCounts {
  /** Text areas that the maps teach. */
  taught: number
  /** Text areas masked out: marked as such, too small, or nothing left after shrinking. */
  ignored: number
}

/**
 * Shrink map and threshold map of a training crop (Liao et al., "Real-time Scene Text Detection with Differentiable
 * Binarization", section 3.3, with the masks of its reference implementation). A text area that a shrink cuts into pieces
 * is taught with all of them.
 *
 * @returns how many text areas are taught and ignored
 */
export function makeTargets(
  polygons: readonly TargetPolygon[],
  width: number,
  height: number,
  maps: TargetMaps,
  { minTextSize = 8, shrinkRatio = 0.4 }: TargetOptions = {},
): TargetCounts {
  const { gt, mask, threshMap, threshMask } = maps
  gt.fill(0)
  mask.fill(1)
  threshMap.fill(0)
  threshMask.fill(0)
  let taught = 0
  for (const { points, ignore } of polygons) {
    const outline = clockwise(clampPoints(points, width - 1, height - 1))
    const area = signedArea(outline)
    const distance = (area * (1 - shrinkRatio ** 2)) / perimeter(outline)
    const tooSmall = ignore || area < 1 || shortExtent(outline) < minTextSize
    const shrunk = tooSmall ? [] : offsetPolygon(outline, -distance)
    if (shrunk.length === 0) {
      fillPolygon(mask, width, height, outline.map(Math.trunc), 0)
      continue
    }
    for (const piece of shrunk) fillPolygon(gt, width, height, piece, 1)
    const [expanded] = offsetPolygon(outline, distance)
    if (expanded) {
      fillPolygon(threshMask, width, height, expanded, 1)
      raiseThresholdMap(threshMap, width, height, outline, distance, expanded)
    }
    taught++
  }
  scaleThresholdMap(threshMap)
  return { taught, ignored: polygons.length - taught }
}

/** The smaller of the extents of the upright bounds. */
function shortExtent(points: Points): number {
  const { minX, minY, maxX, maxY } = boundsOf(points)
  return Math.min(maxX - minX, maxY - minY)
}
