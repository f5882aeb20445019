import { grownRectangle, minAreaRectangle, type Rectangle, rectangleCorners } from '../geometry/min-area-rectangle'
import type { Quad } from '../geometry/polygon'
import { clampPoints } from '../geometry/polygon'
import { boxScore } from './box-score'
import { findComponents, hullOfComponent } from './contours'
import { traceOuterContour } from './contours-trace'
import { unclippedPolygon } from './polygons'
import { MIN_CANDIDATE_SCORE } from './types'

export interface PostprocessSettings {
  /** 0–1: map > value is text. */
  binarizeThreshold: number
  /** Sides move outwards by area · ratio / perimeter. */
  unclipRatio: number
  /** Map pixels: least short side before unclipping; after it `minSide + 2`. */
  minSide: number
  /** The best by score are kept. */
  maxCandidates: number
  /** Candidates below are never returned; default 0.05. */
  minScore?: number
  /** Whether to follow the outlines too; default false. */
  polygon?: boolean
}

export interface Candidates {
  /** [N, 8] corners in map pixels, clockwise from top-left, clipped to [0, width] × [0, height]; best score first. */
  boxes: Float32Array
  /** [N] descending; equal scores in raster order of the text regions. */
  scores: Float32Array
  /**
   * Only when asked: per box the outline of its text, x1,y1,… in map pixels, clockwise and clipped like the boxes. Where the
   * grown outline is no single area, the corners of the box.
   */
  polygons?: number[][]
  /** How many more there were than `maxCandidates`. */
  omitted: number
}

interface Candidate {
  box: number[]
  score: number
  /** First pixel of the text region in raster order. */
  startX: number
  startY: number
}

/** Coordinates are pixel centres in float64: an exact 3 may come out a little smaller. */
const SIDE_TOLERANCE = 0.001

let hull = new Float64Array(1024)
const rectangle: Rectangle = { cos: 1, sin: 0, u0: 0, u1: 0, v0: 0, v1: 0 }
const corners = new Float64Array(8)

/**
 * Turns a probability map into text boxes: outer contours of the thresholded map (8-connected), smallest enclosing
 * rectangle, mean probability inside it as score, sides moved outwards by D = area · unclipRatio / perimeter
 * (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", section 3.4).
 *
 * @param map row-major, mapWidth · mapHeight values in 0–1
 */
export function findCandidates(
  map: Float32Array,
  mapWidth: number,
  mapHeight: number,
  settings: PostprocessSettings,
): Candidates {
  const { binarizeThreshold, unclipRatio, minSide, minScore = MIN_CANDIDATE_SCORE } = settings
  const found = findComponents(map, mapWidth, mapHeight, binarizeThreshold)
  // The short side of a smallest rectangle is at most √2 times the height of what it encloses.
  const leastHeight = (minSide - SIDE_TOLERANCE) / Math.SQRT2
  const candidates: Candidate[] = []
  for (let c = 0; c < found.count; c++) {
    const rows = found.first[c + 1] - found.first[c]
    if (rows - 1 < leastHeight) continue
    if (hull.length < rows * 4) hull = new Float64Array(rows * 8)
    const count = hullOfComponent(found, c, hull)
    if (!minAreaRectangle(hull, rectangle, count)) continue
    const w = rectangle.u1 - rectangle.u0
    const h = rectangle.v1 - rectangle.v0
    if (Math.min(w, h) < minSide - SIDE_TOLERANCE) continue
    const distance = (w * h * unclipRatio) / (2 * (w + h))
    if (Math.min(w, h) + 2 * distance < minSide + 2 - SIDE_TOLERANCE) continue
    rectangleCorners(rectangle, corners)
    const score = boxScore(map, mapWidth, mapHeight, corners)
    if (!(score >= minScore)) continue
    const box = [0, 0, 0, 0, 0, 0, 0, 0]
    rectangleCorners(grownRectangle(rectangle, distance), box)
    candidates.push({ box, score, startX: found.left[found.first[c]], startY: found.top[c] })
  }
  // Sorting is stable: equal scores stay in raster order.
  candidates.sort((a, b) => b.score - a.score)
  const kept = candidates.slice(0, settings.maxCandidates)
  const result: Candidates = {
    boxes: Float32Array.from(kept.flatMap(({ box }) => clampPoints(box, mapWidth, mapHeight))),
    scores: Float32Array.from(kept, ({ score }) => score),
    omitted: candidates.length - kept.length,
  }
  if (settings.polygon) {
    result.polygons = kept.map(({ box, startX, startY }) => {
      const contour = traceOuterContour(map, mapWidth, mapHeight, binarizeThreshold, startX, startY)
      return clampPoints(unclippedPolygon(contour, unclipRatio) ?? box, mapWidth, mapHeight)
    })
  }
  return result
}

/**
 * Boxes of the map as integer corners of the original picture.
 *
 * @param boxes [N, 8] in map pixels
 * @param scaleX picture width / width of the part of the map that shows the picture; `scaleY` likewise
 * @param width of the picture: coordinates are clipped to [0, width] × [0, height]
 */
export function toImageQuads(
  boxes: Float32Array,
  scaleX: number,
  scaleY: number,
  width: number,
  height: number,
): Quad[] {
  const quads: Quad[] = []
  for (let i = 0; i + 8 <= boxes.length; i += 8) {
    const quad: Quad = [0, 0, 0, 0, 0, 0, 0, 0]
    for (let k = 0; k < 8; k += 2) {
      quad[k] = Math.min(Math.max(Math.round(boxes[i + k] * scaleX), 0), width)
      quad[k + 1] = Math.min(Math.max(Math.round(boxes[i + k + 1] * scaleY), 0), height)
    }
    quads.push(quad)
  }
  return quads
}
