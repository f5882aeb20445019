import { clipToConvex } from '../../geometry/intersection'
import { type Points, polygonArea } from '../../geometry/polygon'
import type { AugmentationOptions } from '../../options/augmentation'
import type { Random } from '../../random'
import type { TextPolygon } from './crop'

/** The text that decides about the scale: this share of a picture's texts is lower (as in the size rule `auto`). */
const HEIGHT_QUANTILE = 0.3
/** The wanted height is varied by a factor of up to this, either way … */
const HEIGHT_RANGE = 2.2
/** … and in some windows beyond it, up to this share of the canvas: signs, titles, labels that fill a picture. */
const LARGEST = 0.4
/** Pictures without readable text, and those that would be lost on the canvas, fill this share of it … */
const LEAST_FILL = 0.62
/** … mostly. */
const FILL_CHANCE = 0.75
/** Windows that look at a text; the others look anywhere. */
const TEXT_CHANCE = 0.85
/** Of a text that the border cuts, less than this share cannot be told from dirt: not taught. */
const LEAST_REST = 0.15

/** What a square canvas shows of a picture: x' = (x − x0) · scale, y' = (y − y0) · scale. */
export interface Window {
  x: number
  y: number
  scale: number
}

/**
 * A window in which small text is about `textHeight` pixels high, in some much higher. The EAST crop keeps whole lines, so
 * on a small canvas dense pages shrink until their text cannot be read; a window cuts lines instead, and shows text as large
 * as detection will see it.
 *
 * @param width, height of the picture in pixels; the polygons are in them
 * @param text.textHeight pixels of the canvas, above 0; varied by a factor of up to HEIGHT_RANGE
 * @param text.largeText share of the windows in which it is higher than that
 * @param size side of the canvas in pixels
 * @returns top left corner in pixels of the picture (below 0 where the picture is smaller), and canvas pixels for each of them
 */
export function randomWindow(
  width: number,
  height: number,
  polygons: readonly TextPolygon[],
  { textHeight, largeText }: Pick<AugmentationOptions, 'textHeight' | 'largeText'>,
  size: number,
  random: Random,
): Window {
  const readable = polygons.filter((p) => !p.ignore)
  const heights = readable.map((p) => thickness(p.points)).sort((a, b) => a - b)
  const fill = size / Math.max(width, height)
  const factor = random.chance(largeText)
    ? between(HEIGHT_RANGE, Math.max(HEIGHT_RANGE, (LARGEST * size) / textHeight), random)
    : between(1 / HEIGHT_RANGE, HEIGHT_RANGE, random)
  let scale =
    heights.length > 0
      ? (textHeight * factor) / Math.max(1, heights[Math.floor(heights.length * HEIGHT_QUANTILE)])
      : fill
  if (random.chance(FILL_CHANCE)) scale = Math.max(scale, LEAST_FILL * fill)
  const side = size / scale
  let centre: [number, number] = [random.range(0, width), random.range(0, height)]
  if (readable.length > 0 && random.chance(TEXT_CHANCE)) {
    const { points } = readable[random.int(readable.length)]
    // Somewhere along the text, and not always in the middle of the canvas.
    const [a, b, t] = [random.int(points.length / 2), random.int(points.length / 2), random.next()]
    const along = (axis: 0 | 1): number => points[2 * a + axis] * (1 - t) + points[2 * b + axis] * t
    const reach = 0.42 * side
    centre = [along(0) + random.range(-reach, reach), along(1) + random.range(-reach, reach)]
  }
  // Over the picture as far as it goes; a smaller picture in the middle.
  const start = (c: number, length: number): number =>
    side >= length ? (length - side) / 2 : Math.min(Math.max(c - side / 2, 0), length - side)
  return { x: start(centre[0], width), y: start(centre[1], height), scale }
}

/** A factor whose logarithm is spread evenly. */
const between = (low: number, high: number, random: Random): number => low * (high / low) ** random.next()

/** Texts as far as they lie on the canvas, in whose pixels they are given; remnants are marked as not to be taught. */
export function polygonsOnCanvas(polygons: readonly TextPolygon[], size: number): TextPolygon[] {
  const canvas = [0, 0, size, 0, size, size, 0, size]
  return polygons.flatMap(({ points, ignore }) => {
    const shown = clipToConvex(points, canvas)
    if (shown.length < 6) return []
    const rest = polygonArea(shown) / Math.max(1e-9, polygonArea(points))
    return [{ points: shown, ignore: ignore || rest < LEAST_REST }]
  })
}

/** Height of a line of text: area over half the circumference is h·w / (h + w), solved for the shorter side. */
function thickness(points: Points): number {
  let half = 0
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length
    half += Math.hypot(points[j] - points[i], points[j + 1] - points[i + 1]) / 2
  }
  const area = polygonArea(points)
  return (half - Math.sqrt(Math.max(0, half * half - 4 * area))) / 2
}
