import { describe, expect, it } from 'vitest'
import { isGentle, stepOptions } from './recipe'
import { parseOptions } from './spec'
import { trainOptions } from './train'

describe('stepOptions', () => {
  it.each([
    ['auto', 'base', 'frozen'],
    ['auto', 'random', 'batch'],
    ['batch', 'base', 'batch'],
    ['frozen', 'random', 'frozen'],
  ])('batch normalisation %s from %s is %s', (batchNorm, model, expected) => {
    const options = parseOptions(trainOptions, { data: 'x', batchNorm, model })
    expect(stepOptions(options)).toEqual({ ...options, optimizer: 'adamw', batchNorm: expected })
  })

  it.each([
    ['auto', 0.0005, 'adamw'],
    ['auto', 0.001, 'adamw'],
    ['auto', 0.002, 'sgd'],
    ['auto', 0.005, 'sgd'],
    ['sgd', 0.0005, 'sgd'],
    ['adamw', 0.005, 'adamw'],
  ])('optimiser %s at a rate of %d is %s', (optimizer, lr, expected) => {
    expect(stepOptions(parseOptions(trainOptions, { data: 'x', optimizer, lr })).optimizer).toBe(expected)
  })
})

it('what the guide types is not gentle, the defaults and smaller steps are', () => {
  const gentle = (given: Record<string, unknown>) => isGentle(parseOptions(trainOptions, { data: 'x', ...given }))
  expect(gentle({})).toBe(true)
  expect(gentle({ optimizer: 'adamw', lr: 0.0002, ema: 0.99 })).toBe(true)
  expect(gentle({ lr: 0.005 })).toBe(false)
  expect(gentle({ optimizer: 'sgd' })).toBe(false)
  expect(gentle({ ema: 0 })).toBe(false)
})
