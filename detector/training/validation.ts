import { join } from 'node:path'
import type { Sample } from '../data/read-part'
import type { TensorDict } from '../engine/engine'
import { BINARIZE_GRID, type BinarizeLevel } from '../evaluation/best-thresholds'
import { asDetections, detectOnSamples, type Found, type Unreadable } from '../evaluation/evaluate-set'
import { averagePrecision, evaluateImage, figuresAt, type ImageEvaluation } from '../evaluation/icdar'
import type { Metrics, Sidecar } from '../formats/sidecar'
import { Detector } from '../inference/detector'
import type { DetectionSettings } from '../inference/types'
import type { RunEventBody } from './events'
import { runFiles } from './run-directory'
import { writeSamplePicture } from './sample-picture'

export interface ValidationOptions {
  samples: readonly Sample[]
  thresholds: Sidecar['thresholds']
  size: Sidecar['size']
  device: string
  runDir: string
}

export interface Validated {
  metrics: Metrics
  /** Drawn pictures, relative to the run directory. */
  samples: string[]
  /** Of pictures that could not be read; they count nowhere. */
  warnings: RunEventBody[]
}

/** Pictures that are drawn for every epoch, spread over the set. */
const DRAWN = 4

/** Validation pictures, and how a set of weights does on them. */
export class Validator {
  constructor(private readonly options: ValidationOptions) {}

  /**
   * Precision, recall and hmean at the thresholds in force, average precision over all candidates; draws some pictures.
   * @returns undefined when the signal ended it
   */
  async evaluate(weights: TensorDict, epoch: number, signal: AbortSignal): Promise<Validated | undefined> {
    const { thresholds, samples, runDir } = this.options
    const images: ImageEvaluation[] = []
    const drawn: string[] = []
    const every = Math.max(1, Math.ceil(samples.length / DRAWN))
    const unreadable = await this.walk(weights, [thresholds.binarizeThreshold], signal, async (found) => {
      const [boxes] = found.candidates
      images.push(evaluateImage(found.sample.polygons, asDetections(boxes)))
      if (found.index % every !== 0) return
      const name = `${runFiles.samples}/epoch_${String(epoch).padStart(3, '0')}_${drawn.length + 1}.jpg`
      const shown = boxes.boxes.filter((_, i) => boxes.scores[i] >= thresholds.threshold)
      await writeSamplePicture(found.picture, found.sample.polygons, shown, join(runDir, name))
      drawn.push(name)
    })
    if (!unreadable) return undefined
    const warnings = unreadable.map(({ file, message }): RunEventBody => {
      return {
        type: 'warning',
        code: 'image-skipped',
        message: `Left out of the validation: ${message}`,
        where: { file },
      }
    })
    const metrics = { ...figuresAt(images, thresholds.threshold), ap: averagePrecision(images) }
    return { metrics, samples: drawn, warnings }
  }

  /**
   * All candidates at every binarisation of the grid, from one run of the network per picture.
   * @returns undefined when the signal ended it
   */
  async levels(weights: TensorDict, signal: AbortSignal): Promise<BinarizeLevel[] | undefined> {
    const levels = BINARIZE_GRID.map((binarizeThreshold) => ({ binarizeThreshold, images: [] as ImageEvaluation[] }))
    const unreadable = await this.walk(weights, BINARIZE_GRID, signal, async ({ sample, candidates }) => {
      for (const [i, boxes] of candidates.entries()) {
        levels[i].images.push(evaluateImage(sample.polygons, asDetections(boxes)))
      }
    })
    return unreadable && levels
  }

  private async walk(
    weights: TensorDict,
    binarizations: readonly number[],
    signal: AbortSignal,
    onPicture: (found: Found<Sample>) => Promise<void>,
  ): Promise<Unreadable[] | undefined> {
    const { samples, thresholds, size, device } = this.options
    const settings: DetectionSettings = {
      ...thresholds,
      size,
      maxCandidates: 1000,
      minSide: 3,
      denoise: false,
      suppressBackground: false,
      polygon: false,
    }
    const detector = await Detector.ofWeights(weights, { name: 'training', sha256: '' }, size, { device })
    const unreadable: Unreadable[] = []
    try {
      for await (const found of detectOnSamples(detector, samples, settings, binarizations, unreadable, signal)) {
        await onPicture(found)
      }
      return unreadable
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    } finally {
      await detector.close()
    }
  }
}
