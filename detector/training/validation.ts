import { join } from 'node:path'
import type { Sample } from '../dataset/read-part'
import { Detector } from '../detection/detector'
import type { Boxes } from '../detection/result'
import { BINARIZE_GRID, gridWith } from '../evaluation/best-thresholds'
import { asDetections, detectOnSamples, type Unreadable } from '../evaluation/evaluate-set'
import { averagePrecision, evaluateImage, type ImageEvaluation } from '../evaluation/icdar'
import type { TensorDict } from '../network/types'
import type { DetectionSettings } from '../options/detect'
import { decodeImage } from '../picture/decode-image'
import type { Metrics, Sidecar } from '../weights/sidecar'
import { type Calibration, calibrationOf } from './calibration'
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
  /** The pair of thresholds that suits these weights. */
  calibration: Calibration
  /** At that pair. */
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
   * Precision, recall, hmean and average precision at the pair of thresholds of the calibration grid that suits these
   * weights (the nearest to the starting ones of equal pairs): while a network learns, the height of its maps changes, and at one fixed pair better weights may look worse. The
   * network runs once per picture, post-processing once per binarisation. Draws some pictures.
   *
   * @returns undefined when the signal ended it
   */
  async evaluate(weights: TensorDict, epoch: number, signal: AbortSignal): Promise<Validated | undefined> {
    const { samples, runDir, thresholds } = this.options
    const binarizations = gridWith(BINARIZE_GRID, thresholds.binarizeThreshold)
    const levels = binarizations.map((binarizeThreshold) => ({ binarizeThreshold, images: [] as ImageEvaluation[] }))
    const chosen: { sample: Sample; candidates: Boxes[] }[] = []
    const every = Math.max(1, Math.ceil(samples.length / DRAWN))
    const unreadable: Unreadable[] = []
    const detector = await this.detector(weights)
    try {
      for await (const { sample, index, candidates } of detectOnSamples(
        detector,
        samples,
        this.settings(),
        binarizations,
        unreadable,
        signal,
      )) {
        for (const [i, boxes] of candidates.entries()) {
          levels[i].images.push(evaluateImage(sample.polygons, asDetections(boxes)))
        }
        if (index % every === 0) chosen.push({ sample, candidates })
      }
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    } finally {
      await detector.close()
    }

    const calibration = calibrationOf(levels, thresholds)
    const { threshold, binarizeThreshold, precision, recall, hmean } = calibration
    const level = binarizations.indexOf(binarizeThreshold)
    const drawn: string[] = []
    for (const { sample, candidates } of chosen) {
      // Gone in the meantime: it is only not drawn.
      const picture = await decodeImage(sample.image).catch(() => undefined)
      if (!picture) continue
      const name = `${runFiles.samples}/epoch_${String(epoch).padStart(3, '0')}_${drawn.length + 1}.jpg`
      const { boxes, scores } = candidates[level]
      const shown = boxes.filter((_, i) => scores[i] >= threshold)
      await writeSamplePicture(picture, sample.polygons, shown, join(runDir, name))
      drawn.push(name)
    }
    return {
      calibration,
      metrics: { precision, recall, hmean, ap: averagePrecision(levels[level].images) },
      samples: drawn,
      warnings: unreadable.map(leftOut),
    }
  }

  private detector(weights: TensorDict): Promise<Detector> {
    const { size, device } = this.options
    return Detector.ofWeights(weights, { name: 'training', sha256: '' }, size, { device })
  }

  private settings(): DetectionSettings {
    const { thresholds, size } = this.options
    return {
      ...thresholds,
      size,
      maxCandidates: 1000,
      minSide: 3,
      denoise: false,
      suppressBackground: false,
      polygon: false,
    }
  }
}

const leftOut = ({ file, message }: Unreadable): RunEventBody => ({
  type: 'warning',
  code: 'image-skipped',
  message: `Left out of the validation: ${message}`,
  where: { file },
})
