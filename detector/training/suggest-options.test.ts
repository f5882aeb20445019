import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../options/spec'
import { type TrainOptions, trainOptions } from '../options/train'
import { suggestOptions } from './suggest-options'

const suggested = (images: number, changed: Partial<TrainOptions> = {}) =>
  Object.assign({}, ...suggestOptions(images, { ...defaultsOf(trainOptions), ...changed }).map(({ values }) => values))
/** The guide's rate, at which `auto` is SGD. */
const guide = { lr: 0.005 } as const

describe('suggestOptions', () => {
  it('asks for at least 150 steps and a frozen backbone on small sets only', () => {
    expect(suggested(50)).toEqual({ epochs: 22, preset: 'two-stages' })
    expect(suggested(50, { epochs: 22, preset: 'two-stages' })).toEqual({})
    expect(suggested(50, { epochs: 30, freezeBackboneEpochs: 5 })).toEqual({})
    expect(suggested(500)).toEqual({})
  })

  it('does not freeze random weights', () => {
    expect(suggested(50, { model: 'random', epochs: 100 })).toEqual({})
  })

  it('offers AdamW with an average for short runs from trained weights', () => {
    expect(suggested(500, guide)).toEqual({ optimizer: 'auto', lr: 0.0005, ema: 0.98 })
    expect(suggested(500, { optimizer: 'sgd' })).toEqual({ optimizer: 'auto', lr: 0.0005, ema: 0.98 })
    expect(suggested(500, { ...guide, epochs: 100 })).toEqual({})
    expect(suggested(500, { ...guide, model: 'random' })).toEqual({})
  })

  it('finds the rate of SGD too high for AdamW', () => {
    expect(suggested(500, { ...guide, optimizer: 'adamw' })).toEqual({ lr: 0.0005 })
    expect(suggested(500, { ...guide, optimizer: 'adamw', model: 'random' })).toEqual({ lr: 0.001 })
  })
})
