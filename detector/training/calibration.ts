import { type BinarizeLevel, bestThresholds, type GridPoint } from '../evaluation/best-thresholds'

/** calibration.json: the pair of thresholds with the best hmean on the validation pictures, and what led to it. */
export interface Calibration extends GridPoint {
  version: 1
  /** Number of validation pictures. */
  images: number
  /** Over all score thresholds, at the chosen binarisation. */
  curve: GridPoint[]
  grid: GridPoint[]
}

/** The best pair of the grid, with the curve that the report draws. */
export function calibrationOf(levels: readonly BinarizeLevel[]): Calibration {
  const { best, grid } = bestThresholds(levels)
  return {
    version: 1,
    ...best,
    images: levels[0].images.length,
    curve: grid.filter((point) => point.binarizeThreshold === best.binarizeThreshold),
    grid,
  }
}
