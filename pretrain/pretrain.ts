/**
 * Base weights from random ones, with the project's own engine: synthetic and real pictures mixed, small crops first, EMA,
 * cosine over a budget of minutes. State is saved every few minutes; the same command goes on where it stopped.
 * See pretrain/README.md.
 */
import { existsSync } from 'node:fs'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Detector } from '../detector/detection/detector'
import type { StepSession } from '../detector/engine/engine'
import { createOnnxRuntimeEngine } from '../detector/engine/onnxruntime/create-engine'
import { type EvaluatedSample, evaluateSet } from '../detector/evaluation/evaluate-set'
import { Loader } from '../detector/loading/loader'
import { initialWeights } from '../detector/network/initial-weights'
import type { TensorDict } from '../detector/network/types'
import { resolveDetectionSettings } from '../detector/options/presets'
import { defaultsOf } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { freshProgress, hasState, loadState, saveState } from '../detector/training/state-file'
import { copyWeights, updateAverage } from '../detector/training/weights-average'
import { readWeights } from '../detector/weights/pth/read-weights'
import { writeWeights } from '../detector/weights/pth/write-weights'
import { loadSyntheticAssets } from '../synthetic/drawing/synthetic-assets'
import { writeSyntheticSet } from '../synthetic/write-set'
import { refuseNonFinite } from './finite'
import { Mixture, parseSetName, readReserved, validationSamples } from './mixture'
import { parseShares, parseStages, rateAt, valueAt } from './plan'

/** `--real A B C` means `--real A --real B --real C`. */
function repeated(argv: readonly string[]): string[] {
  let flag = ''
  return argv.flatMap((argument, i) => {
    if (argument.startsWith('--')) flag = argument
    else if (i > 0 && !argv[i - 1].startsWith('--')) return [flag, argument]
    return [argument]
  })
}

const { values: o } = parseArgs({
  args: repeated(process.argv.slice(2)),
  options: {
    out: { type: 'string', default: 'pretrain/run' },
    real: { type: 'string', multiple: true, default: [] },
    synthetic: { type: 'string', multiple: true, default: [] },
    'synthetic-count': { type: 'string', default: '4000' },
    assets: { type: 'string' },
    photographs: { type: 'string' },
    val: { type: 'string', multiple: true, default: [] },
    'val-max': { type: 'string', default: '6' },
    'val-every': { type: 'string', default: '30' },
    reserved: { type: 'string' },
    weights: { type: 'string' },
    minutes: { type: 'string', default: '600' },
    steps: { type: 'string', default: '0' },
    stages: { type: 'string', default: '0:160x8,0.2:256x8,0.7:384x4' },
    'real-share': { type: 'string', default: '0:0.2,0.4:0.4,0.8:0.55' },
    lr: { type: 'string', default: '0.001' },
    warmup: { type: 'string', default: '150' },
    ema: { type: 'string', default: '0.998' },
    'batch-norm': { type: 'string', default: 'batch' },
    'text-height': { type: 'string', default: '20' },
    'large-text': { type: 'string', default: '0.2' },
    seed: { type: 'string', default: '1' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string' },
    workers: { type: 'string', default: String(Math.max(1, Math.min(4, os.cpus().length - 1))) },
    'save-every': { type: 'string', default: '5' },
  },
})
const out = o.out
const seed = Number(o.seed)
const stateDir = path.join(out, 'state')
await mkdir(stateDir, { recursive: true })

async function say(event: Record<string, unknown>): Promise<void> {
  const line = JSON.stringify({ time: new Date().toISOString(), ...event })
  console.log(line)
  await appendFile(path.join(out, 'log.jsonl'), `${line}\n`)
}

// Data: real sets, and synthetic ones that are made first where none is given.
const mixture = new Mixture()
const reserved = await readReserved(o.reserved)
for (const set of o.real) await mixture.add('real', parseSetName(set), reserved)
const synthetic = [...o.synthetic]
if (synthetic.length === 0 && Number(o['synthetic-count']) > 0) {
  const folder = path.join(out, 'synthetic')
  if (!existsSync(path.join(folder, 'train_list.txt'))) {
    const { assets, warnings } = await loadSyntheticAssets({ folder: o.assets, photographs: o.photographs })
    for (const warning of warnings) await say({ event: 'note', warning })
    const count = Number(o['synthetic-count'])
    await say({
      event: 'synthetic',
      ...(await writeSyntheticSet({ assets, folder, count, seed, testShare: 0, words: false })),
    })
  }
  synthetic.push(folder)
}
for (const set of synthetic) await mixture.add('synthetic', parseSetName(set), new Set())
for (const line of mixture.summary) await say({ event: 'data', line })
const validation: [string, EvaluatedSample[]][] = []
for (const set of o.val) {
  const name = parseSetName(set)
  validation.push([name.name, await validationSamples(name, Number(o['val-max']))])
}

// Where to begin.
const resumed = hasState(stateDir) ? await loadState(stateDir) : undefined
const progress = resumed?.progress ?? freshProgress()
let tensors: TensorDict = resumed?.tensors ?? initialWeights(seed)
if (!resumed && o.weights !== undefined)
  for (const [name, tensor] of (await readWeights(o.weights)).tensors) tensors.set(name, tensor)
const average = resumed?.ema ?? copyWeights(tensors)
await say({ event: resumed ? 'resumed' : 'begun', step: progress.stepInEpoch, minutes: progress.epochSeconds / 60 })

const stages = parseStages(o.stages)
const shares = parseShares(o['real-share'])
const steps = Number(o.steps)
const budget = Number(o.minutes) * 60
/** Share of the budget that is spent: of the steps, else of the time spent on steps. */
const spent = (): number => Math.min(1, steps > 0 ? progress.stepInEpoch / steps : progress.epochSeconds / budget)

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())

function batchNormOf(text: string): 'batch' | 'frozen' {
  if (text !== 'batch' && text !== 'frozen') throw new Error(`--batch-norm is batch or frozen, not ${text}`)
  return text
}

// Mirrored and strongly turned text is rare in life; the base is not taught to expect it.
const options = {
  ...defaultsOf(trainOptions),
  optimizer: 'adamw' as const,
  batchNorm: batchNormOf(o['batch-norm']),
  augment: true,
  textHeight: Number(o['text-height']),
  largeText: Number(o['large-text']),
  flip: 0.1,
  rotate: 6,
  occlusion: 0.1,
  blur: 0.15,
  jpeg: 0.2,
}
const engine = createOnnxRuntimeEngine({ device: o.device, ...(o.threads && { threads: Number(o.threads) }) })
let session: StepSession | undefined
let loader: Loader | undefined
let stage: { size: number; batch: number } | undefined

async function save(): Promise<void> {
  if (session) tensors = await session.state()
  refuseNonFinite(tensors)
  await saveState(stateDir, { progress, tensors, ema: average })
}

/** Figures of the averaged weights on the test parts, at the thresholds that users begin with. */
async function validate(): Promise<void> {
  await writeWeights(path.join(out, 'weights_fp32.pth'), average)
  await writeWeights(path.join(out, 'weights_fp16.pth'), average, { half: true })
  if (validation.length === 0) return
  const detector = await Detector.ofWeights(average, { name: 'pretraining', sha256: '' }, { rule: 'auto' })
  const figures: Record<string, unknown> = {}
  let sum = 0
  try {
    const settings = resolveDetectionSettings({ threshold: 0.5, binarizeThreshold: 0.3 })
    for (const [name, samples] of validation) {
      const { metrics, best } = await evaluateSet(detector, samples, settings, { signal: abort.signal })
      sum += metrics.hmean
      figures[name] = { ...metrics, best: best.hmean, at: [best.binarizeThreshold, best.threshold] }
    }
  } finally {
    await detector.close()
  }
  await say({ event: 'validated', step: progress.stepInEpoch, hmean: sum / validation.length, sets: figures })
}

try {
  let savedAt = performance.now()
  let validatedAt = progress.epochSeconds
  let told = { at: performance.now(), crops: 0, loss: 0, steps: 0 }
  while (spent() < 1 && !abort.signal.aborted) {
    const wanted = valueAt(stages, spent())
    if (!session || wanted.size !== stage?.size || wanted.batch !== stage.batch) {
      // The state moves from one compiled step to the next.
      if (session) tensors = await session.state()
      await loader?.close()
      await session?.close()
      stage = wanted
      const shape = { batch: stage.batch, height: stage.size, width: stage.size, options, frozen: 'none' as const }
      session = await engine.open(shape)
      await session.load(tensors)
      const { size, batch } = stage
      loader = new Loader({
        samples: mixture.samples,
        imageSize: size,
        augmentation: options,
        cacheBytes: 1024 * 2 ** 20,
        workers: Number(o.workers),
        first: progress.stepInEpoch,
        draws: (n) => mixture.draws(seed, n, batch, valueAt(shares, spent())),
      })
      told = { at: performance.now(), crops: 0, loss: 0, steps: 0 }
    }
    const begun = performance.now()
    const made = await loader!.next()
    if (!made) throw new Error('The loader ended before the budget')
    const lr = rateAt(Number(o.lr), progress.stepInEpoch, Number(o.warmup), spent()) * progress.lrFactor
    const { loss } = await session.step(made.data, lr)
    loader!.recycle(made.data)
    progress.stepInEpoch++
    progress.epochSeconds += (performance.now() - begun) / 1000
    if (Number.isFinite(loss)) {
      updateAverage(average, await session.state(), Number(o.ema), progress.stepInEpoch)
      told.loss += loss
      told.steps++
    } else await say({ event: 'skipped', step: progress.stepInEpoch, reason: 'loss not finite' })
    told.crops += stage.batch
    const now = performance.now()
    if (now - told.at > 20_000) {
      const cropsPerS = Number((told.crops / ((now - told.at) / 1000)).toFixed(2))
      const mean = Number((told.loss / Math.max(1, told.steps)).toFixed(4))
      await say({ step: progress.stepInEpoch, spent: Number(spent().toFixed(4)), lr, ...stage, loss: mean, cropsPerS })
      told = { at: now, crops: 0, loss: 0, steps: 0 }
    }
    if (now - savedAt > Number(o['save-every']) * 60_000) {
      await save()
      savedAt = performance.now()
    }
    if (progress.epochSeconds - validatedAt > Number(o['val-every']) * 60) {
      await validate()
      validatedAt = progress.epochSeconds
    }
  }
  await save()
  if (!abort.signal.aborted) await validate()
  await writeFile(path.join(out, 'command.txt'), `${process.argv.slice(2).join(' ')}\n`)
  await say({ event: abort.signal.aborted ? 'stopped' : 'done', step: progress.stepInEpoch })
} finally {
  await loader?.close()
  await session?.close()
}
