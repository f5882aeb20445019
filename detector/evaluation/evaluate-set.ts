import type { Detector } from '../detection/detector'
import type { Boxes } from '../detection/result'
import { UserError } from '../errors'
import type { Quad } from '../geometry/polygon'
import type { DetectionSettings } from '../options/detect'
import { type DecodedImage, decodeImage } from '../picture/decode-image'
import type { Metrics } from '../weights/sidecar'
import { type AreaCounts, areaCounts, areaFigures } from './area'
import { BINARIZE_GRID, type BinarizeLevel, bestThresholds, type GridPoint } from './best-thresholds'
import { averagePrecision, evaluateImage, figuresAt, type ImageEvaluation, type TruthPolygon } from './icdar'

/** A picture with its truth. */
export interface EvaluatedSample {
  image: string
  polygons: readonly TruthPolygon[]
}

/** What was found on a picture: all candidates for each binarisation asked for. */
export interface Found<S extends EvaluatedSample> {
  sample: S
  /** Of the sample. */
  index: number
  picture: DecodedImage
  candidates: Boxes[]
}

export interface Unreadable {
  file: string
  message: string
}

/**
 * Runs a detector over annotated pictures; the network once for each, post-processing once for each binarisation. Pictures
 * that cannot be read are left out and named.
 *
 * @throws the reason of the signal
 */
export async function* detectOnSamples<S extends EvaluatedSample>(
  detector: Detector,
  samples: readonly S[],
  settings: DetectionSettings,
  binarizations: readonly number[],
  unreadable: Unreadable[],
  signal?: AbortSignal,
): AsyncGenerator<Found<S>> {
  for (const [index, sample] of samples.entries()) {
    signal?.throwIfAborted()
    const picture = await decodeImage(sample.image).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
      unreadable.push({ file: sample.image, message: error.message })
    })
    if (!picture) continue
    const { map } = await detector.probabilityMap(picture, settings, signal)
    const candidates = binarizations.map((binarizeThreshold) =>
      detector.candidates(map, { ...settings, binarizeThreshold }),
    )
    yield { sample, index, picture, candidates }
    // run() of onnxruntime holds the event loop; signals and messages get their turn here.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Boxes and scores in the form that the protocol takes. */
export function asDetections(boxes: Boxes): { points: Quad; score: number }[] {
  return boxes.boxes.map((points, i) => ({ points, score: boxes.scores[i] }))
}

export interface SetEvaluation {
  images: number
  unreadable: Unreadable[]
  /** At the settings' thresholds; AP over all candidates. */
  metrics: Metrics
  /** Share of text area found, and of found area that is text, at the settings' thresholds. */
  area: { areaPrecision: number; areaRecall: number }
  /** The best pair of thresholds of the calibration grid on these very pictures: an upper bound, not a fair figure. */
  best: GridPoint
  seconds: number
}

/**
 * The figures of a model on a set: ICDAR2015 protocol at the given thresholds and at the best of the grid, and areas.
 *
 * @param onImage called after each picture, for a progress bar
 */
export async function evaluateSet(
  detector: Detector,
  samples: readonly EvaluatedSample[],
  settings: DetectionSettings,
  options: { signal?: AbortSignal; onImage?: (done: number) => void } = {},
): Promise<SetEvaluation> {
  const begun = performance.now()
  const { threshold, binarizeThreshold } = settings
  const levels = BINARIZE_GRID.map((level) => ({ binarizeThreshold: level, images: [] as ImageEvaluation[] }))
  const images: ImageEvaluation[] = []
  const areas: AreaCounts[] = []
  const unreadable: Unreadable[] = []
  const found = detectOnSamples(
    detector,
    samples,
    settings,
    [binarizeThreshold, ...BINARIZE_GRID],
    unreadable,
    options.signal,
  )
  for await (const { sample, index, picture, candidates } of found) {
    const [own, ...grid] = candidates
    images.push(evaluateImage(sample.polygons, asDetections(own)))
    for (const [i, boxes] of grid.entries()) levels[i].images.push(evaluateImage(sample.polygons, asDetections(boxes)))
    const shown = own.boxes.filter((_, i) => own.scores[i] >= threshold)
    areas.push(areaCounts(sample.polygons, shown, picture.width, picture.height))
    options.onImage?.(index + 1)
  }
  return {
    images: images.length,
    unreadable,
    metrics: { ...figuresAt(images, threshold), ap: averagePrecision(images) },
    area: areaFigures(areas),
    best: bestThresholds(levels satisfies BinarizeLevel[]).best,
    seconds: (performance.now() - begun) / 1000,
  }
}
