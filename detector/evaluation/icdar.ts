import { intersectionArea } from '../geometry/intersection'
import { type Points, polygonArea } from '../geometry/polygon'

/** Both must be exceeded, not reached. */
const IOU_CONSTRAINT = 0.5
const AREA_PRECISION_CONSTRAINT = 0.5

/** Rounding of the intersection must not turn exactly one half into more. */
const ROUNDING = 1e-9

export interface TruthPolygon {
  /** x1,y1,x2,y2,… in pixels of the image. */
  points: Points
  /** Don't care (`###`): neither to be found nor a fault when found. */
  ignore: boolean
}

export interface Detection {
  points: Points
  /** 0–1; decides the order of matching and the average precision. */
  score: number
}

export interface ImageEvaluation {
  /** Index of truth and of detection (as given) of every match. */
  pairs: [truth: number, detection: number][]
  /** Readable truths. */
  truths: number
  /** Detections that are not don't care. */
  detections: number
  /** Of every detection that is not don't care, best score first. */
  ranked: { score: number; matched: boolean }[]
}

/**
 * The ICDAR2015 protocol for one image. Detections are taken best score first (ties: as listed). One whose area lies to
 * more than half in a don't-care text is don't care itself. Then every truth in its order takes the first detection in
 * that order that is free and has IoU > 0.5.
 *
 * Because of that order, leaving out the detections below some score changes no match of the others: give all candidates
 * and read the figures of any threshold with `figuresAt`.
 */
export function evaluateImage(truths: readonly TruthPolygon[], detections: readonly Detection[]): ImageEvaluation {
  const order = detections.map((_, i) => i).sort((a, b) => detections[b].score - detections[a].score || a - b)
  const areas = detections.map(({ points }) => polygonArea(points))
  const ignored = truths.filter((truth) => truth.ignore)
  const care = order.filter((i) => !ignored.some((truth) => covers(truth.points, detections[i].points, areas[i])))
  const matched = new Set<number>()
  const pairs: ImageEvaluation['pairs'] = []
  for (const [t, truth] of truths.entries()) {
    if (truth.ignore) continue
    const area = polygonArea(truth.points)
    for (const d of care) {
      if (matched.has(d)) continue
      const shared = intersectionArea(truth.points, detections[d].points)
      const union = area + areas[d] - shared
      if (union > 0 && shared / union > IOU_CONSTRAINT + ROUNDING) {
        matched.add(d)
        pairs.push([t, d])
        break
      }
    }
  }
  return {
    pairs,
    truths: truths.length - ignored.length,
    detections: care.length,
    ranked: care.map((d) => ({ score: detections[d].score, matched: matched.has(d) })),
  }
}

function covers(truth: Points, detection: Points, area: number): boolean {
  return area > 0 && intersectionArea(truth, detection) / area > AREA_PRECISION_CONSTRAINT + ROUNDING
}

export interface Figures {
  /** matched / detections, 0–1; 0 without detections. */
  precision: number
  /** matched / truths, 0–1; 0 without truths. */
  recall: number
  /** 2PR / (P + R), 0 without matches. */
  hmean: number
  matched: number
  truths: number
  detections: number
}

/**
 * Figures of a data set at a score threshold: counts summed over all images (micro average), as ICDAR2015 does it.
 *
 * @param threshold detections with a lower score are left out; default: none
 */
export function figuresAt(images: readonly ImageEvaluation[], threshold = -Infinity): Figures {
  let matched = 0
  let truths = 0
  let detections = 0
  for (const image of images) {
    truths += image.truths
    for (const detection of image.ranked) {
      if (detection.score < threshold) break
      detections++
      if (detection.matched) matched++
    }
  }
  const precision = detections ? matched / detections : 0
  const recall = truths ? matched / truths : 0
  const hmean = matched ? (2 * precision * recall) / (precision + recall) : 0
  return { precision, recall, hmean, matched, truths, detections }
}

/**
 * Average precision over all images: detections best score first (ties: in order of the images), Σ over matched ranks n
 * of (matched so far / n), divided by the readable truths. No interpolation. To be given all candidates, not only those
 * above a threshold.
 */
export function averagePrecision(images: readonly ImageEvaluation[]): number {
  const truths = images.reduce((sum, image) => sum + image.truths, 0)
  if (truths === 0) return 0
  const ranked = images.flatMap((image) => image.ranked).sort((a, b) => b.score - a.score)
  let matched = 0
  let sum = 0
  for (const [i, detection] of ranked.entries()) {
    if (detection.matched) sum += ++matched / (i + 1)
  }
  return sum / truths
}

export interface Evaluation extends Figures {
  /** Average precision over all candidates, whatever the threshold. */
  ap: number
  images: number
}

/** Figures at a score threshold together with the average precision over all candidates. */
export function accumulate(images: readonly ImageEvaluation[], threshold?: number): Evaluation {
  return { ...figuresAt(images, threshold), ap: averagePrecision(images), images: images.length }
}
