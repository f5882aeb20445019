import type { ErrorBody } from '../../detector/errors'
import { bestEvaluation as best, type JobState, type RunEvent } from '../../detector/training/events'
import type { RunInfo } from '../../server/runs/schema'

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

export interface LogLine {
  seq: number
  time: string
  kind: 'log' | 'warning' | 'epoch'
  /** File and line that it is about. */
  place?: string
  /** By which the page finds words of its own language. */
  code?: string
  text: string
}

/** A run as its page shows it, built from the events one after the other. */
export interface RunSeries {
  /** Number of the last event that went in; earlier ones are passed over, so that nothing counts twice. */
  seq: number
  state: JobState
  reason?: ErrorBody
  steps: Of<'step'>[]
  epochs: Of<'epoch'>[]
  evaluations: Of<'evaluated'>[]
  checkpoints: Of<'checkpoint'>[]
  log: LogLine[]
  machine?: Of<'machine'>
  done?: Of<'done'>
  /** Time of the first and the last event. */
  started?: string
  updated?: string
}

export const emptySeries: RunSeries = {
  seq: 0,
  state: 'queued',
  steps: [],
  epochs: [],
  evaluations: [],
  checkpoints: [],
  log: [],
}

/** The page keeps this many lines; log.txt holds all of them. */
const MAX_LOG_LINES = 500

function logLine(e: RunEvent): LogLine | undefined {
  const at = { seq: e.seq, time: e.time }
  switch (e.type) {
    case 'log':
    case 'warning': {
      const place = e.where && `${e.where.file}${e.where.line ? `:${e.where.line}` : ''}`
      return { ...at, kind: e.type, place, code: e.code, text: e.message }
    }
    case 'epoch':
      return { ...at, kind: 'epoch', text: `Epoch [${e.epoch}/${e.epochs}], Loss: ${e.loss.toFixed(4)}` }
    case 'evaluated': {
      const n = (v: number) => v.toFixed(4)
      return {
        ...at,
        kind: 'log',
        text: `${e.epoch === 0 ? 'starting model  ' : ''}precision: ${n(e.precision)}  recall: ${n(e.recall)}  fmeasure: ${n(e.hmean)}  mAP: ${n(e.ap)}`,
      }
    }
    case 'checkpoint':
      return e.kind === 'state' ? undefined : { ...at, kind: 'log', text: `${e.file} (epoch ${e.epoch})` }
    case 'failed':
      return { ...at, kind: 'warning', text: e.error.message }
    default:
      return undefined
  }
}

/** The series with these events added; `events` may overlap with what is there. */
export function addEvents(series: RunSeries, events: readonly RunEvent[]): RunSeries {
  const fresh = events.filter((e) => e.seq > series.seq)
  if (fresh.length === 0) return series
  const next: RunSeries = { ...series, steps: series.steps.slice(), log: series.log.slice() }
  for (const e of fresh) {
    const line = logLine(e)
    if (line) next.log.push(line)
    switch (e.type) {
      case 'step':
        next.steps.push(e)
        if (next.state === 'queued' || next.state === 'preparing') next.state = 'running'
        break
      case 'epoch':
        next.epochs = [...next.epochs, e]
        break
      case 'evaluated':
        next.evaluations = [...next.evaluations, e]
        break
      case 'checkpoint':
        next.checkpoints = [...next.checkpoints, e]
        break
      case 'machine':
        next.machine = e
        break
      case 'status':
        next.state = e.state
        next.reason = e.reason
        break
      case 'done':
        next.done = e
        next.state = 'done'
        break
      case 'failed':
        next.state = 'failed'
        next.reason = e.error
        break
    }
  }
  if (next.log.length > MAX_LOG_LINES) next.log = next.log.slice(-MAX_LOG_LINES)
  next.seq = fresh[fresh.length - 1].seq
  next.started = series.started ?? fresh[0].time
  next.updated = fresh[fresh.length - 1].time
  return next
}

/** Exponential moving average without the start-up bias: y_i = m_i / (1 − s^i). `strength` 0–0.99; 0 returns the values. */
export function smooth(values: readonly number[], strength: number): number[] {
  if (strength <= 0) return [...values]
  let mean = 0
  let weight = 0
  return values.map((v) => {
    mean = strength * mean + (1 - strength) * v
    weight = strength * weight + (1 - strength)
    return mean / weight
  })
}

/**
 * hmean of the model a run started from and of its best one, each at the thresholds that come with it: what detection
 * does before and after. Either is undefined while it is not known.
 */
export function hmeanGain({ base, best, calibration }: Pick<RunInfo, 'base' | 'best' | 'calibration'>) {
  // Where nothing could be measured there is no figure, not a 0.
  if (best?.texts === 0) return { before: undefined, after: undefined, gain: undefined }
  const before = base?.hmean
  const after = calibration?.hmean ?? best?.hmean
  return { before, after, gain: before === undefined || after === undefined ? undefined : after - before }
}

/** What best_model.pth was chosen by. */
export function bestEvaluation(series: RunSeries): Of<'evaluated'> | undefined {
  return best(series.evaluations)
}
