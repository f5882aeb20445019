import type { ErrorBody } from '../../detector/errors'
import { isBetterEvaluation, type JobState, type RunEvent } from '../../detector/training/events'
import type { RunInfo } from './schema'

/** What the events of a run add up to; small enough for a row. */
export interface RunProgress {
  /** Number and time of the last event that is in it. */
  seq: number
  time?: string
  state?: JobState
  epoch: number
  epochs: number
  step: number
  /** 0 until the run has said so. */
  stepsPerEpoch: number
  loss: number | null
  lr: number | null
  imagesPerS: number | null
  dataWait: number | null
  cpu: number | null
  memoryBytes: number | null
  best: RunInfo['best']
  base: RunInfo['base']
  calibration: RunInfo['calibration']
  error: ErrorBody | null
  /** Why the process itself says that it ended early. */
  reason: ErrorBody | null
}

export const freshProgress = (epochs: number): RunProgress => ({
  seq: 0,
  epoch: 0,
  epochs,
  step: 0,
  stepsPerEpoch: 0,
  loss: null,
  lr: null,
  imagesPerS: null,
  dataWait: null,
  cpu: null,
  memoryBytes: null,
  best: null,
  base: null,
  calibration: null,
  error: null,
  reason: null,
})

/** Adds an event; one that is in already changes nothing. */
export function addEvent(progress: RunProgress, event: RunEvent): void {
  if (event.seq <= progress.seq) return
  progress.seq = event.seq
  progress.time = event.time
  switch (event.type) {
    case 'status':
      progress.state = event.state
      progress.stepsPerEpoch = event.stepsPerEpoch ?? progress.stepsPerEpoch
      progress.reason = event.reason ?? null
      break
    case 'step': {
      const { step, epoch, loss, lr, imagesPerS, dataWait } = event
      Object.assign(progress, { step, epoch, loss: finite(loss), lr, imagesPerS, dataWait })
      break
    }
    case 'epoch':
      progress.epoch = event.epoch
      progress.epochs = event.epochs
      if (event.epoch > 0) progress.stepsPerEpoch = Math.round(progress.step / event.epoch)
      break
    case 'evaluated': {
      const { precision, recall, hmean, ap, epoch, threshold, binarizeThreshold, texts } = event
      if (epoch === 0) progress.base = texts === 0 ? null : { precision, recall, hmean, ap }
      else if (isBetterEvaluation(event, progress.best)) {
        progress.best = {
          precision,
          recall,
          hmean,
          ap,
          epoch,
          threshold,
          binarizeThreshold,
          ...(texts !== undefined && { texts }),
        }
      }
      break
    }
    case 'machine':
      progress.cpu = event.cpu
      progress.memoryBytes = event.memoryBytes
      break
    case 'done':
      progress.state = 'done'
      progress.calibration = event.calibration
      break
    case 'failed':
      progress.state = 'failed'
      progress.error = event.error
      break
  }
}

/** JSON has no number for a loss that is none. */
const finite = (value: number | null): number | null => (Number.isFinite(value) ? value : null)
