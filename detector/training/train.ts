import { basename, join } from 'node:path'
import type { Engine, StepSession } from '../engine/engine'
import { Loader } from '../loading/loader'
import { Sampler } from '../loading/sampler'
import type { Losses, TensorDict } from '../network/types'
import { recipeText, stepOptions } from '../options/recipe'
import type { TrainOptions } from '../options/train'
import { readWeights } from '../weights/pth/read-weights'
import type { Sidecar } from '../weights/sidecar'
import { type Calibration, writeCalibration } from './calibration'
import { noteInConfig } from './config-file'
import { isBetterEvaluation, type RunEventBody } from './events'
import { MachineMeter } from './machine-meter'
import { explainMemory } from './memory-error'
import {
  diverged,
  GIVE_UP_AFTER,
  LOWER_AFTER,
  loweredWarning,
  meanLosses,
  nonFiniteWarning,
  refuseNonFinite,
} from './non-finite'
import { runFiles } from './run-directory'
import { frozenEpochs, learningRate } from './schedule'
import { createEngine, startingModel } from './starting-model'
import { freshProgress, loadState, type Progress, removeState, saveState } from './state-file'
import { openTrainingData } from './training-data'
import { type Validated, Validator } from './validation'
import { copyWeights, updateAverage } from './weights-average'
import { writeModel } from './write-model'

/** Why a run is asked to end early; also the state it then has. */
export type StopReason = 'stopped' | 'paused' | 'interrupted'

export interface TrainContext {
  /** An existing run directory. */
  runDir: string
  /** Nothing outside the folder of the data set is read. */
  confined: boolean
  /** Goes on from the directory's saved state. */
  resume: boolean
  /** Abort with a StopReason as reason: the run saves everything and ends after the running step. */
  signal: AbortSignal
  /** Sequence number of the last event that was yielded and written down. */
  lastSeq(): number
  engine?: Engine
}

/** Bound of decoded training pictures in memory. */
const CACHE_BYTES = 768 * 2 ** 20
/** The state is saved at the end of an epoch if that costs less than this share of the time since the last one. */
const SAVE_SHARE = 0.05

/**
 * Trains from options to a finished run directory and says what happens as events; whoever listens (journal, log, page,
 * progress bar) is not known here. The outcome is a function of options, data and seed: a run that was killed and resumed
 * ends with the same bytes.
 *
 * @throws UserError for what the user can repair
 */
export async function* train(options: TrainOptions, context: TrainContext): AsyncGenerator<RunEventBody> {
  const { runDir, signal } = context
  const { batchSize, accumulate, seed, imageSize, epochs } = options
  const path = (name: keyof typeof runFiles): string => join(runDir, runFiles[name])
  yield { type: 'status', state: 'preparing' }

  // Data, starting weights, engine.
  const data = await openTrainingData(options, context.confined)
  yield* data.warnings
  const start = await startingModel(options)
  yield* start.warnings
  const engine = context.engine ?? (await createEngine(options))
  yield* await noteInConfig(runDir, { dataHash: data.hash, base: start, engine })

  // Where to begin: at the start, or where the saved state stands.
  const saved = context.resume ? await loadState(path('state')) : undefined
  if (saved?.fallback) yield olderState(saved.progress)
  const progress = saved?.progress ?? freshProgress()
  let tensors: TensorDict = saved?.tensors ?? start.weights
  const average = options.ema > 0 ? (saved?.ema ?? copyWeights(start.weights)) : undefined
  const sampler = new Sampler({ samples: data.train.length, batchSize, accumulate, seed, shuffle: true })
  const totalSteps = sampler.stepsPerEpoch * epochs
  const stepsDone = (): number => progress.epoch * sampler.stepsPerEpoch + progress.stepInEpoch
  // Only after a validation: until the next one nothing is known.
  const patienceOver = (): boolean =>
    options.patience > 0 &&
    progress.validated !== undefined &&
    progress.epoch - (progress.best?.epoch ?? 0) >= options.patience
  const finished = (): boolean => progress.epoch >= epochs || patienceOver()

  const validator = new Validator({
    samples: data.validation,
    ...start,
    device: options.engine === 'onnxruntime' ? options.device : 'cpu',
    runDir,
  })
  const meter = new MachineMeter()
  const loader = new Loader({
    samples: data.train,
    imageSize,
    augmentation: options,
    cacheBytes: CACHE_BYTES,
    workers: options.workers,
    first: stepsDone() * accumulate,
    draws: (batch) => (batch < totalSteps * accumulate ? sampler.batch(batch) : undefined),
  })
  const thresholdsOf = ({
    threshold,
    binarizeThreshold,
  }: Sidecar['thresholds'] | Calibration): Sidecar['thresholds'] => ({
    ...start.thresholds,
    threshold,
    binarizeThreshold,
  })
  const notes = {
    size: start.size,
    source: { run: basename(runDir), dataHash: data.hash, seed, base: start.name },
  }
  let session: StepSession | undefined
  let frozen: boolean | undefined
  const current = async (): Promise<TensorDict> => (session ? await session.state() : tensors)
  const stopped = (): boolean => signal.aborted

  let savedAt = performance.now()
  let saveMs = 0
  const save = async (): Promise<RunEventBody> => {
    const begun = performance.now()
    progress.seq = context.lastSeq() + 1
    const state = { progress, tensors: await current(), ema: average }
    refuseNonFinite(state.tensors)
    const { file, sha256 } = await saveState(path('state'), state)
    savedAt = performance.now()
    saveMs = savedAt - begun
    return { type: 'checkpoint', kind: 'state', file: `${runFiles.state}/${file}`, epoch: progress.epoch, sha256 }
  }

  try {
    yield { type: 'status', state: 'running', stepsPerEpoch: sampler.stepsPerEpoch }
    if (stepsDone() === 0) yield { type: 'log', code: 'recipe', message: recipeText(options) }
    const skipped = new Set<string>()
    // What the run starts from, as epoch 0: the gain is measured against it. Random weights find nothing.
    if (!progress.startTold && stepsDone() === 0 && options.model !== 'random' && !stopped()) {
      const count = data.validation.length
      yield { type: 'log', code: 'measuring-start', message: `Measuring the starting model on ${count} pictures.` }
      const validated = await validator.evaluate(start.weights, 0, signal)
      if (validated) {
        yield* validated.warnings
        yield evaluated(0, validated)
        progress.startTold = true
      }
    }

    while (!finished() && !stopped()) {
      // A stage: with frozen backbone, then everything. The state moves from one compiled step to the next.
      const freeze = progress.epoch < frozenEpochs(options)
      if (!session || freeze !== frozen) {
        tensors = await current()
        await session?.close()
        session = await engine.open({
          batch: batchSize,
          height: imageSize,
          width: imageSize,
          options: stepOptions(options),
          frozen: freeze ? 'backbone' : 'none',
        })
        await session.load(tensors)
        tensors = new Map()
        frozen = freeze
      }

      // The steps of an epoch.
      const epoch = progress.epoch + 1
      const secondsBefore = progress.epochSeconds
      const waitedBefore = loader.waitedMs
      const epochBegun = performance.now()
      while (progress.stepInEpoch < sampler.stepsPerEpoch && !stopped()) {
        const stepBegun = performance.now()
        const lr = learningRate(options, stepsDone(), totalSteps) * progress.lrFactor
        const parts: Losses[] = []
        for (let i = 1; i <= accumulate; i++) {
          const made = await loader.next()
          if (!made) throw new Error('The loader ended before the run')
          for (const { file, message } of made.skipped.filter((s) => !skipped.has(s.file))) {
            skipped.add(file)
            const count = `${skipped.size} left out so far`
            yield { type: 'warning', code: 'image-skipped', message: `${message} (${count})`, where: { file } }
          }
          parts.push(i < accumulate ? await session.accumulate(made.data) : await session.step(made.data, lr))
          loader.recycle(made.data)
        }
        progress.stepInEpoch++
        const losses = meanLosses(parts)
        if (Number.isFinite(losses.loss)) {
          progress.nonFinite = 0
          progress.lossSum += losses.loss
          progress.lossCount++
          if (average) updateAverage(average, await session.state(), options.ema, stepsDone())
        } else {
          progress.nonFinite++
          yield nonFiniteWarning(stepsDone())
          if (progress.nonFinite >= GIVE_UP_AFTER) throw diverged(options.lr)
          if (progress.nonFinite % LOWER_AFTER === 0) {
            progress.lrFactor /= 2
            yield loweredWarning(progress.nonFinite, lr / 2)
          }
        }
        const now = performance.now()
        progress.epochSeconds = secondsBefore + (now - epochBegun) / 1000
        const { loss, prob, binary, thresh } = losses
        const imagesPerS = (batchSize * accumulate * 1000) / (now - stepBegun)
        const dataWait = (loader.waitedMs - waitedBefore) / (now - epochBegun)
        yield { type: 'step', step: stepsDone(), epoch, lr, loss, prob, binary, thresh, imagesPerS, dataWait }
        yield* meter.read()
        if (now - savedAt > options.saveEvery * 1000) yield await save()
      }
      if (stopped()) break

      // The epoch's end: mean loss, validation, best model, state.
      const loss = progress.lossSum / progress.lossCount
      if (progress.lossTold !== epoch) yield { type: 'epoch', epoch, epochs, loss, seconds: progress.epochSeconds }
      progress.lossTold = epoch
      const weights = average ?? copyWeights(await session.state())
      refuseNonFinite(weights)
      progress.validated = undefined
      if (epoch % options.validateEvery === 0 || epoch === epochs) {
        const validated = await validator.evaluate(weights, epoch, signal)
        if (!validated) break
        const { calibration } = validated
        // Where nothing could be measured the model says nothing of itself.
        const metrics = calibration.truths > 0 ? validated.metrics : undefined
        const thresholds = thresholdsOf(calibration)
        if (!progress.best && !progress.startTold) yield* validated.warnings
        yield evaluated(epoch, validated)
        const { hmean, truths: texts } = calibration
        if (isBetterEvaluation({ hmean, texts }, progress.best)) {
          progress.best = { epoch, hmean, calibration }
          yield await writeModel(path('best'), weights, { ...notes, kind: 'best', epoch, thresholds, metrics })
        }
        progress.validated = { metrics, thresholds }
      }
      Object.assign(progress, { epoch, stepInEpoch: 0, lossSum: 0, lossCount: 0, epochSeconds: 0 })
      if (saveMs < SAVE_SHARE * (performance.now() - savedAt) || finished()) yield await save()
    }

    tensors = await current()
    if (stopped()) yield await save()
  } catch (error) {
    throw explainMemory(error, options)
  } finally {
    await loader.close()
    await session?.close()
  }

  // The end: final model, and the calibration of the best one. Or an early one, with what there is.
  const weights = average ?? copyWeights(tensors)
  const { validated, best } = progress
  const finalNotes = {
    ...notes,
    kind: 'final' as const,
    epoch: progress.epoch,
    thresholds: validated?.thresholds ?? thresholdsOf(best?.calibration ?? start.thresholds),
    metrics: validated?.metrics,
  }
  if (!stopped()) {
    if (progress.epoch < epochs) yield stoppedEarly(progress.epoch, options.patience)
    yield await writeModel(path('final'), weights, finalNotes)
    // A state that an earlier version saved has no calibration.
    const calibration =
      best?.calibration ??
      (await validator.evaluate((await readWeights(path('best'))).tensors, best?.epoch ?? epochs, signal))?.calibration
    if (calibration) {
      yield await writeCalibration(runDir, calibration)
      await removeState(path('state'))
      yield { type: 'status', state: 'done' }
      return
    }
  }
  const reason = isStopReason(signal.reason) ? signal.reason : 'interrupted'
  if (reason === 'stopped') yield await writeModel(path('final'), weights, finalNotes)
  yield { type: 'status', state: reason }
}

function evaluated(epoch: number, { metrics, calibration, samples }: Validated): RunEventBody {
  const { threshold, binarizeThreshold, truths } = calibration
  return { type: 'evaluated', epoch, ...metrics, texts: truths, threshold, binarizeThreshold, samples }
}

function olderState({ epoch, stepInEpoch }: Progress): RunEventBody {
  const message = `The last saved state is damaged; the run goes on from the one before it (epoch ${epoch + 1}, step ${stepInEpoch + 1}).`
  return { type: 'warning', code: 'state-older', message }
}

const isStopReason = (reason: unknown): reason is StopReason =>
  reason === 'stopped' || reason === 'paused' || reason === 'interrupted'

function stoppedEarly(epoch: number, patience: number): RunEventBody {
  const message = `No better hmean for ${patience} epochs: training ends after epoch ${epoch}.`
  return { type: 'log', code: 'early-stop', message }
}
