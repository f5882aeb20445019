import { createHash } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { stepBatch } from '../../../fixtures/network/step-batch'
import { UserError } from '../../errors'
import { initialWeights } from '../../network/initial-weights'
import { parameters } from '../../network/parameters'
import type { StepOptions, StepShape, TensorDict } from '../../network/types'
import type { StepSession } from '../engine'
import { createOnnxRuntimeEngine } from './create-engine'

// Seconds on a quiet machine; whole training steps on a busy one take their time.
vi.setConfig({ testTimeout: 300_000 })

const options: StepOptions = {
  optimizer: 'sgd',
  momentum: 0.9,
  nesterov: true,
  weightDecay: 1e-4,
  decay: 'conv',
  clipNorm: 5,
  batchNorm: 'batch',
}
const shape: StepShape = { batch: 1, height: 64, width: 64, options, frozen: 'none' }
const engine = createOnnxRuntimeEngine({ threads: 1 })
const weights = initialWeights(7)
const batches = [0, 1, 2, 3].map((phase) => stepBatch(1, 64, 64, phase))

async function withSession<T>(
  changes: Partial<StepShape>,
  use: (session: StepSession) => Promise<T>,
  state: TensorDict = weights,
): Promise<T> {
  const session = await engine.open({ ...shape, ...changes })
  await session.load(state)
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}

/** The names in order and a digest of every bit. */
function bits(state: TensorDict): Map<string, string> {
  return new Map(
    [...state].map(([name, { dims, data }]) => [
      name,
      createHash('md5')
        .update(`${dims}:`)
        .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        .digest('hex'),
    ]),
  )
}

function copy(state: TensorDict): TensorDict {
  return new Map([...state].map(([name, { dims, data }]) => [name, { dims: [...dims], data: data.slice() }]))
}

describe.each(['sgd', 'adamw'] as const)('state of %s', (optimizer) => {
  const changes = { options: { ...options, optimizer } }

  test('save, load into another session and go on: the same bits', async () => {
    const steps = async (session: StepSession, from: number, to: number) => {
      for (const batch of batches.slice(from, to)) await session.step(batch, 1e-3)
      return session.state()
    }
    const straight = await withSession(changes, (session) => steps(session, 0, 3))
    const halfway = await withSession(changes, async (session) => copy(await steps(session, 0, 1)))
    const resumed = await withSession(changes, (session) => steps(session, 1, 3), halfway)
    expect([...bits(resumed)]).toEqual([...bits(straight)])
    expect([...straight.keys()].slice(0, 158)).toEqual(parameters.map(({ name }) => name))
    const slots = optimizer === 'sgd' ? ['momentum'] : ['adam_m', 'adam_v']
    for (const slot of slots) expect(straight.get(`${slot}.backbone.conv1.weight`)?.dims).toEqual([64, 3, 7, 7])
    expect(straight.get('step')?.data[0]).toBe(3)
    expect(straight.get('decoder.thresh.4.num_batches_tracked')?.data[0]).toBe(3)
  })
})

test('an image with NaN changes nothing and is reported', async () => {
  const broken = { ...batches[0], image: batches[0].image.with(100, Number.NaN) }
  await withSession({}, async (session) => {
    await session.step(batches[0], 1e-3)
    const before = bits(copy(await session.state()))
    expect((await session.step(broken, 1e-3)).loss).toBeNaN()
    expect((await session.accumulate(broken)).loss).toBeNaN()
    expect(bits(await session.state())).toEqual(before)
    expect(Number.isFinite((await session.step(batches[1], 1e-3)).loss)).toBe(true)
  })
})

test('accumulating the same batch twice moves the weights as once', async () => {
  const frozen = { options: { ...options, batchNorm: 'frozen' as const } }
  const once = await withSession(frozen, async (session) => {
    await session.step(batches[0], 1e-2)
    return session.state()
  })
  await withSession(frozen, async (session) => {
    await session.accumulate(batches[0])
    await session.step(batches[0], 1e-2)
    const state = await session.state()
    expect(state.get('step')?.data[0]).toBe(1)
    for (const { name } of parameters) {
      const expected = once.get(name)!.data
      expect(
        state.get(name)!.data.every((value, i) => Math.abs(value - expected[i]) < 1e-6),
        name,
      ).toBe(true)
    }
  })
})

test.each(['stem', 'backbone'] as const)('a frozen %s stays as it is', async (frozen) => {
  const state = await withSession({ frozen }, async (session) => {
    await session.step(batches[0], 1e-2)
    return session.state()
  })
  const before = bits(weights)
  const after = bits(state)
  const isFrozen = (name: string) =>
    frozen === 'backbone' ? name.startsWith('backbone.') : /^backbone\.(conv1|bn1)\./.test(name)
  for (const { name } of parameters) {
    // What flows to the bias before a batch norm is rounding alone, perhaps none.
    if (name.endsWith('.3.bias')) continue
    expect(after.get(name) === before.get(name), name).toBe(isFrozen(name))
  }
})

test('frozen statistics stay, weights of the batch norms learn', async () => {
  const state = await withSession({ options: { ...options, batchNorm: 'frozen' } }, async (session) => {
    await session.step(batches[0], 1e-2)
    return session.state()
  })
  expect(state.get('backbone.bn1.running_mean')!.data.every((value) => value === 0)).toBe(true)
  expect(state.get('backbone.bn1.num_batches_tracked')!.data[0]).toBe(0)
  expect(state.get('backbone.bn1.weight')!.data.some((value) => value !== 1)).toBe(true)
})

test('forward takes any number of images and refuses other sizes', async () => {
  await withSession({}, async (session) => {
    const one = await session.forward(batches[0].image)
    const two = await session.forward(Float32Array.of(...batches[1].image, ...batches[0].image))
    expect(two.length).toBe(2 * one.length)
    expect(one.every((p, i) => Math.abs(p - two[one.length + i]) < 1e-5)).toBe(true)
    await expect(session.forward(new Float32Array(100))).rejects.toThrow(RangeError)
  })
})

test('wrong use is an error: no weights, a misshapen batch, a rate that is no number', async () => {
  const session = await engine.open(shape)
  await expect(session.state()).rejects.toThrow(/load/)
  await session.load(weights)
  await expect(session.step(batches[0], Number.NaN)).rejects.toThrow(/learning rate/)
  await expect(session.step({ ...batches[0], gt: new Float32Array(3) }, 1e-3)).rejects.toThrow(/gt/)
  const incomplete = new Map(weights)
  incomplete.delete('decoder.in2.weight')
  await expect(session.load(incomplete)).rejects.toThrow(/decoder.in2.weight/)
  await session.close()
})

describe('devices', () => {
  test('the CPU passes its own probe', async () => {
    expect(await engine.probe()).toEqual({ ok: true })
  })

  test('an unknown name and a device that this build lacks are said', () => {
    expect(() => createOnnxRuntimeEngine({ device: 'abacus' })).toThrow(UserError)
    expect(() => createOnnxRuntimeEngine({ device: 'abacus' })).toThrow(/cpu, cuda/)
    if (process.platform === 'linux') {
      expect(() => createOnnxRuntimeEngine({ device: 'coreml' })).toThrow(/offers cpu/)
    }
  })
})
