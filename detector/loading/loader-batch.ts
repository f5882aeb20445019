import { UserError } from '../errors'
import { CHANNEL_MEAN } from '../network/network-definition'
import type { Batch } from '../network/types'
import type { AugmentationOptions } from '../options/augmentation'
import { decodeImage } from '../picture/decode-image'
import { Random } from '../random'
import { augment } from './augment/augment'
import type { TextPolygon } from './augment/crop'
import { transformPoints } from './augment/geometry'
import type { Pixels } from './augment/warp'
import { DecodedImages } from './loader-cache'
import type { Draw } from './sampler'
import { makeTargets } from './targets'

/** Pictures are decoded to this size at least, where windows of them are trained. */
const WINDOW_PIXELS = 3_000_000

/** A training picture as the loader needs it. */
export interface LoaderSample {
  /** Path of the picture. */
  image: string
  /** In pixels of the upright picture. */
  polygons: readonly TextPolygon[]
}

export interface BatchMakerOptions {
  samples: readonly LoaderSample[]
  /** Side of the square canvas, a multiple of 32. */
  imageSize: number
  augmentation: AugmentationOptions
  /** Bound of the decoded pictures that are kept for the next epoch. */
  cacheBytes: number
}

/** A picture that could not be read and was replaced by the next readable one. */
export interface Skipped {
  file: string
  code: string
  message: string
}

export interface MadeBatch {
  data: Batch
  skipped: Skipped[]
}

/** Makes batches: decode, augment, targets, normalise. What comes out depends on the draws alone, not on their order. */
export class BatchMaker {
  private readonly decoded: DecodedImages
  private readonly unreadable = new Map<number, Skipped>()

  constructor(private readonly options: BatchMakerOptions) {
    // Sixteen canvases of pixels are more than a crop ever shows sharply; beyond, memory and time are wasted. Windows show
    // pages of any size at the size of their text.
    const most = options.augmentation.textHeight > 0 ? WINDOW_PIXELS : 0
    this.decoded = new DecodedImages(options.cacheBytes, Math.max(most, 16 * options.imageSize ** 2), decodeImage)
  }

  /**
   * @param reuse arrays of an earlier batch of the same size, overwritten
   * @throws UserError `no-readable-image` when not one picture of the set can be read
   */
  async make(draws: readonly Draw[], reuse?: Batch): Promise<MadeBatch> {
    const { imageSize, augmentation } = this.options
    const plane = imageSize * imageSize
    const data = reuse ?? emptyBatch(draws.length, plane)
    const skipped = new Set<Skipped>()
    for (const [i, draw] of draws.entries()) {
      const { image, polygons } = await this.readable(draw.index, skipped)
      const picture = await augment(image, polygons, augmentation, imageSize, new Random(...draw.key))
      normaliseInto(data.image.subarray(i * 3 * plane, (i + 1) * 3 * plane), picture.pixels.data)
      const part = (map: Float32Array): Float32Array => map.subarray(i * plane, (i + 1) * plane)
      makeTargets(picture.polygons, imageSize, imageSize, {
        gt: part(data.gt),
        mask: part(data.mask),
        threshMap: part(data.threshMap),
        threshMask: part(data.threshMask),
      })
    }
    return { data, skipped: [...skipped] }
  }

  /** The drawn picture, or the next one of the set that can be read. */
  private async readable(index: number, skipped: Set<Skipped>): Promise<{ image: Pixels; polygons: TextPolygon[] }> {
    const { samples } = this.options
    for (let step = 0; step < samples.length; step++) {
      const candidate = (index + step) % samples.length
      let fault = this.unreadable.get(candidate)
      if (!fault) {
        try {
          const { image, polygons } = samples[candidate]
          const { pixels, scale } = await this.decoded.read(image)
          return { image: pixels, polygons: polygons.map((p) => ({ ...p, points: transformPoints(p.points, scale) })) }
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          fault = { file: samples[candidate].image, code: error.code, message: error.message }
          this.unreadable.set(candidate, fault)
        }
      }
      skipped.add(fault)
    }
    throw new UserError({
      code: 'no-readable-image',
      message: `Not one of the ${samples.length} training images can be read; the first: ${[...skipped][0].message}`,
      where: { file: samples[0].image },
    })
  }
}

function emptyBatch(count: number, plane: number): Batch {
  return {
    image: new Float32Array(count * 3 * plane),
    gt: new Float32Array(count * plane),
    mask: new Float32Array(count * plane),
    threshMap: new Float32Array(count * plane),
    threshMask: new Float32Array(count * plane),
  }
}

/** Interleaved R, G, B to planes B, G, R of (x − mean) / 255, as the network reads them. */
export function normaliseInto(planes: Float32Array, rgb: Uint8Array): void {
  const plane = planes.length / 3
  const [b, g, r] = CHANNEL_MEAN
  for (let i = 0, s = 0; i < plane; i++, s += 3) {
    planes[i] = (rgb[s + 2] - b) / 255
    planes[plane + i] = (rgb[s + 1] - g) / 255
    planes[2 * plane + i] = (rgb[s] - r) / 255
  }
}
