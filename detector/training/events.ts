import type { ErrorBody } from '../errors'

/** stopped = by the user, never resumes by itself; interrupted = by a crash or shutdown, resumes by itself at the next start. */
export const JOB_STATES = [
  'queued',
  'preparing',
  'running',
  'pausing',
  'paused',
  'done',
  'failed',
  'stopped',
  'interrupted',
] as const
export type JobState = (typeof JOB_STATES)[number]

/** What a run says of itself, without the number and time that the journal adds. */
export type RunEventBody =
  /** The state `running` tells how many steps an epoch has. */
  | { type: 'status'; state: JobState; reason?: ErrorBody; stepsPerEpoch?: number }
  | {
      type: 'step'
      step: number
      epoch: number
      lr: number
      loss: number
      prob: number
      binary: number
      thresh: number
      imagesPerS: number
      /** Share of the time (0–1) in which the step waited for data. */
      dataWait: number
    }
  | { type: 'epoch'; epoch: number; epochs: number; loss: number; seconds: number }
  | {
      type: 'evaluated'
      /** 0: the starting model, before the first step; it is never the best model. */
      epoch: number
      precision: number
      recall: number
      hmean: number
      ap: number
      /** Readable texts of the validation pictures; 0: nothing was measured. Absent in older journals. */
      texts?: number
      /** The pair of thresholds that suits these weights on the validation pictures; the figures are at it. */
      threshold: number
      binarizeThreshold: number
      /** Files in `samples/`, relative to the run directory. */
      samples: string[]
    }
  | { type: 'checkpoint'; kind: 'best' | 'final' | 'state'; file: string; epoch: number; sha256: string }
  | { type: 'warning' | 'log'; code: string; message: string; where?: ErrorBody['where'] }
  | { type: 'machine'; cpu: number; memoryBytes: number }
  | {
      type: 'done'
      best: string
      final: string
      calibration: { threshold: number; binarizeThreshold: number; hmean: number; texts?: number }
    }
  | { type: 'failed'; error: ErrorBody }

/** A line of metrics.jsonl: seq counts from 1 without gaps; time is ISO 8601 UTC. */
export type RunEvent = { seq: number; time: string } & RunEventBody

type Judged = { epoch: number; hmean: number; texts?: number }

/** Whether an evaluation takes the place of the best one before: by hmean; where nothing is measured, the later counts. */
export const isBetterEvaluation = (e: Omit<Judged, 'epoch'>, best: { hmean: number } | null | undefined): boolean =>
  !best || e.texts === 0 || e.hmean > best.hmean

/** The evaluation that best_model.pth was chosen by: highest hmean, the earlier epoch of equal ones. */
export function bestEvaluation<E extends Judged>(evaluated: readonly E[]): E | undefined {
  return evaluated
    .filter(({ epoch }) => epoch > 0)
    .reduce<E | undefined>((best, e) => (isBetterEvaluation(e, best) ? e : best), undefined)
}

/** The last events of a run that a fault has ended. */
export const failure = (error: ErrorBody): RunEventBody[] => [
  { type: 'failed', error },
  { type: 'status', state: 'failed', reason: error },
]
