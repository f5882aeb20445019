import { expect, test } from 'vitest'
import keys from '../../fixtures/network/state-dict-keys.json'
import { isLearnable, parameters } from './parameters'

test('names, order and shapes are those of the reference state dict', () => {
  expect(parameters.map(({ name, dims }) => [name, dims])).toEqual(Object.entries(keys.inference))
})

test('12,340,930 learnable numbers in 86 tensors', () => {
  const learnable = parameters.filter(({ role }) => isLearnable(role))
  expect(learnable).toHaveLength(86)
  expect(learnable.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0)).toBe(12_340_930)
})
