import { describe, expect, test, vi } from 'vitest'
import { hashWeights, waveImage } from '../../../fixtures/network/hash-weights'
import vector from '../../../fixtures/network/network-vector.json'
import { vectorBatch } from '../../../fixtures/network/vector-batch'
import type { StepOptions, StepShape, TensorDict } from '../../network/types'
import { createOnnxRuntimeEngine } from './create-engine'

// Seconds on a quiet machine; whole training steps on a busy one take their time.
vi.setConfig({ testTimeout: 300_000 })

const options: StepOptions = {
  optimizer: 'sgd',
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
  decay: 'all',
  clipNorm: 0,
  batchNorm: 'batch',
}
const shape: StepShape = { batch: 2, height: 64, width: 96, options, frozen: 'none' }
const engine = createOnnxRuntimeEngine({ threads: 2 })
const weights = hashWeights()
const batch = vectorBatch()

async function open(changes: Partial<StepOptions>, state: TensorDict = weights) {
  const session = await engine.open({ ...shape, options: { ...options, ...changes } })
  await session.load(state)
  return session
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

describe('network-vector.json (PyTorch, float64)', () => {
  const [first, second, third] = vector.float64.train_steps

  test('losses of three steps with momentum and decay on all parameters', async () => {
    const session = await open({ weightDecay: 1e-4 })
    // By the third step rounding has grown: equal formulations differ by 8e-5 among themselves on maps this small.
    for (const [expected, total, part] of [
      [first, 1e-5, 1e-5],
      [second, 5e-5, 2e-4],
      [third, 2e-4, 1e-3],
    ] as const) {
      const losses = await session.step(batch, 0.007)
      expect(Math.abs(losses.loss / expected.loss - 1)).toBeLessThan(total)
      expect(Math.abs(losses.prob / expected.bce - 1)).toBeLessThan(part)
      expect(Math.abs(losses.thresh / expected.l1 - 1)).toBeLessThan(part)
      expect(Math.abs(losses.binary / expected.dice - 1)).toBeLessThan(part)
    }
    await session.close()
  })

  test('gradients and running statistics of the first step', async () => {
    const session = await open({})
    await session.step(batch, 0.007)
    const state = await session.state()
    await session.close()
    for (const [name, expected] of Object.entries(first.grad_l2 ?? {})) {
      // The momentum buffer after one step from zero is the gradient.
      expect(Math.abs(norm(state.get(`momentum.${name}`)!.data) / expected - 1)).toBeLessThan(1e-3)
    }
    for (const [name, expected] of Object.entries(first.running_after ?? {})) {
      expected.forEach((value, i) => {
        expect(Math.abs(state.get(name)!.data[i] - value)).toBeLessThan(1e-6)
      })
    }
    expect(state.get('backbone.bn1.num_batches_tracked')!.data[0]).toBe(1)
    expect(state.get('step')!.data[0]).toBe(1)
  })

  test('forward by running statistics', async () => {
    const session = await open({})
    const map = await session.forward(waveImage())
    await session.close()
    for (const [at, value] of Object.entries(vector.float64.prob_at)) {
      const [n, y, x] = at.split(',').map(Number)
      expect(Math.abs(map[(n * 64 + y) * 96 + x] - value)).toBeLessThan(1e-5)
    }
  })
})
