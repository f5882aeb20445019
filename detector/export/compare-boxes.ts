import { polygonIoU } from '../geometry/intersection'

export interface FlatBoxes {
  /** [N, 8] */
  boxes: ArrayLike<number>
  scores: ArrayLike<number>
}

export interface BoxAgreement {
  expected: number
  found: number
  /** Pairs with IoU of at least MATCH_IOU. */
  matched: number
  /** Of these, those whose corners are at most NEAR_PIXELS apart. */
  near: number
  /** Over all pairs: smallest IoU, largest difference of a corner coordinate in pixels and of a score; null without pairs. */
  leastIou: number | null
  cornerDifference: number | null
  scoreDifference: number | null
}

const MATCH_IOU = 0.9
const NEAR_PIXELS = 2

/** Pairs every expected box with the free found box that overlaps it most. */
export function compareBoxes(expected: FlatBoxes, found: FlatBoxes): BoxAgreement {
  const result: BoxAgreement = {
    expected: expected.scores.length,
    found: found.scores.length,
    matched: 0,
    near: 0,
    leastIou: null,
    cornerDifference: null,
    scoreDifference: null,
  }
  const polygons = Array.from(found.scores, (_, j) => boxAt(found, j))
  const free = new Set(polygons.keys())
  for (let i = 0; i < expected.scores.length; i++) {
    const box = boxAt(expected, i)
    let best = -1
    let bestIou = 0
    for (const j of free) {
      const overlap = polygonIoU(box, polygons[j])
      if (overlap > bestIou) [best, bestIou] = [j, overlap]
    }
    if (bestIou < MATCH_IOU) continue
    free.delete(best)
    const corner = Math.max(...box.map((value, k) => Math.abs(value - polygons[best][k])))
    result.matched++
    if (corner <= NEAR_PIXELS) result.near++
    result.leastIou = Math.min(result.leastIou ?? 1, bestIou)
    result.cornerDifference = Math.max(result.cornerDifference ?? 0, corner)
    result.scoreDifference = Math.max(result.scoreDifference ?? 0, Math.abs(expected.scores[i] - found.scores[best]))
  }
  return result
}

/** Sums of two agreements over different pictures. */
export function addAgreements(a: BoxAgreement, b: BoxAgreement): BoxAgreement {
  return {
    expected: a.expected + b.expected,
    found: a.found + b.found,
    matched: a.matched + b.matched,
    near: a.near + b.near,
    leastIou:
      a.leastIou === null || b.leastIou === null ? (a.leastIou ?? b.leastIou) : Math.min(a.leastIou, b.leastIou),
    cornerDifference:
      a.cornerDifference === null || b.cornerDifference === null
        ? (a.cornerDifference ?? b.cornerDifference)
        : Math.max(a.cornerDifference, b.cornerDifference),
    scoreDifference:
      a.scoreDifference === null || b.scoreDifference === null
        ? (a.scoreDifference ?? b.scoreDifference)
        : Math.max(a.scoreDifference, b.scoreDifference),
  }
}

/** Corners of a box of a flat list. */
export function boxAt({ boxes }: FlatBoxes, index: number): number[] {
  return Array.from({ length: 8 }, (_, k) => boxes[8 * index + k])
}
