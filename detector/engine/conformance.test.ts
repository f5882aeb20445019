import { describe, expect, it } from 'vitest'
import { hashWeights, waveImage } from '../../fixtures/network/hash-weights'
import type { Batch, StepShape, TensorDict } from '../network/types'
import type { Engine, StepSession } from './engine'
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

const values = (state: TensorDict, name: string): Float32Array => state.get(name)?.data ?? new Float32Array()

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

  it('leave the state as it was when a step is not finite', async () => {
    const [onnx, tensorflow] = await openBoth()
    const bad = batch()
    bad.image[0] = Number.NaN
    for (const session of [onnx, tensorflow]) {
      const before = (await session.state()).get('decoder.binarize.0.weight')?.data.slice()
      const { loss, gradNorm } = await session.step(bad, 0.005)
      expect(Number.isFinite(loss) && Number.isFinite(gradNorm)).toBe(false)
      expect((await session.state()).get('decoder.binarize.0.weight')?.data).toEqual(before)
    }
    // What was accumulated goes with it: a resumed run would not have it either.
    for (const session of [onnx, tensorflow]) {
      await session.accumulate(batch())
      await session.step(bad, 0.005)
      expect(Number.isFinite((await session.accumulate(batch())).loss)).toBe(true)
      await session.step(batch(), 0.005)
    }
    const [x, y] = [await onnx.state(), await tensorflow.state()]
    const moved = 'momentum.decoder.binarize.0.weight'
    expect(relative(values(x, moved), values(y, moved))).toBeLessThan(5e-3)
    for (const session of [onnx, tensorflow]) await session.close()
  }, 120_000)
})

/** Updates of two stages: with frozen backbone, then everything; the first one of each on two batches. */
const UPDATES = [
  { frozen: 'backbone', accumulate: true },
  { frozen: 'backbone', accumulate: false },
  { frozen: 'none', accumulate: true },
  { frozen: 'none', accumulate: false },
] as const

/** The state after all updates, each by the engine that stands at its place; it moves as a resumed run moves it. */
async function runStages(engines: readonly Engine[], options: Partial<StepShape['options']>): Promise<TensorDict> {
  let state: TensorDict = hashWeights()
  let session: StepSession | undefined
  for (const [i, { frozen, accumulate }] of UPDATES.entries()) {
    if (!session || engines[i] !== engines[i - 1] || frozen !== UPDATES[i - 1].frozen) {
      await session?.close()
      session = await engines[i].open({ ...shape(options), frozen })
      await session.load(state)
    }
    if (accumulate) await session.accumulate(batch())
    await session.step(batch(), 0.001)
    state = await session.state()
  }
  await session?.close()
  return state
}

// AdamW turns the sign of the smallest gradient into a whole step; without statistics of the batch rounding stays small.
describe.each([
  { optimizer: 'sgd', batchNorm: 'batch' },
  { optimizer: 'adamw', batchNorm: 'frozen' },
] as const)('two stages with $optimizer', ({ optimizer, batchNorm }) => {
  it('move the weights alike, whichever engine takes which step', async () => {
    const [o, t] = [createOnnxRuntimeEngine(), await createTensorFlowEngine({ device: 'cpu' })]
    const start = hashWeights()
    const expected = await runStages([o, o, o, o], { optimizer, batchNorm })
    for (const engines of [
      [o, t, t, o],
      [t, o, o, t],
    ]) {
      const way = engines.map(({ name }) => name).join(', ')
      const found = await runStages(engines, { optimizer, batchNorm })
      expect([...found.keys()].sort(), way).toEqual([...expected.keys()].sort())
      for (const [name, { data }] of expected) {
        if (/^(step|adam_step\..*)$|num_batches_tracked$/.test(name))
          expect(values(found, name), `${way}: ${name}`).toEqual(data)
      }
      expect(values(found, 'step')[0]).toBe(4)
      if (optimizer === 'adamw') {
        expect(['stem', 'backbone', 'decoder'].map((part) => values(found, `adam_step.${part}`)[0])).toEqual([2, 2, 4])
      }
      // How far each part has gone, not only where it is: rates are small beside weights.
      for (const name of ['backbone.conv1.weight', 'backbone.layer3.1.conv2.weight', 'decoder.binarize.0.weight']) {
        const gone = (state: TensorDict) => values(state, name).map((value, i) => value - values(start, name)[i])
        expect(relative(gone(expected), gone(found)), `${way}: ${name}`).toBeLessThan(0.05)
      }
    }
  }, 120_000)
})
