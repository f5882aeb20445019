import { freemem } from 'node:os'
import { BatchMaker } from '../data/loader-batch'
import type { Sample } from '../data/read-part'
import { Sampler } from '../data/sampler'
import type { Engine } from '../engine/engine'
import { decodeImage } from '../image/decode-image'
import { Detector } from '../inference/detector'
import type { TrainOptions } from '../options/train'
import { explainMemory } from './memory-error'
import { createEngine, startingModel } from './starting-model'

export interface TrainingEstimate {
  /** Expected duration of the whole run, without early stop. */
  seconds: number
  stepSeconds: number
  /** Of one validation, and how many there are. */
  validationSeconds: number
  validations: number
  steps: number
  /** Expected highest resident memory of the training process. */
  memoryBytes: number
  /** What the machine has free now; below `memoryBytes` the run will hardly fit. */
  freeBytes: number
}

/** Validation pictures that are timed. */
const TIMED_PICTURES = 2

/**
 * Times one warmed-up step and the detection of a few validation pictures on this machine. Takes about two steps; use it
 * in a process of its own, as the memory is measured on the whole process.
 *
 * @throws UserError of loading the model; `out-of-memory` when not even one step fits
 */
export async function estimateTraining(
  options: TrainOptions,
  data: { train: readonly Sample[]; validation: readonly Sample[] },
  engine?: Engine,
): Promise<TrainingEstimate> {
  const { batchSize, accumulate, seed, imageSize, epochs, validateEvery } = options
  const sampler = new Sampler({ samples: data.train.length, batchSize, accumulate, seed, shuffle: true })
  const start = await startingModel(options)
  const session = await (engine ?? (await createEngine(options))).open({
    batch: batchSize,
    height: imageSize,
    width: imageSize,
    options,
    frozen: 'none',
  })
  const steps = sampler.stepsPerEpoch * epochs
  const validations = Math.ceil(epochs / validateEvery)
  try {
    await session.load(start.weights)
    const maker = new BatchMaker({ samples: data.train, imageSize, augmentation: options, cacheBytes: 0 })
    const { data: batch } = await maker.make(sampler.batch(0))
    const update = async (): Promise<void> => {
      for (let i = 1; i < accumulate; i++) await session.accumulate(batch)
      await session.step(batch, options.lr)
    }
    // The first step also reserves memory and is slower.
    await update()
    const begun = performance.now()
    await update()
    const stepSeconds = (performance.now() - begun) / 1000
    const memoryBytes = process.memoryUsage.rss()
    const pictureSeconds = await timePictures(data.validation, start)
    const validationSeconds = pictureSeconds * data.validation.length
    return {
      seconds: steps * stepSeconds + (validations + 1) * validationSeconds,
      stepSeconds,
      validationSeconds,
      validations,
      steps,
      memoryBytes,
      freeBytes: freemem(),
    }
  } catch (error) {
    throw explainMemory(error, options)
  } finally {
    await session.close()
  }
}

/** Seconds per validation picture, the mean of a few. */
async function timePictures(
  samples: readonly Sample[],
  { weights, size, thresholds }: Awaited<ReturnType<typeof startingModel>>,
): Promise<number> {
  const timed = samples.slice(0, TIMED_PICTURES)
  if (timed.length === 0) return 0
  const detector = await Detector.ofWeights(weights, { name: 'estimate', sha256: '' }, size)
  try {
    const begun = performance.now()
    for (const { image } of timed) {
      const settings = {
        ...thresholds,
        size,
        denoise: false,
        suppressBackground: false,
        polygon: false,
        maxCandidates: 1000,
        minSide: 3,
      }
      const { map } = await detector.probabilityMap(await decodeImage(image), settings)
      detector.candidates(map, settings)
    }
    return (performance.now() - begun) / 1000 / timed.length
  } finally {
    await detector.close()
  }
}
