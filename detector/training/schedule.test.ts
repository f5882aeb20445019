import { describe, expect, it } from 'vitest'
import { frozenEpochs, learningRate, warmupSteps } from './schedule'

describe('learningRate', () => {
  const poly = { lr: 0.005, schedule: 'poly', warmupSteps: 0 } as const

  it('follows lr · (1 − step/total)^0.9', () => {
    expect(learningRate(poly, 0, 100)).toBe(0.005)
    expect(learningRate(poly, 50, 100)).toBeCloseTo(0.005 * 0.5 ** 0.9, 12)
    expect(learningRate(poly, 99, 100)).toBeGreaterThan(0)
  })

  it('follows half a cosine', () => {
    expect(learningRate({ ...poly, schedule: 'cosine' }, 25, 100)).toBeCloseTo(0.005 * (0.5 + Math.SQRT1_2 / 2), 12)
  })

  it('warms up over min(100, 5 %) when left to itself', () => {
    const own = { ...poly, warmupSteps: -1 }
    expect([10, 200, 5000].map((total) => warmupSteps(own, total))).toEqual([0, 10, 100])
    expect(learningRate(own, 0, 200)).toBeCloseTo(0.0005, 12)
    expect(learningRate(own, 9, 200)).toBeCloseTo(0.005 * (1 - 9 / 200) ** 0.9, 12)
  })
})

describe('frozenEpochs', () => {
  it('is what was asked for, or a quarter with the preset', () => {
    const none = { preset: 'none', freezeBackboneEpochs: 0, epochs: 10 } as const
    expect(frozenEpochs(none)).toBe(0)
    expect(frozenEpochs({ ...none, freezeBackboneEpochs: 20 })).toBe(10)
    expect([2, 10, 1].map((epochs) => frozenEpochs({ ...none, preset: 'two-stages', epochs }))).toEqual([1, 3, 0])
  })
})
