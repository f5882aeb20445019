import { expect, test } from 'vitest'
import { initialWeights } from './initial-weights'
import { parameters } from './parameters'

const weights = initialWeights(42)
const deviation = (name: string) => {
  const { data } = weights.get(name)!
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
}

test('all 158 tensors with their shapes, by the seed alone', () => {
  expect([...weights.keys()]).toEqual(parameters.map(({ name }) => name))
  for (const [name, { dims, data }] of initialWeights(42)) {
    const first = weights.get(name)!
    expect(dims).toEqual(first.dims)
    expect(Buffer.compare(new Uint8Array(data.buffer), new Uint8Array(first.data.buffer))).toBe(0)
  }
  expect(initialWeights(43).get('backbone.conv1.weight')!.data[0]).not.toBe(
    weights.get('backbone.conv1.weight')!.data[0],
  )
})

test.each([
  ['backbone.conv1.weight', Math.sqrt(2 / (49 * 64))],
  ['backbone.layer4.1.conv2.weight', Math.sqrt(2 / (9 * 512))],
  ['decoder.in2.weight', Math.sqrt(2 / 64)],
  ['decoder.binarize.0.weight', Math.sqrt(2 / (9 * 256))],
  ['decoder.binarize.3.weight', 0.0884],
  ['decoder.thresh.6.weight', Math.SQRT1_2],
])('spread of %s', (name, expected) => {
  expect(deviation(name) / expected).toBeGreaterThan(0.9)
  expect(deviation(name) / expected).toBeLessThan(1.1)
})

test('batch norms and biases', () => {
  expect(weights.get('backbone.bn1.bias')!.data[0]).toBe(0)
  expect(weights.get('decoder.thresh.4.bias')!.data[0]).toBeCloseTo(1e-4, 10)
  expect(weights.get('backbone.bn1.running_var')!.data[5]).toBe(1)
  expect(weights.get('decoder.binarize.3.bias')!.data.every((value) => Math.abs(value) <= 1 / 16)).toBe(true)
  expect(Math.abs(weights.get('decoder.binarize.6.bias')!.data[0])).toBeLessThanOrEqual(0.5)
})
