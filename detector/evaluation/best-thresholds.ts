import { type Figures, figuresAt, type ImageEvaluation } from './icdar'

/** 0.1, 0.15, … 0.5 */
export const BINARIZE_GRID: readonly number[] = steps(0.1, 0.5)
/** 0.1, 0.15, … 0.9 */
export const SCORE_GRID: readonly number[] = steps(0.1, 0.9)

function steps(from: number, to: number): number[] {
  const count = Math.round((to - from) / 0.05) + 1
  return Array.from({ length: count }, (_, i) => Math.round((from + i * 0.05) * 100) / 100)
}

/** All candidates of all images, evaluated, for one binarisation of the same maps. */
export interface BinarizeLevel {
  binarizeThreshold: number
  images: readonly ImageEvaluation[]
}

export interface GridPoint extends Figures {
  binarizeThreshold: number
  /** Score threshold. */
  threshold: number
}

export interface BestThresholds {
  best: GridPoint
  /** Every point of the grid, level by level, thresholds ascending: the curves of the report. */
  grid: GridPoint[]
}

/**
 * Threshold calibration: the grid point with the highest hmean; ties go to the larger score threshold, then to the larger
 * binarisation.
 *
 * @throws RangeError for an empty grid
 */
export function bestThresholds(
  levels: readonly BinarizeLevel[],
  scoreGrid: readonly number[] = SCORE_GRID,
): BestThresholds {
  const grid = levels.flatMap(({ binarizeThreshold, images }) =>
    scoreGrid.map((threshold) => ({ binarizeThreshold, threshold, ...figuresAt(images, threshold) })),
  )
  if (grid.length === 0) throw new RangeError('threshold calibration needs at least one binarisation and one score')
  return { best: grid.reduce((best, point) => (isBetter(point, best) ? point : best)), grid }
}

function isBetter(a: GridPoint, b: GridPoint): boolean {
  if (a.hmean !== b.hmean) return a.hmean > b.hmean
  if (a.threshold !== b.threshold) return a.threshold > b.threshold
  return a.binarizeThreshold > b.binarizeThreshold
}
