import { convexHull } from '../../geometry/convex-hull'
import { minAreaRectangle } from '../../geometry/min-area-rectangle'
import { boundsOf, type Points } from '../../geometry/polygon'
import type { Probed } from './images'

/** Counts of one part of a data set; pictures that cannot be read take no part. */
export interface PartFigures {
  /** Pictures that can be used. */
  images: number
  /** Pictures that were to be read. */
  listed: number
  /** Annotated texts. */
  boxes: number
  /** … of these unreadable by their mark (`###`). */
  ignored: number
  /** … of the readable ones lower or narrower than 8 pixels when the picture is scaled to the training size. */
  tooSmall: number
  /** … lower or narrower than 3 pixels at full size: nobody can read them. */
  tiny: number
  /** Pictures without a readable text. */
  withoutText: number
  /** Height of the middle readable text, in pixels of the picture. */
  medianTextHeight?: number
  /** The same with every picture scaled to the training size. */
  medianScaledHeight?: number
  /** How many readable texts are at least `from` pixels high (of the picture), and lower than the next group. */
  heights: { from: number; count: number }[]
}

/** Texts whose upright bounds are smaller take no part in the loss (the reference's min_text_size). */
export const MIN_TEXT_SIZE = 8
/** Pixels below which no letter can be told from a stroke. */
export const LEGIBLE = 3
/** Beginnings of the height groups: about powers of √2 through 8 px, where training begins to see text. */
const HEIGHT_GROUPS = [0, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256]

/** @param imageSize side of the training crop, pixels */
export function partFigures(probed: readonly Probed[], listed: number, imageSize: number): PartFigures {
  const usable = probed.flatMap(({ sample, image }) => (image ? [{ sample, image }] : []))
  const heights: number[] = []
  const scaled: number[] = []
  const figures = { boxes: 0, ignored: 0, tooSmall: 0, tiny: 0, withoutText: 0 }
  for (const { sample, image } of usable) {
    const scale = imageSize / Math.max(image.width, image.height)
    const readable = sample.polygons.filter(({ ignore }) => !ignore)
    figures.boxes += sample.polygons.length
    figures.ignored += sample.polygons.length - readable.length
    if (readable.length === 0) figures.withoutText++
    for (const { points } of readable) {
      const extent = smallExtent(points)
      if (extent * scale < MIN_TEXT_SIZE) figures.tooSmall++
      if (extent < LEGIBLE) figures.tiny++
      const height = textHeight(points)
      heights.push(height)
      scaled.push(height * scale)
    }
  }
  const median = medianOf(heights)
  const medianScaled = medianOf(scaled)
  return {
    images: usable.length,
    listed,
    ...figures,
    ...(median !== undefined && { medianTextHeight: median }),
    ...(medianScaled !== undefined && { medianScaledHeight: medianScaled }),
    heights: HEIGHT_GROUPS.map((from, i) => {
      const end = HEIGHT_GROUPS[i + 1] ?? Infinity
      return { from, count: heights.filter((h) => h >= from && h < end).length }
    }),
  }
}

/** The shorter side of the upright bounds. */
function smallExtent(points: Points): number {
  const b = boundsOf(points)
  return Math.min(b.maxX - b.minX, b.maxY - b.minY)
}

/** The shorter side of the smallest rectangle around the text, in any direction. */
export function textHeight(points: Points): number {
  const rectangle = { cos: 1, sin: 0, u0: 0, u1: 0, v0: 0, v1: 0 }
  if (!minAreaRectangle(convexHull(points), rectangle)) return smallExtent(points)
  return Math.min(rectangle.u1 - rectangle.u0, rectangle.v1 - rectangle.v0)
}

function medianOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return Math.round(median * 10) / 10
}
