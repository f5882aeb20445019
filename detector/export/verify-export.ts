import { availableParallelism } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { NetworkSession } from '../detection/network-session'
import { findCandidates } from '../detection/postprocess'
import { ScaledPicture, unitNormalisation } from '../detection/preprocess'
import { type Detection, evaluateImage, figuresAt, type ImageEvaluation } from '../evaluation/icdar'
import type { TensorDict } from '../network/types'
import type { ExportOptions } from '../options/export'
import { decodeImage } from '../picture/decode-image'
import { MAX_BOXES, MIN_SIDE } from './build-model'
import { addAgreements, type BoxAgreement, boxAt, compareBoxes, type FlatBoxes } from './compare-boxes'
import type { ExportStage, TensorInfo, Verification } from './export-report'
import type { VerificationPictures } from './verification-pictures'

/**
 * A box whose score is this near to the threshold may fall on either side of it by rounding: it is don't care where the
 * model's boxes are the truth.
 */
const SCORE_REACH: Record<ExportOptions['precision'], number> = { fp32: 0.002, fp16: 0.01, int8: 0.05 }

export interface VerifyOptions {
  options: ExportOptions
  weights: TensorDict
  /** Of the weights; absent = that of the reference. */
  mean: readonly [number, number, number] | undefined
  pictures: VerificationPictures
  signal?: AbortSignal
  onProgress?: (stage: ExportStage, share: number) => void
}

/** What is gathered over the pictures. */
class Gathered {
  agreement: BoxAgreement | undefined
  sameCount = 0
  readonly maps = { max: 0, sum: 0, count: 0 }
  readonly model: ImageEvaluation[] = []
  readonly file: ImageEvaluation[] = []
  readonly alike: ImageEvaluation[] = []
  readonly times = { model: [] as number[], file: [] as number[] }
}

/**
 * Runs the bytes of an exported file by onnxruntime and compares what comes out, box for box, with the weights in a session
 * of their own (float32, normalised outside the graph) and the app's post-processing.
 */
export async function verifyExport(
  bytes: Uint8Array,
  given: VerifyOptions,
): Promise<{ verification: Verification; inputs: TensorInfo[]; outputs: TensorInfo[] }> {
  const { options, weights, mean, pictures, signal, onProgress } = given
  const { width, height } = options
  const gathered = new Gathered()
  const network = await NetworkSession.ofWeights(weights, mean)
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  try {
    for (const [index, { image, truth }] of pictures.pictures.entries()) {
      signal?.throwIfAborted()
      const picture = await decodeImage(image)
      const scaled = new ScaledPicture(picture, width, height)
      const whole = { x: 0, y: 0, width, height }
      const input = new Float32Array(3 * width * height)

      scaled.writeWindow(whole, network.normalisation, input)
      const begun = performance.now()
      const map = await network.run(input, width, height)
      gathered.times.model.push(performance.now() - begun)

      const unit = new Float32Array(3 * width * height)
      scaled.writeWindow(whole, unitNormalisation, unit)
      const feeds = { input: new Tensor('float32', unit, [1, 3, height, width]) }
      const started = performance.now()
      const results = await session.run(feeds)
      gathered.times.file.push(performance.now() - started)
      const probability = results.probability.data as Float32Array

      const expected = candidatesOf(map, options, options.threshold - SCORE_REACH[options.precision])
      const found: FlatBoxes =
        options.form === 'boxes'
          ? { boxes: results.boxes.data as Float32Array, scores: results.scores.data as Float32Array }
          : candidatesOf(probability, options, options.threshold)
      gatherMaps(gathered, map, probability)
      gatherBoxes(gathered, expected, found, options)
      if (truth) {
        const [x, y] = [picture.width / width, picture.height / height]
        const own = asDetections(expected, x, y).filter(({ score }) => score >= options.threshold)
        gathered.model.push(evaluateImage(truth, own))
        gathered.file.push(evaluateImage(truth, asDetections(found, x, y)))
      }
      onProgress?.('verify', (index + 1) / pictures.pictures.length)
      // run() holds the event loop; signals and messages get their turn here.
      await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    await network.close()
    await session.release()
  }
  return {
    verification: summary(gathered, given),
    inputs: session.inputMetadata.map(tensorInfo),
    outputs: session.outputMetadata.map(tensorInfo),
  }
}

/** An input or output as onnxruntime names it. */
function tensorInfo(value: InferenceSession.ValueMetadata): TensorInfo {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: [...value.shape] }
    : { name: value.name, type: 'other', shape: [] }
}

function candidatesOf(map: Float32Array, options: ExportOptions, minScore: number): FlatBoxes {
  const { width, height, binarizeThreshold, unclipRatio } = options
  const settings = { binarizeThreshold, unclipRatio, minSide: MIN_SIDE, maxCandidates: MAX_BOXES, minScore }
  return findCandidates(map, width, height, settings)
}

function gatherMaps({ maps }: Gathered, expected: Float32Array, found: Float32Array): void {
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(expected[i] - found[i])
    // Written so that NaN counts as the worst.
    if (!(difference <= maps.max)) maps.max = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
    maps.sum += difference
  }
  maps.count += expected.length
}

function gatherBoxes(gathered: Gathered, expected: FlatBoxes, found: FlatBoxes, options: ExportOptions): void {
  const { threshold, precision } = options
  const scores = Array.from(expected.scores)
  // Best first: those at or above the threshold are the first ones.
  const kept = { boxes: expected.boxes, scores: scores.filter((score) => score >= threshold) }
  const agreement = compareBoxes(kept, found)
  gathered.agreement = gathered.agreement ? addAgreements(gathered.agreement, agreement) : agreement
  if (agreement.expected === agreement.found) gathered.sameCount++
  const truths = scores.map((score, i) => ({
    points: boxAt(expected, i),
    ignore: score < threshold + SCORE_REACH[precision],
  }))
  gathered.alike.push(evaluateImage(truths, asDetections(found, 1, 1)))
}

/** Boxes in pixels of the picture, not rounded. */
function asDetections(found: FlatBoxes, scaleX: number, scaleY: number): Detection[] {
  return Array.from(found.scores, (score, i) => ({
    points: boxAt(found, i).map((value, k) => value * (k % 2 === 0 ? scaleX : scaleY)),
    score,
  }))
}

function summary(gathered: Gathered, { options, pictures }: VerifyOptions): Verification {
  const { maps, alike, model, file, times, agreement } = gathered
  if (!agreement) throw new Error('An export was verified without pictures')
  const same = figuresAt(alike)
  const truths = figuresAt(model).truths
  return {
    source: pictures.source,
    pictures: pictures.pictures.length,
    sameCount: gathered.sameCount,
    width: options.width,
    height: options.height,
    mapDifference: { max: maps.max, mean: maps.sum / maps.count },
    boxes: agreement,
    agreement: same.truths + same.detections === 0 ? null : same.hmean,
    ...(truths > 0 && { hmean: { model: figuresAt(model).hmean, file: figuresAt(file).hmean, truths } }),
    milliseconds: { model: median(times.model), file: median(times.file) },
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
