import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../detector/training/events'
import { addEvents, bestEvaluation, emptySeries, hmeanGain, smooth } from './run-series'

const at = (seq: number) => ({ seq, time: `2026-01-01T00:00:${String(seq).padStart(2, '0')}Z` })
const step = (seq: number, loss: number): RunEvent => ({
  ...at(seq),
  type: 'step',
  step: seq,
  epoch: 1,
  lr: 0.005,
  loss,
  prob: 0,
  binary: 0,
  thresh: 0,
  imagesPerS: 3,
  dataWait: 0,
})
const evaluated = (seq: number, epoch: number, hmean: number): RunEvent => ({
  ...at(seq),
  type: 'evaluated',
  epoch,
  precision: hmean,
  recall: hmean,
  hmean,
  ap: hmean,
  threshold: 0.2,
  binarizeThreshold: 0.2,
  samples: [],
})

describe('the series of a run', () => {
  it('takes every event once, whatever overlap a reconnection brings', () => {
    const first = addEvents(emptySeries, [step(1, 3), step(2, 2)])
    const second = addEvents(first, [step(2, 2), step(3, 1)])
    expect(second.steps.map((s) => s.loss)).toEqual([3, 2, 1])
    expect(second.seq).toBe(3)
    expect(addEvents(second, [step(1, 3)])).toBe(second)
  })

  it('follows the state and keeps the reason of a failure', () => {
    const error = { code: 'out-of-memory', message: 'Not enough memory.' }
    const series = addEvents(emptySeries, [step(1, 3), { ...at(2), type: 'failed', error }])
    expect(series.state).toBe('failed')
    expect(series.reason).toEqual(error)
    expect(addEvents(emptySeries, [step(1, 3)]).state).toBe('running')
  })

  it('writes the line of the guide for an epoch', () => {
    const series = addEvents(emptySeries, [
      { ...at(1), type: 'epoch', epoch: 2, epochs: 10, loss: 1.23456, seconds: 5 },
    ])
    expect(series.log[0].text).toBe('Epoch [2/10], Loss: 1.2346')
  })

  it('names the earlier epoch best where two are equal', () => {
    const series = addEvents(emptySeries, [evaluated(1, 1, 0.5), evaluated(2, 2, 0.8), evaluated(3, 3, 0.8)])
    expect(bestEvaluation(series)?.epoch).toBe(2)
  })
})

describe('smoothing', () => {
  it('keeps a constant exactly and starts at the first value', () => {
    for (const v of smooth([2, 2, 2, 2], 0.9)) expect(v).toBeCloseTo(2, 12)
    expect(smooth([5, 1], 0.5)).toEqual([5, (0.25 * 5 + 0.5 * 1) / 0.75])
  })
})

describe('the gain of a run', () => {
  const figures = (hmean: number) => ({ precision: hmean, recall: hmean, hmean, ap: hmean })
  const best = { ...figures(0.7), epoch: 2, threshold: 0.2, binarizeThreshold: 0.2 }
  const calibration = { threshold: 0.3, binarizeThreshold: 0.2, hmean: 0.75 }

  it('is that of the calibrated model, of the best one before that, and unknown without a starting figure', () => {
    expect(hmeanGain({ base: figures(0.5), best, calibration })).toMatchObject({ before: 0.5, after: 0.75, gain: 0.25 })
    expect(hmeanGain({ base: figures(0.5), best, calibration: null }).gain).toBeCloseTo(0.2)
    expect(hmeanGain({ base: null, best, calibration }).gain).toBeUndefined()
    expect(hmeanGain({ base: figures(0.5), best: null, calibration: null })).toMatchObject({ after: undefined })
  })
})
