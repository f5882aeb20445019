import { extname } from 'node:path'
import type { TensorDict } from '../network/types'
import type { DetectionSettings, SizeRule } from '../options/detect'
import { type DecodedImage, type DecodeOptions, decodeImage } from '../picture/decode-image'
import { leftOutPages } from '../picture/left-out'
import { checkedHash, findModel, readSidecar } from '../weights/model-file'
import { readWeights } from '../weights/pth/read-weights'
import type { Sidecar } from '../weights/sidecar'
import { betterScale, firstScale, otherScales } from './adaptive-size'
import { evenedContrast, medianFiltered } from './clean-picture'
import { keepLargeText } from './large-text'
import { NetworkSession, type SessionOptions } from './network-session'
import { findCandidates, type PostprocessSettings, toImageQuads } from './postprocess'
import { type Picture, ScaledPicture } from './preprocess'
import { aboveThreshold, type Boxes, detectionResult } from './result'
import { planSize, type SizePlan, scaledPlan } from './size-policy'
import { placeTile, planTiles, wholeTile } from './tiling'
import type { DetectionResult } from './types'

export interface DetectorOptions extends SessionOptions {
  /** Id (`base`, a run) or path of a `.pth` or `.onnx` file. */
  model: string
}

/** Probability of text per pixel, and how it lies over the picture. */
export interface ProbabilityMap {
  /** [height, width], 0–1. */
  data: Float32Array
  width: number
  height: number
  /** The part, from the top left, that shows the picture. */
  shownWidth: number
  shownHeight: number
  imageWidth: number
  imageHeight: number
}

export interface Detection {
  /** Boxes with a score of at least `settings.threshold`. */
  result: DetectionResult
  /** All with a score of at least MIN_CANDIDATE_SCORE, for choosing another threshold without a new run. */
  candidates: Boxes
  map: ProbabilityMap
}

/**
 * For measuring the height of text in a first look. Neither the user's thresholds, which change while the map is kept, nor
 * calibrated ones, which are not there yet while a model is trained: a picture's size depends on it and the weights alone.
 */
const lookSettings = {
  binarizeThreshold: 0.3,
  unclipRatio: 1.5,
  maxCandidates: 1000,
  minSide: 3,
}

type Cleaning = Partial<Pick<DetectionSettings, 'denoise' | 'suppressBackground'>>

/** A map, and the milliseconds that went into it. */
export interface TimedMap {
  map: ProbabilityMap
  preprocess: number
  network: number
}

export interface DetectOptions extends DecodeOptions {
  /** Looked at between tiles. */
  signal?: AbortSignal
  /** What it took to decode a picture that is given decoded, for the times in the result. */
  decodeMs?: number
}

/** A loaded model. One detection at a time uses its threads best. */
export class Detector {
  private constructor(
    /** As it stands in results. */
    readonly model: { name: string; sha256: string },
    /** Thresholds to use where the user gives none: calibrated ones, if the model has them. */
    readonly thresholds: Sidecar['thresholds'] | undefined,
    /** The only size the model takes, or what its sidecar advises. */
    readonly size: SizeRule,
    private readonly network: NetworkSession,
  ) {}

  /**
   * @throws UserError `model-missing`, `weights-changed`, `sidecar-damaged`, those of `readWeights`, `model-unreadable`,
   *   `model-not-detector`, `device-unknown`, `device-unavailable`
   */
  static async open({ model, ...options }: DetectorOptions): Promise<Detector> {
    const { name, path } = findModel(model)
    if (extname(path).toLowerCase() === '.onnx') {
      const sha256 = await checkedHash(path, undefined)
      const network = await NetworkSession.ofOnnxFile(path, options)
      const size: SizeRule = network.fixedSize ? { rule: 'fixed', ...network.fixedSize } : { rule: 'auto' }
      return new Detector({ name, sha256 }, undefined, size, network)
    }
    const sidecar = await readSidecar(path)
    const sha256 = await checkedHash(path, sidecar)
    const { tensors } = await readWeights(path)
    const network = await NetworkSession.ofWeights(tensors, sidecar?.mean, options)
    return new Detector({ name, sha256 }, sidecar?.thresholds, sidecar?.size ?? { rule: 'auto' }, network)
  }

  /** Weights in memory, such as those of a model that is being trained. */
  static async ofWeights(
    weights: TensorDict,
    model: { name: string; sha256: string },
    size: SizeRule,
    options: SessionOptions = {},
  ): Promise<Detector> {
    return new Detector(model, undefined, size, await NetworkSession.ofWeights(weights, undefined, options))
  }

  /**
   * Finds text in a picture.
   *
   * @param image path, content of a file, or a decoded picture
   * @param options.name what the result and errors call it; default: the path
   * @throws UserError of decodeImage; the reason of the signal
   */
  async detect(
    image: string | Uint8Array | DecodedImage,
    settings: DetectionSettings,
    options: DetectOptions = {},
  ): Promise<Detection> {
    const started = performance.now()
    const isFile = typeof image === 'string' || image instanceof Uint8Array
    const picture = isFile ? await decodeImage(image, options) : image
    const decoded = performance.now()
    const { map, preprocess, network } = await this.probabilityMap(picture, settings, options.signal)
    const mapped = performance.now()
    const candidates = this.candidates(map, settings)
    const postprocess = performance.now() - mapped
    const name = options.name ?? (typeof image === 'string' ? image : 'image')
    const milliseconds = (value: number): number => Math.round(value * 100) / 100
    const pages = leftOutPages(fileName(name), picture.pages)
    const result = detectionResult(fileName(name), aboveThreshold(candidates, settings.threshold), {
      image_size: [picture.width, picture.height],
      timings: {
        decode: milliseconds(isFile ? decoded - started : (options.decodeMs ?? 0)),
        preprocess: milliseconds(preprocess),
        network: milliseconds(network),
        postprocess: milliseconds(postprocess),
      },
      model: this.model,
      settings: { ...settings, size: this.sizeRule(settings.size) },
      ...(pages && { leftOut: [pages] }),
    })
    return { result, candidates, map }
  }

  /** Post-processing alone; see `boxesOfMap`. */
  candidates(map: ProbabilityMap, settings: PostprocessSettings): Boxes {
    return boxesOfMap(map, settings)
  }

  /**
   * The network's answer for a picture, cleaned and scaled as the settings say.
   * @returns the map and the milliseconds spent
   */
  async probabilityMap(
    picture: Picture,
    settings: Pick<DetectionSettings, 'size'> & Cleaning,
    signal?: AbortSignal,
  ): Promise<TimedMap> {
    const rule = this.sizeRule(settings.size)
    const { width, height } = picture
    if (rule.rule !== 'auto') return this.mapAt(picture, planSize(width, height, rule), settings, signal)

    const spent = { preprocess: 0, network: 0 }
    const lookAt = async (scale: number) => {
      const timed = await this.mapAt(picture, scaledPlan(width, height, scale), settings, signal)
      spent.preprocess += timed.preprocess
      spent.network += timed.network
      // Not the user's thresholds: the size must not change under them, as the map is kept while they change.
      const start = performance.now()
      const look = this.candidates(timed.map, lookSettings)
      const better = betterScale(width, height, look, scale)
      spent.preprocess += performance.now() - start
      return { map: timed.map, found: look, better }
    }
    let scale = firstScale(width, height)
    let look = await lookAt(scale)
    if (look.better === undefined) {
      for (const other of otherScales(scale)) {
        const further = await lookAt(other)
        if (further.better === undefined) continue
        look = further
        scale = other
        break
      }
    }
    if (look.better !== undefined && look.better !== scale) {
      const first = look
      look = await lookAt(look.better)
      keepLargeText(look.map, first.map, first.found)
    }
    return { map: look.map, ...spent }
  }

  /** The network's answer for a picture at one size, tile by tile where that is large. */
  async mapAt(picture: Picture, plan: SizePlan, cleaning: Cleaning = {}, signal?: AbortSignal): Promise<TimedMap> {
    let preprocess = -performance.now()
    const { mapWidth, mapHeight } = plan
    const tiles = this.network.fixedSize ? [wholeTile(mapWidth, mapHeight)] : planTiles(mapWidth, mapHeight)
    const scaled = new ScaledPicture(picture, plan.width, plan.height)
    if (cleaning.denoise) await scaled.change(medianFiltered)
    if (cleaning.suppressBackground) await scaled.change(evenedContrast)
    preprocess += performance.now()

    let network = 0
    let data: Float32Array = new Float32Array(tiles.length === 1 ? 0 : mapWidth * mapHeight)
    for (const tile of tiles) {
      signal?.throwIfAborted()
      const { width, height } = tile.window
      const start = performance.now()
      const input = new Float32Array(3 * width * height)
      scaled.writeWindow(tile.window, this.network.normalisation, input)
      const written = performance.now()
      const probability = await this.network.run(input, width, height)
      preprocess += written - start
      network += performance.now() - written
      if (tiles.length === 1) data = probability
      else placeTile(tile, probability, data, mapWidth)
    }
    const map: ProbabilityMap = {
      data,
      width: mapWidth,
      height: mapHeight,
      shownWidth: plan.width,
      shownHeight: plan.height,
      imageWidth: picture.width,
      imageHeight: picture.height,
    }
    return { map, preprocess, network }
  }

  async close(): Promise<void> {
    await this.network.close()
  }

  /** A file of one size only has its way; else what was asked for; the model's own advice stands behind `auto`. */
  private sizeRule(asked: SizeRule): SizeRule {
    if (this.network.fixedSize) return { rule: 'fixed', ...this.network.fixedSize }
    return asked.rule === 'auto' ? this.size : asked
  }
}

/**
 * Post-processing alone, for other settings on a map that is there already. All candidates with a score of at least
 * MIN_CANDIDATE_SCORE, best first; `settings.threshold` is not applied.
 */
export function boxesOfMap(map: ProbabilityMap, settings: PostprocessSettings): Boxes {
  const found = findCandidates(map.data, map.width, map.height, settings)
  const { imageWidth, imageHeight } = map
  const scaleX = imageWidth / map.shownWidth
  const scaleY = imageHeight / map.shownHeight
  const polygons = found.polygons?.map((polygon) => {
    const points: [number, number][] = []
    for (let i = 0; i + 1 < polygon.length; i += 2) {
      points.push([
        Math.min(imageWidth, Math.round(polygon[i] * scaleX)),
        Math.min(imageHeight, Math.round(polygon[i + 1] * scaleY)),
      ])
    }
    return points
  })
  return {
    boxes: toImageQuads(found.boxes, scaleX, scaleY, imageWidth, imageHeight),
    scores: Array.from(found.scores, (score) => Math.round(score * 1e4) / 1e4),
    ...(polygons && { polygons }),
    omitted: found.omitted,
  }
}

const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path
