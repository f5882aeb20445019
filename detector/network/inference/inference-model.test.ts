import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { hashWeights, waveImage } from '../../../fixtures/network/hash-weights'
import vector from '../../../fixtures/network/network-vector.json'
import { CHANNEL_MEAN } from '../network-definition'
import { buildInferenceModel } from './inference-model'

const weights = hashWeights()
const [height, width] = [64, 96]

async function run(model: Uint8Array, image: Float32Array, dims: number[]): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 2 })
  const { probability } = await session.run({ input: new Tensor('float32', image, dims) })
  await session.release()
  expect(probability.dims).toEqual([dims[0], 1, dims[2], dims[3]])
  return probability.data as Float32Array
}

test('the hash gives the weights of the vector', () => {
  const first = weights.get('backbone.conv1.weight')?.data.subarray(0, 4)
  vector.weights.checks['backbone.conv1.weight first 4'].forEach((value, i) => {
    expect(first?.[i]).toBeCloseTo(value, 7)
  })
  expect(weights.get('decoder.thresh.6.bias')?.data[0]).toBeCloseTo(vector.weights.checks['decoder.thresh.6.bias'], 8)
})

test('the map of the network vector, free and fixed size', async () => {
  const free = await run(buildInferenceModel(weights, { input: 'normalised' }), waveImage(), [2, 3, height, width])
  const fixed = await run(buildInferenceModel(weights, { input: 'normalised', batch: 2, height, width }), waveImage(), [
    2,
    3,
    height,
    width,
  ])
  const mean = free.reduce((sum, p) => sum + p, 0) / free.length
  const std = Math.sqrt(free.reduce((sum, p) => sum + (p - mean) ** 2, 0) / free.length)
  expect(mean).toBeCloseTo(vector.float64.prob_mean, 6)
  expect(std).toBeCloseTo(vector.float64.prob_std, 5)
  for (const [at, value] of Object.entries(vector.float64.prob_at)) {
    const [n, y, x] = at.split(',').map(Number)
    const index = (n * height + y) * width + x
    expect(Math.abs(free[index] - value)).toBeLessThan(1e-5)
    expect(Math.abs(fixed[index] - value)).toBeLessThan(1e-5)
  }
})

test('unit input subtracts the mean inside', async () => {
  const normalised = waveImage()
  const unit = normalised.map((x, i) => x + CHANNEL_MEAN[Math.floor(i / (height * width)) % 3] / 255)
  const dims = [2, 3, height, width]
  const expected = await run(buildInferenceModel(weights, { input: 'normalised' }), normalised, dims)
  const actual = await run(buildInferenceModel(weights, { input: 'unit' }), unit, dims)
  expect(Math.max(...actual.map((p, i) => Math.abs(p - expected[i])))).toBeLessThan(1e-4)
})

test('the shortcuts give the same map', async () => {
  const dims = [2, 3, height, width]
  const plain = await run(buildInferenceModel(weights, { input: 'normalised' }), waveImage(), dims)
  const short = await run(buildInferenceModel(weights, { input: 'normalised', shortcuts: true }), waveImage(), dims)
  expect(Math.max(...short.map((p, i) => Math.abs(p - plain[i])))).toBeLessThan(1e-5)
})
