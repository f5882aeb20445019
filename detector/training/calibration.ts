import { join } from 'node:path'
import {
  type BinarizeLevel,
  bestThresholds,
  type GridPoint,
  gridWith,
  nearestOfEqual,
  SCORE_GRID,
  type StartThresholds,
} from '../evaluation/best-thresholds'
import { writeFileAtomic } from '../files/atomic-write'
import type { RunEventBody } from './events'
import { runFiles } from './run-directory'

/**
 * calibration.json: the pair of thresholds that suits the weights on the validation pictures, and what led to it. With
 * `truths` 0 nothing was measured, and the pair is that of the starting model.
 */
export interface Calibration extends GridPoint {
  version: 1
  /** Number of validation pictures. */
  images: number
  /** Over all score thresholds, at the chosen binarisation. */
  curve: GridPoint[]
  grid: GridPoint[]
}

/**
 * The pair to detect with (see `nearestOfEqual`), with the curve that the report draws.
 * @param start of the starting model; one of the levels has its binarisation
 */
export function calibrationOf(levels: readonly BinarizeLevel[], start: StartThresholds): Calibration {
  const found = bestThresholds(levels, gridWith(SCORE_GRID, start.threshold))
  const chosen = nearestOfEqual(found, start)
  return {
    version: 1,
    ...chosen,
    images: levels[0].images.length,
    curve: found.grid.filter((point) => point.binarizeThreshold === chosen.binarizeThreshold),
    grid: found.grid,
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
  const { threshold, binarizeThreshold, hmean, truths } = calibration
  return {
    type: 'done',
    best: runFiles.best,
    final: runFiles.final,
    calibration: { threshold, binarizeThreshold, hmean, texts: truths },
  }
}
