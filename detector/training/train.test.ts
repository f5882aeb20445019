import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinySet } from '../../fixtures/training/tiny-set'
import { hasText, openDataset } from '../dataset/dataset'
import { Detector } from '../detection/detector'
import type { Engine, StepSession } from '../engine/engine'
import { evaluateSet } from '../evaluation/evaluate-set'
import type { Losses, TensorDict } from '../network/types'
import { resolveDetectionSettings } from '../options/presets'
import { parseOptions } from '../options/spec'
import { type TrainOptions, trainOptions } from '../options/train'
import { bestEvaluation, type RunEvent } from './events'
import { readEvents } from './journal'
import { createRun, runTraining } from './run'
import { openTrainingData } from './training-data'

let directory: string
let data: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'train-'))
  data = join(directory, 'data')
  await writeTinySet(data)
})
afterAll(() => rmSync(directory, { recursive: true }))

const options = (changed: Partial<TrainOptions> = {}): TrainOptions =>
  parseOptions(trainOptions, { data, model: 'random', epochs: 2, batchSize: 2, imageSize: 64, workers: 0, ...changed })

const newRun = (changed: Partial<TrainOptions> = {}): Promise<string> =>
  createRun(join(directory, 'workdirs'), options(changed))

const pair = ({ threshold, binarizeThreshold }: { threshold: number; binarizeThreshold: number }) => ({
  threshold,
  binarizeThreshold,
})

const never = new AbortController().signal
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

async function runToEnd(runDir: string, engine?: Engine): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of runTraining(runDir, { signal: never, engine })) events.push(event)
  return events
}

/** Leaving the loop ends a run without a word, as a kill does; what the journal has beyond the saved state stays. */
async function killAt(runDir: string, moment: (event: RunEvent) => boolean): Promise<void> {
  for await (const event of runTraining(runDir, { signal: never })) if (moment(event)) return
}

/** What must not depend on interruptions: the weights, and the losses on the way. */
function outcome(runDir: string) {
  const { events } = readEvents(join(runDir, 'metrics.jsonl'))
  return {
    best: sha256(join(runDir, 'best_model.pth')),
    final: sha256(join(runDir, 'final_model.pth')),
    losses: events.flatMap((e) => (e.type === 'step' ? [[e.step, e.loss, e.lr]] : [])),
    evaluated: events.flatMap((e) => (e.type === 'evaluated' ? [[e.epoch, e.hmean, e.ap]] : [])),
    calibration: readFileSync(join(runDir, 'calibration.json'), 'utf8'),
  }
}

// Hundreds of megabytes are written and flushed: seconds on a quiet machine, minutes on a busy disk.
describe('a run', { timeout: 600_000 }, () => {
  /** A run that nothing disturbed. */
  let whole: string
  beforeAll(async () => {
    whole = await newRun()
  })

  it('leaves everything that its directory is to hold, and says the same in journal, log and events', async () => {
    const runDir = whole
    const events = await runToEnd(runDir)
    expect(readdirSync(runDir).sort()).toEqual([
      'best_model.json',
      'best_model.pth',
      'calibration.json',
      'config.json',
      'final_model.json',
      'final_model.pth',
      'log.txt',
      'metrics.jsonl',
      'report.html',
      'samples',
      'state',
    ])
    expect(readEvents(join(runDir, 'metrics.jsonl')).events).toEqual(JSON.parse(JSON.stringify(events)))
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1))
    const states = events.flatMap((e) => (e.type === 'status' ? [e.state] : []))
    expect(states).toEqual(['preparing', 'running', 'done'])
    expect(readFileSync(join(runDir, 'log.txt'), 'utf8')).toMatch(/^Epoch \[2\/2\], Loss: \d+\.\d{4}$/m)
    const evaluated = events.filter((e) => e.type === 'evaluated')
    expect(evaluated).toHaveLength(2)
    for (const sample of evaluated.flatMap((e) => e.samples)) expect(existsSync(join(runDir, sample))).toBe(true)
    const config = JSON.parse(readFileSync(join(runDir, 'config.json'), 'utf8'))
    expect(config).toMatchObject({ seed: 42, base: { name: 'random' }, engine: { device: 'cpu' } })
    expect(config.dataHash).toMatch(/^[0-9a-f]{64}$/)
    const sidecar = JSON.parse(readFileSync(join(runDir, 'best_model.json'), 'utf8'))
    const { calibration } = events.find((e) => e.type === 'done') ?? {}
    expect(sidecar).toMatchObject({ kind: 'best', sha256: sha256(join(runDir, 'best_model.pth')) })
    expect(sidecar.thresholds.threshold).toBe(calibration?.threshold)
    expect(sidecar.thresholds.binarizeThreshold).toBe(calibration?.binarizeThreshold)
    expect(bestEvaluation(evaluated)).toMatchObject(calibration ?? {})
    const { threshold, binarizeThreshold } = evaluated[1]
    const final = JSON.parse(readFileSync(join(runDir, 'final_model.json'), 'utf8'))
    expect(final.thresholds).toMatchObject({ threshold, binarizeThreshold })
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toMatch(/<svg[\s\S]*data:image\/jpeg;base64/)
    await expect(runToEnd(runDir)).rejects.toMatchObject({ code: 'run-finished' })
  })

  it('tells the figures that the written model has at its own thresholds', async () => {
    // Weights that find something, unlike those of two epochs from random numbers.
    const runDir = await newRun({ model: 'base', epochs: 1, lr: 0.0001 })
    const events = await runToEnd(runDir)
    const told = bestEvaluation(events.filter((e) => e.type === 'evaluated'))
    const detector = await Detector.open({ model: join(runDir, 'best_model.pth') })
    try {
      const { test } = await openDataset(data, { need: 'test' })
      const settings = resolveDetectionSettings({}, detector)
      const { metrics, best } = await evaluateSet(detector, test, settings)
      const { precision, recall, hmean, ap } = told ?? {}
      expect(metrics).toMatchObject({ precision, recall, hmean, ap })
      expect(best.hmean).toBeGreaterThanOrEqual(hmean ?? 1)
      expect(hmean).toBeGreaterThan(0)
    } finally {
      await detector.close()
    }
  })

  it('whose test part holds no readable text keeps the starting thresholds, and says that nothing was measured', async () => {
    const mute = join(directory, 'mute')
    cpSync(data, mute, { recursive: true })
    const { test } = await openDataset(mute)
    for (const { annotation } of test) {
      const text = readFileSync(annotation.file, 'utf8')
      writeFileSync(annotation.file, text.replace(/^((?:[^,]*,){8}).*$/gm, '$1###'))
    }
    const runDir = await newRun({ data: mute, model: 'base', epochs: 1 })
    const events = await runToEnd(runDir)
    const { thresholds } = JSON.parse(readFileSync('models/base/base.json', 'utf8'))
    const sidecar = JSON.parse(readFileSync(join(runDir, 'best_model.json'), 'utf8'))
    expect(sidecar.thresholds).toEqual(thresholds)
    expect(sidecar.metrics).toEqual({})
    expect(events.find((e) => e.type === 'done')).toMatchObject({ calibration: { texts: 0, ...pair(thresholds) } })
    const log = readFileSync(join(runDir, 'log.txt'), 'utf8')
    const [before, after] = [log.indexOf('WARNING test-no-text'), log.indexOf('nothing was measured')]
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(log.indexOf('Epoch [1/1]'))
    expect(after).toBeGreaterThan(log.indexOf('Epoch [1/1]'))
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toContain('Not measured')
    // Asked for, the test part comes from the training pictures.
    const split = await openTrainingData(options({ data: mute, testFrom: 'split' }))
    expect(split.warnings.map((e) => ('code' in e ? e.code : ''))).not.toContain('test-no-text')
    expect(split.validation.every(hasText)).toBe(true)
    expect(split.train.map(({ name }) => name)).not.toContain(split.validation[0].name)
  })

  it('killed within an epoch, stopped by a signal, resumed from a torn state, ends with the same bytes', async () => {
    const runDir = await newRun({ saveEvery: 1 })
    await killAt(runDir, (e) => e.type === 'step' && e.step === 3)
    const stop = new AbortController()
    const events: RunEvent[] = []
    for await (const event of runTraining(runDir, { signal: stop.signal })) {
      events.push(event)
      if (event.type === 'step') stop.abort('stopped')
    }
    expect(events.at(-1)).toMatchObject({ type: 'status', state: 'stopped' })
    expect(events.filter((e) => e.type === 'step')).toHaveLength(1)
    expect(existsSync(join(runDir, 'final_model.pth'))).toBe(true)
    truncateSync(join(runDir, 'state', 'state.bin'), 1_000_000)
    const resumed = await runToEnd(runDir)
    expect(resumed.filter((e) => e.type === 'warning' && e.code === 'state-older')).toHaveLength(1)
    expect(outcome(runDir)).toEqual(outcome(whole))
    const { events: all } = readEvents(join(runDir, 'metrics.jsonl'))
    expect(all.map((e) => e.seq)).toEqual(all.map((_, i) => i + 1))
  })

  it('measures the model it starts from once, as epoch 0, and never takes it for the best one', async () => {
    const runDir = await newRun({ model: join(whole, 'best_model.pth'), epochs: 1, lr: 0.00001, saveEvery: 1 })
    const stop = new AbortController()
    for await (const event of runTraining(runDir, { signal: stop.signal })) {
      if (event.type === 'log' && event.code === 'measuring-start') stop.abort('paused')
      expect(event.type).not.toBe('evaluated')
    }
    await killAt(runDir, (e) => e.type === 'checkpoint')
    await runToEnd(runDir)
    const { events } = readEvents(join(runDir, 'metrics.jsonl'))
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1))
    const evaluated = events.flatMap((e) => (e.type === 'evaluated' ? [e] : []))
    expect(evaluated.map((e) => e.epoch)).toEqual([0, 1])
    expect(events.findIndex((e) => e.type === 'evaluated')).toBeLessThan(events.findIndex((e) => e.type === 'step'))
    for (const sample of evaluated[0].samples) expect(existsSync(join(runDir, sample))).toBe(true)
    const best = events.filter((e) => e.type === 'checkpoint' && e.kind === 'best')
    expect(best).toMatchObject([{ epoch: 1 }])
    expect(readFileSync(join(runDir, 'log.txt'), 'utf8')).toMatch(/starting model: Precision/)
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toMatch(/hmean before → after<\/th><td>[\d.]+% → [\d.]+%/)
  })

  it('with two stages, AdamW, accumulation and moving average is resumed exactly too', async () => {
    const changed = {
      preset: 'two-stages',
      optimizer: 'adamw',
      lr: 0.001,
      accumulate: 2,
      ema: 0.9,
      batchSize: 1,
    } as const
    const uninterrupted = await newRun(changed)
    await runToEnd(uninterrupted)
    const runDir = await newRun(changed)
    await killAt(runDir, (e) => e.type === 'step' && e.step === 3)
    await runToEnd(runDir)
    expect(outcome(runDir)).toEqual(outcome(uninterrupted))
    expect(outcome(runDir).losses.every(([, loss]) => Number.isFinite(loss))).toBe(true)
  })
})

/** An engine whose steps are scripted: the loss of each, or an error to throw. Its weights never change. */
function scripted(losses: (step: number) => number | Error): Engine {
  let step = 0
  const open = async (): Promise<StepSession> => {
    let state: TensorDict = new Map()
    const take = async (): Promise<Losses> => {
      const loss = losses(step++)
      if (loss instanceof Error) throw loss
      return { loss, prob: loss, binary: loss, thresh: loss, gradNorm: 1 }
    }
    return {
      step: take,
      accumulate: take,
      forward: async () => new Float32Array(),
      state: async () => state,
      load: async (given) => {
        state = given
      },
      close: async () => undefined,
    }
  }
  return { name: 'onnxruntime', device: 'cpu', probe: async () => ({ ok: true }), open }
}

describe('trouble', { timeout: 600_000 }, () => {
  it('skips steps whose loss is not a number, then lowers the learning rate', async () => {
    const runDir = await newRun({ epochs: 3, batchSize: 2, warmupSteps: 0 })
    const events = await runToEnd(
      runDir,
      scripted((step) => (step >= 1 && step < 4 ? Number.NaN : 1)),
    )
    expect(events.flatMap((e) => (e.type === 'warning' ? [e.code] : []))).toEqual([
      'few-images',
      'loss-not-finite',
      'loss-not-finite',
      'loss-not-finite',
      'lr-lowered',
    ])
    const lr = events.flatMap((e) => (e.type === 'step' ? [e.lr] : []))
    expect(lr[4] / (0.0005 * (1 - 4 / 6) ** 0.9)).toBeCloseTo(0.5, 12)
    expect(events.flatMap((e) => (e.type === 'epoch' ? [e.loss] : []))).toEqual([1, Number.NaN, 1])
    expect(readFileSync(join(runDir, 'log.txt'), 'utf8')).toContain('Epoch [2/3], Loss: nan')
  })

  it('gives up with advice when it does not get better', async () => {
    const many = join(directory, 'many')
    await writeTinySet(many, 14)
    const runDir = await newRun({ epochs: 1, batchSize: 1, data: many })
    await expect(
      runToEnd(
        runDir,
        scripted(() => Number.NaN),
      ),
    ).rejects.toMatchObject({ code: 'training-diverged' })
    const { events } = readEvents(join(runDir, 'metrics.jsonl'))
    expect(events.slice(-2)).toMatchObject([
      { type: 'failed', error: { code: 'training-diverged' } },
      { type: 'status', state: 'failed' },
    ])
  })

  it('says what to set when memory runs out', async () => {
    const error = new Error('Failed to allocate memory for requested buffer of size 838860800')
    await expect(
      runToEnd(
        await newRun(),
        scripted(() => error),
      ),
    ).rejects.toMatchObject({
      code: 'out-of-memory',
      fix: expect.stringContaining('--batch-size 1 --accumulate 2'),
    })
  })

  it('leaves out a broken image with one warning and trains on', async () => {
    const broken = join(directory, 'broken')
    await writeTinySet(broken, 3)
    writeFileSync(
      join(broken, 'train_images', 'img_1.png'),
      readFileSync(join(broken, 'train_images', 'img_1.png')).subarray(0, 90),
    )
    const events = await runToEnd(
      await newRun({ data: broken, workers: 1 }),
      scripted(() => 1),
    )
    const skipped = events.filter((e) => e.type === 'warning' && e.code === 'image-skipped')
    expect(skipped).toMatchObject([{ where: { file: join(broken, 'train_images', 'img_1.png') } }])
    expect(events.at(-1)).toMatchObject({ type: 'status', state: 'done' })
  })

  it('refuses a set without text before anything else', async () => {
    const empty = join(directory, 'empty')
    await writeTinySet(empty, 2)
    for (const i of [0, 1]) writeFileSync(join(empty, 'train_gts', `gt_img_${i}.txt`), '1,1,9,1,9,9,1,9,###\n')
    await expect(runToEnd(await newRun({ data: empty }))).rejects.toMatchObject({ code: 'no-text' })
  })

  it('stops early when the hmean no longer rises', async () => {
    const events = await runToEnd(
      await newRun({ epochs: 9, patience: 1 }),
      scripted(() => 1),
    )
    expect(events.filter((e) => e.type === 'epoch')).toHaveLength(2)
    expect(events.some((e) => e.type === 'log' && e.code === 'early-stop')).toBe(true)
  })
})
