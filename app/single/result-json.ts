import { aboveThreshold, formatResult } from '../../detector/detection/result'
import type { DetectionResult } from '../../detector/detection/types'

/** How many boxes reach the threshold; boxes come sorted by score, so they are the first ones. */
export function countKept(scores: readonly number[], threshold: number): number {
  let low = 0
  let high = scores.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (scores[middle] >= threshold) low = middle + 1
    else high = middle
  }
  return low
}

/** result.json as the server writes it: the original's keys in its order, the boxes above the threshold only. */
export function resultText(result: DetectionResult, threshold: number): string {
  const { resultId, ...rest } = result as DetectionResult & { resultId?: string }
  const shown = aboveThreshold(rest, threshold)
  const kept: DetectionResult = {
    ...rest,
    ...shown,
    texts: rest.texts.slice(0, shown.boxes.length),
    settings: { ...rest.settings, threshold },
  }
  return formatResult(kept)
}
