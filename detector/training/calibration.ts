/** Figures at one pair of thresholds. */
export interface GridPoint {
  threshold: number
  binarizeThreshold: number
  precision: number
  recall: number
  hmean: number
}

/** calibration.json: the pair with the best hmean on the validation pictures, and what led to it. */
export interface Calibration extends GridPoint {
  /** Number of validation pictures. */
  images: number
  /** Over all score thresholds, at the chosen binarisation. */
  curve: GridPoint[]
  grid: GridPoint[]
}

const steps = (from: number, to: number): number[] =>
  Array.from({ length: Math.round((to - from) / 0.05) + 1 }, (_, i) => Math.round((from + i * 0.05) * 100) / 100)

export const BINARIZE_GRID = steps(0.1, 0.5)
export const SCORE_GRID = steps(0.1, 0.9)

/** Differences of hmean below this are a tie. */
const TIE = 1e-9

/**
 * The best pair of a grid: highest hmean; of equals the larger score threshold, then the binarisation nearest to the
 * reference's 0.2.
 */
export function bestOfGrid(grid: readonly GridPoint[], images: number): Calibration {
  const order = [...grid].sort(
    (a, b) =>
      (Math.abs(a.hmean - b.hmean) > TIE ? b.hmean - a.hmean : 0) ||
      b.threshold - a.threshold ||
      Math.abs(a.binarizeThreshold - 0.2) - Math.abs(b.binarizeThreshold - 0.2),
  )
  const best = order[0]
  return {
    ...best,
    images,
    curve: grid.filter((p) => p.binarizeThreshold === best.binarizeThreshold).sort((a, b) => a.threshold - b.threshold),
    grid: [...grid],
  }
}
