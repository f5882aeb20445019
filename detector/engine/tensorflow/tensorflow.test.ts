import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashWeights, waveImage } from '../../../fixtures/network/hash-weights'
import lossVector from '../../../fixtures/network/loss-vector.json'
import vector from '../../../fixtures/network/network-vector.json'
import type { Batch, StepShape } from '../../network/types'
import { createTensorFlowEngine, tensorFlowAvailability } from '.'
import { dbLoss } from './db-loss'
import { toPyTorchLayout, toTensorFlowLayout } from './layout'
import { installedNative, loadFirst, loadTensorFlow, type TensorFlow } from './load-tensorflow'

const [N, H, W] = [2, 64, 96]

/** Targets of network-vector.json. */
function waveBatch(): Batch {
  const area = H * W
  const batch: Batch = {
    image: waveImage(),
    gt: new Float32Array(N * area),
    mask: new Float32Array(N * area).fill(1),
    threshMap: new Float32Array(N * area),
    threshMask: new Float32Array(N * area),
  }
  const fill = (map: Float32Array, n: number, y0: number, y1: number, x0: number, x1: number, value: number) => {
    for (let y = y0; y <= y1; y++) map.fill(value, n * area + y * W + x0, n * area + y * W + x1 + 1)
  }
  fill(batch.gt, 0, 10, 21, 8, 59, 1)
  fill(batch.gt, 1, 30, 39, 20, 89, 1)
  fill(batch.mask, 0, 40, 49, 60, 89, 0)
  fill(batch.threshMask, 0, 6, 25, 4, 63, 1)
  fill(batch.threshMask, 1, 26, 43, 16, 93, 1)
  for (let n = 0; n < N; n++) {
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        batch.threshMap[n * area + y * W + x] = 0.3 + 0.4 * Math.abs(Math.sin(0.2 * x + 0.3 * y))
      }
    }
  }
  return batch
}

const shape: StepShape = {
  batch: N,
  height: H,
  width: W,
  frozen: 'none',
  options: {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: false,
    weightDecay: 1e-4,
    decay: 'all',
    clipNorm: 0,
    batchNorm: 'batch',
  },
}

let tf: TensorFlow
beforeAll(async () => {
  tf = (await loadTensorFlow('cpu')).tf
})

describe('the loss', () => {
  it('has the value and gradients of the golden vector', () => {
    const at = (f: (i: number, n: number, y: number, x: number) => number) =>
      Float32Array.from({ length: 128 }, (_, i) => f(i, Math.floor(i / 64), Math.floor(i / 8) % 8, i % 8))
    const logit = (p: number) => Math.log(p / (1 - p))
    const tensor = (data: Float32Array) => tf.tensor4d(data, [2, 8, 8, 1])
    const inputs = {
      probability: tensor(at((i) => logit(0.5 + 0.45 * Math.sin(0.37 * i + 0.2)))),
      threshold: tensor(at((i) => logit(0.5 + 0.2 * Math.cos(0.53 * i)))),
      gt: tensor(
        at((_, n, y, x) => +(n === 0 ? y >= 2 && y <= 4 && x >= 1 && x <= 5 : y >= 3 && y <= 5 && x >= 2 && x <= 3)),
      ),
      mask: tensor(at((_, n, y, x) => +!(n === 0 ? y >= 6 && x >= 5 : y === 0))),
      threshMap: tensor(at((i) => 0.3 + 0.4 * Math.abs(Math.sin(0.29 * i)))),
      threshMask: tensor(
        at((_, n, y, x) => +(n === 0 ? y >= 1 && y <= 5 && x <= 6 : y >= 2 && y <= 6 && x >= 1 && x <= 4)),
      ),
    }
    const { loss, prob, binary, thresh } = dbLoss(tf, inputs)
    const { bce, l1, dice, total_dice_plus_10l1_plus_5bce: total } = lossVector.mhliao
    expect(prob.dataSync()[0]).toBeCloseTo(bce, 5)
    expect(thresh.dataSync()[0]).toBeCloseTo(l1, 6)
    expect(binary.dataSync()[0]).toBeCloseTo(dice, 5)
    expect(loss.dataSync()[0]).toBeCloseTo(total, 4)

    // The vector gives gradients by p; ours go by the logit: d/dz = d/dp · p(1 − p).
    const slopes = {
      dprob: tf.grads((p) => dbLoss(tf, { ...inputs, probability: p }).loss)([inputs.probability])[0],
      dthresh: tf.grads((t) => dbLoss(tf, { ...inputs, threshold: t }).loss)([inputs.threshold])[0],
    }
    const logits = { dprob: inputs.probability.dataSync(), dthresh: inputs.threshold.dataSync() }
    for (const key of ['dprob', 'dthresh'] as const) {
      for (const [place, want] of Object.entries(lossVector.grad_mhliao_total[key])) {
        const [n, y, x] = place.split(',').map(Number)
        const i = 64 * n + 8 * y + x
        const p = 1 / (1 + Math.exp(-logits[key][i]))
        expect(slopes[key].dataSync()[i] / (p * (1 - p)), `${key} ${place}`).toBeCloseTo(want, 4)
      }
    }
  })

  it('learns nothing from an image without text', () => {
    const zeros = tf.zeros([1, 8, 8, 1])
    const z = tf.randomNormal([1, 8, 8, 1], 0, 1, 'float32', 3)
    const parts = dbLoss(tf, {
      probability: z,
      threshold: zeros,
      gt: zeros,
      mask: tf.onesLike(zeros),
      threshMap: zeros,
      threshMask: zeros,
    })
    expect(parts.prob.dataSync()[0]).toBe(0)
    expect(parts.thresh.dataSync()[0]).toBe(0)
    expect(parts.loss.dataSync()[0]).toBeCloseTo(1, 6)
  })
})

describe('the layouts', () => {
  it('turn a kernel and turn it back', () => {
    const dims = [3, 2, 2, 2]
    const data = Float32Array.from({ length: 24 }, (_, i) => i)
    const turned = toTensorFlowLayout(data, dims)
    expect(turned[0 * 6 + 1 * 3 + 2]).toBe(data[2 * 8 + 1 * 4 + 0])
    expect(toPyTorchLayout(turned, dims)).toEqual(data)
  })
})

describe('a training step', () => {
  it('agrees with PyTorch: map, three losses, running statistics; memory stays bounded', async () => {
    const engine = await createTensorFlowEngine({ device: 'cpu' })
    const session = await engine.open(shape)
    await session.load(hashWeights())

    const map = await session.forward(waveImage())
    for (const [place, value] of Object.entries(vector.float64.prob_at)) {
      const [n, y, x] = place.split(',').map(Number)
      expect(map[(n * H + y) * W + x], place).toBeCloseTo(value, 4)
    }

    const batch = waveBatch()
    const tensors: number[] = []
    for (const [i, want] of vector.float64.train_steps.entries()) {
      const losses = await session.step(batch, 0.007)
      const tolerance = i === 0 ? 1e-5 : 1e-4
      expect(Math.abs(losses.loss - want.loss) / want.loss).toBeLessThan(tolerance)
      expect(Math.abs(losses.prob - want.bce) / want.bce).toBeLessThan(10 * tolerance)
      expect(Math.abs(losses.thresh - want.l1) / want.l1).toBeLessThan(10 * tolerance)
      expect(Math.abs(losses.binary - want.dice) / want.dice).toBeLessThan(10 * tolerance)
      if (i === 0) {
        const state = await session.state()
        const running = vector.float64.train_steps[0].running_after as Record<string, number[]>
        for (const [name, values] of Object.entries(running)) {
          for (const [k, value] of values.entries()) expect(state.get(name)?.data[k]).toBeCloseTo(value, 5)
        }
      }
      tensors.push(tf.memory().numTensors)
    }
    expect(tensors[2]).toBe(tensors[1])
    await session.close()
  }, 120_000)
})

describe('memory', () => {
  it('holds no more tensors after 50 steps than after the second', async () => {
    const side = 32
    const engine = await createTensorFlowEngine({ device: 'cpu' })
    const session = await engine.open({ ...shape, batch: 1, height: side, width: side })
    await session.load(hashWeights())
    const map = (value: number) => new Float32Array(side * side).fill(value)
    const gt = map(0)
    gt.fill(1, 8 * side, 16 * side)
    const batch = { image: waveImage([1, 3, side, side]), gt, mask: map(1), threshMap: map(0.3), threshMask: gt }
    const counts: number[] = []
    for (let i = 0; i < 50; i++) {
      await session.step(batch, 0.001)
      counts.push(tf.memory().numTensors)
    }
    expect(counts.at(-1)).toBe(counts[1])
    await session.close()
  }, 240_000)
})

describe('the choice of a package', () => {
  it('falls back to the WebAssembly backend and says why', async () => {
    const found = await tensorFlowAvailability('cpu')
    if (found.package === '@tensorflow/tfjs-backend-wasm') {
      expect(found.passedOver.map((p) => p.package)).toContain('@tensorflow/tfjs-node')
      await expect(createTensorFlowEngine({ device: 'gpu' })).rejects.toMatchObject({ code: 'device-unavailable' })
    }
    const engine = await createTensorFlowEngine({ device: 'cpu' })
    expect(await engine.probe()).toEqual({ ok: true })
  })

  it('passes over packages that are broken, whatever they throw', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tensorflow-'))
    try {
      const broken = {
        'tfjs-node-gpu': "throw Object.assign(new Error('libcudart.so.11.0: cannot open shared object file'), {})",
        'tfjs-node':
          "throw Object.assign(new Error(\"Cannot find module './tfjs_binding.node'\"), { code: 'MODULE_NOT_FOUND' })",
      }
      for (const [name, code] of Object.entries(broken)) {
        await mkdir(join(folder, 'node_modules/@tensorflow', name), { recursive: true })
        await writeFile(join(folder, 'node_modules/@tensorflow', name, 'index.js'), code)
      }
      const from = join(folder, 'here.js')
      expect(installedNative(from)).toEqual(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'])
      const found = await loadFirst(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'], from)
      expect(found.package).toBe('@tensorflow/tfjs-backend-wasm')
      expect(found.passedOver.map((p) => p.reason)).toEqual([
        'libcudart.so.11.0: cannot open shared object file',
        'its native library is missing',
      ])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
