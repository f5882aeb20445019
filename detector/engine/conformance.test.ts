import { describe, expect, it } from 'vitest'
import { hashWeights, waveImage } from '../../fixtures/network/hash-weights'
import type { Batch, Engine, StepSession, StepShape } from './engine'
import { createOnnxRuntimeEngine } from './onnxruntime/create-engine'
import { createTensorFlowEngine } from './tensorflow'

const [H, W] = [64, 96]

function batch(): Batch {
  const area = H * W
  const at = (f: (x: number, y: number) => number) =>
    Float32Array.from({ length: area }, (_, i) => f(i % W, Math.floor(i / W)))
  return {
    image: waveImage([1, 3, H, W]),
    gt: at((x, y) => +(y >= 10 && y <= 21 && x >= 8 && x <= 59)),
    mask: at((x, y) => +!(y >= 40 && y <= 49 && x >= 60)),
    threshMap: at((x, y) => 0.3 + 0.4 * Math.abs(Math.sin(0.2 * x + 0.3 * y))),
    threshMask: at((x, y) => +(y >= 6 && y <= 25 && x >= 4 && x <= 63)),
  }
}

const shape = (options: Partial<StepShape['options']>): StepShape => ({
  batch: 1,
  height: H,
  width: W,
  frozen: 'none',
  options: {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    decay: 'conv',
    clipNorm: 5,
    batchNorm: 'batch',
    ...options,
  },
})

async function openBoth(options: Partial<StepShape['options']> = {}): Promise<StepSession[]> {
  const engines: Engine[] = [createOnnxRuntimeEngine(), await createTensorFlowEngine({ device: 'cpu' })]
  const sessions = await Promise.all(engines.map((engine) => engine.open(shape(options))))
  for (const session of sessions) await session.load(hashWeights())
  return sessions
}

/** |a − b| / |a| over all values of a tensor. */
function relative(a: Float32Array, b: Float32Array): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < a.length; i++) {
    difference += (a[i] - b[i]) ** 2
    size += a[i] ** 2
  }
  return Math.sqrt(difference / Math.max(size, 1e-20))
}

/** Biases in front of a batch norm have no gradient but rounding. */
const withoutGradient = /\.(binarize|thresh)\.3\.bias$/

describe('all engines', () => {
  it('agree on map, losses, gradients and statistics', async () => {
    const [onnx, tensorflow] = await openBoth()
    const image = waveImage([1, 3, H, W])
    const [a, b] = [await onnx.forward(image), await tensorflow.forward(image)]
    for (let i = 0; i < a.length; i++) expect(Math.abs(a[i] - b[i])).toBeLessThan(1e-4)

    const losses = [await onnx.step(batch(), 0.005), await tensorflow.step(batch(), 0.005)]
    for (const key of ['loss', 'prob', 'binary', 'thresh', 'gradNorm'] as const) {
      expect(Math.abs(losses[0][key] - losses[1][key]) / losses[0][key], key).toBeLessThan(1e-3)
    }
    // The momentum after the first step is the clipped gradient with the decay.
    const [x, y] = [await onnx.state(), await tensorflow.state()]
    expect([...y.keys()].sort()).toEqual([...x.keys()].sort())
    for (const [name, { data }] of x) {
      const other = y.get(name)?.data ?? new Float32Array()
      if (name.startsWith('momentum.') && withoutGradient.test(name)) continue
      // A ReLU sign that rounding flips moves single gradients by more.
      expect(relative(data, other), name).toBeLessThan(name.startsWith('momentum.') ? 5e-3 : 1e-4)
    }
    for (const session of [onnx, tensorflow]) await session.close()
  }, 120_000)

  it('carry on from each other in the middle of a run', async () => {
    const [onnx, tensorflow] = await openBoth({ optimizer: 'adamw' })
    await onnx.step(batch(), 0.001)
    await tensorflow.load(await onnx.state())
    const there = await tensorflow.step(batch(), 0.001)
    const here = await onnx.step(batch(), 0.001)
    expect(Math.abs(here.loss - there.loss) / here.loss).toBeLessThan(1e-3)
    const [x, y] = [await onnx.state(), await tensorflow.state()]
    expect(y.get('step')?.data[0]).toBe(2)
    for (const name of ['decoder.binarize.0.weight', 'backbone.layer3.1.conv2.weight', 'backbone.bn1.running_var']) {
      expect(
        relative(x.get(name)?.data ?? new Float32Array(), y.get(name)?.data ?? new Float32Array()),
        name,
      ).toBeLessThan(1e-3)
    }
    for (const session of [onnx, tensorflow]) await session.close()
  }, 120_000)

  it('leave the state as it was when a step is not finite', async () => {
    const [onnx, tensorflow] = await openBoth()
    const bad = batch()
    bad.image[0] = Number.NaN
    for (const session of [onnx, tensorflow]) {
      const before = (await session.state()).get('decoder.binarize.0.weight')?.data.slice()
      const { loss, gradNorm } = await session.step(bad, 0.005)
      expect(Number.isFinite(loss) && Number.isFinite(gradNorm)).toBe(false)
      expect((await session.state()).get('decoder.binarize.0.weight')?.data).toEqual(before)
      await session.close()
    }
  }, 120_000)
})
