import { join } from 'node:path'
import { type BinarizeLevel, bestThresholds, type GridPoint } from '../evaluation/best-thresholds'
import { writeFileAtomic } from '../formats/atomic-write'
import type { RunEventBody } from './events'
import { runFiles } from './run-directory'

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

/**
 * Writes calibration.json of a finished run.
 *
 * @param calibration of the best model
 * @returns the `done` event
 */
export async function writeCalibration(runDir: string, calibration: Calibration): Promise<RunEventBody> {
  await writeFileAtomic(join(runDir, runFiles.calibration), `${JSON.stringify(calibration, null, 2)}\n`)
  const { threshold, binarizeThreshold, hmean } = calibration
  return {
    type: 'done',
    best: runFiles.best,
    final: runFiles.final,
    calibration: { threshold, binarizeThreshold, hmean },
  }
}
