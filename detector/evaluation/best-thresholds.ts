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

export type StartThresholds = Pick<GridPoint, 'threshold' | 'binarizeThreshold'>

const ROUNDING = 1e-9

/** A grid with one value more, ascending. */
export const gridWith = (grid: readonly number[], value: number): number[] =>
  [...new Set([...grid, value])].sort((a, b) => a - b)

export interface BestThresholds {
  best: GridPoint
  /** Every point of the grid, level by level, thresholds ascending: the curves of the report. */
  grid: GridPoint[]
}

/**
 * The grid point with the highest hmean, an upper bound on these very pictures; ties go to the larger score threshold, then to the larger
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

/**
 * What to detect with: of all points that these texts cannot tell from the best one, the nearest to the thresholds that
 * the weights started from. Two points differ by chance if one text more or less separates them (the standard error of a
 * paired difference of one text is one text), so few texts leave the thresholds where they were, and without texts, or
 * where nothing matches, they stay.
 *
 * @param start is a point of the grid
 */
export function nearestOfEqual({ best, grid }: BestThresholds, start: StartThresholds): GridPoint {
  const oneTextLess = best.matched <= 1 ? 0 : (2 * (best.matched - 1)) / (best.truths + best.detections)
  const distance = (point: GridPoint): number =>
    Math.hypot(point.threshold - start.threshold, point.binarizeThreshold - start.binarizeThreshold)
  return grid
    .filter(({ hmean }) => hmean >= oneTextLess - ROUNDING)
    .reduce((nearest, point) => {
      const gain = distance(nearest) - distance(point)
      return gain > ROUNDING || (gain > -ROUNDING && isBetter(point, nearest)) ? point : nearest
    })
}

function isBetter(a: GridPoint, b: GridPoint): boolean {
  if (a.hmean !== b.hmean) return a.hmean > b.hmean
  if (a.threshold !== b.threshold) return a.threshold > b.threshold
  return a.binarizeThreshold > b.binarizeThreshold
}
