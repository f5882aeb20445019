import { join } from 'node:path'
import type { Sample } from '../data/read-part'
import type { TensorDict } from '../engine/engine'
import { UserError } from '../errors'
import { BINARIZE_GRID, type BinarizeLevel } from '../evaluation/best-thresholds'
import { averagePrecision, evaluateImage, figuresAt, type ImageEvaluation } from '../evaluation/icdar'
import type { Metrics, Sidecar } from '../formats/sidecar'
import { decodeImage } from '../image/decode-image'
import { Detector, type ProbabilityMap } from '../inference/detector'
import type { Boxes } from '../inference/result'
import type { DetectionSettings } from '../inference/types'
import type { RunEventBody } from './events'
import { runFiles } from './run-directory'
import { writeSamplePicture } from './sample-picture'

/** What every detection of a run is made with; only the thresholds differ. */
function settingsOf(thresholds: Sidecar['thresholds'], size: Sidecar['size']): DetectionSettings {
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

/** The candidates of one picture for each binarisation asked for. */
type OnPicture = (found: { sample: Sample; index: number; candidates: Boxes[] }) => Promise<void> | void

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
    const warnings = await this.walk(weights, [thresholds.binarizeThreshold], signal, async (found) => {
      const [boxes] = found.candidates
      const { polygons, image } = found.sample
      images.push(evaluateImage(polygons, detections(boxes)))
      if (found.index % every !== 0) return
      const name = `${runFiles.samples}/epoch_${String(epoch).padStart(3, '0')}_${drawn.length + 1}.jpg`
      const shown = boxes.boxes.filter((_, i) => boxes.scores[i] >= thresholds.threshold)
      await writeSamplePicture(image, polygons, shown, join(runDir, name))
      drawn.push(name)
    })
    if (!warnings) return undefined
    const metrics = { ...figuresAt(images, thresholds.threshold), ap: averagePrecision(images) }
    return { metrics, samples: drawn, warnings }
  }

  /**
   * All candidates at every binarisation of the grid, from one run of the network per picture.
   * @returns undefined when the signal ended it
   */
  async levels(weights: TensorDict, signal: AbortSignal): Promise<BinarizeLevel[] | undefined> {
    const levels = BINARIZE_GRID.map((binarizeThreshold) => ({ binarizeThreshold, images: [] as ImageEvaluation[] }))
    const warnings = await this.walk(weights, BINARIZE_GRID, signal, ({ sample, candidates }) => {
      for (const [i, boxes] of candidates.entries()) {
        levels[i].images.push(evaluateImage(sample.polygons, detections(boxes)))
      }
    })
    return warnings && levels
  }

  private async walk(
    weights: TensorDict,
    binarizations: readonly number[],
    signal: AbortSignal,
    onPicture: OnPicture,
  ): Promise<RunEventBody[] | undefined> {
    const { samples, thresholds, size, device } = this.options
    const detector = await Detector.ofWeights(weights, { name: 'training', sha256: '' }, size, { device })
    const settings = settingsOf(thresholds, size)
    const warnings: RunEventBody[] = []
    try {
      for (const [index, sample] of samples.entries()) {
        if (signal.aborted) return undefined
        let map: ProbabilityMap
        try {
          map = (await detector.probabilityMap(await decodeImage(sample.image), settings)).map
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          const message = `Left out of the validation: ${error.message}`
          warnings.push({ type: 'warning', code: 'image-skipped', message, where: { file: sample.image } })
          continue
        }
        const candidates = binarizations.map((binarizeThreshold) =>
          detector.candidates(map, { ...settings, binarizeThreshold }),
        )
        await onPicture({ sample, index, candidates })
        // run() of onnxruntime holds the event loop; signals and messages get their turn here.
        await new Promise((resolve) => setImmediate(resolve))
      }
      return warnings
    } finally {
      await detector.close()
    }
  }
}

function detections(boxes: Boxes): { points: number[]; score: number }[] {
  return boxes.boxes.map((points, i) => ({ points, score: boxes.scores[i] }))
}
