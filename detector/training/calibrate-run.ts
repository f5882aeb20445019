import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BinarizeLevel } from '../evaluation/best-thresholds'
import { averagePrecision } from '../evaluation/icdar'
import { writeFileAtomic } from '../formats/atomic-write'
import type { Metrics, Sidecar } from '../formats/sidecar'
import { calibrationOf } from './calibration'
import type { RunEventBody } from './events'
import { runFiles } from './run-directory'

/**
 * Chooses the thresholds of a finished run on its validation pictures, writes calibration.json, and puts them into the
 * sidecars of both models, from where every detection takes them.
 *
 * @param levels all candidates of the best model
 * @returns the `done` event
 */
export async function calibrateRun(runDir: string, levels: readonly BinarizeLevel[]): Promise<RunEventBody> {
  const calibration = calibrationOf(levels)
  await writeFileAtomic(join(runDir, runFiles.calibration), `${JSON.stringify(calibration, null, 2)}\n`)
  const { threshold, binarizeThreshold, precision, recall, hmean } = calibration
  const chosen = levels.find((level) => level.binarizeThreshold === binarizeThreshold)
  const ap = chosen ? averagePrecision(chosen.images) : 0
  await calibrateSidecar(
    join(runDir, runFiles.best),
    { threshold, binarizeThreshold },
    { precision, recall, hmean, ap },
  )
  await calibrateSidecar(join(runDir, runFiles.final), { threshold, binarizeThreshold })
  return {
    type: 'done',
    best: runFiles.best,
    final: runFiles.final,
    calibration: { threshold, binarizeThreshold, hmean },
  }
}

async function calibrateSidecar(
  weights: string,
  thresholds: { threshold: number; binarizeThreshold: number },
  calibrated?: Metrics,
): Promise<void> {
  const file = weights.replace(/\.pth$/, '.json')
  if (!existsSync(file)) return
  const sidecar = JSON.parse(await readFile(file, 'utf8')) as Sidecar
  Object.assign(sidecar.thresholds, thresholds)
  if (calibrated) sidecar.metrics.calibrated = calibrated
  await writeFileAtomic(file, `${JSON.stringify(sidecar, null, 2)}\n`)
}
