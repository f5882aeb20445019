import { describe, expect, it } from 'vitest'
import { parseOptions } from './spec'
import { stepOptions, trainOptions } from './train'

describe('stepOptions', () => {
  it.each([
    ['auto', 'base', 'frozen'],
    ['auto', 'random', 'batch'],
    ['batch', 'base', 'batch'],
    ['frozen', 'random', 'frozen'],
  ])('batch normalisation %s from %s is %s', (batchNorm, model, expected) => {
    const options = parseOptions(trainOptions, { data: 'x', batchNorm, model })
    expect(stepOptions(options)).toEqual({ ...options, batchNorm: expected })
  })
})
