import { areaOf, boxOf, clipToSheet, type Polygon, thicknessOf } from './plane'
import type { DrawnLine } from './scene'

export interface SyntheticText {
  /** x1,y1,x2,y2,… clockwise from the text's own top left; four points, more where text is curved or cut by the edge. */
  points: number[]
  text: string
}

export interface SyntheticLine extends SyntheticText {
  /** Too faint, small, smeared or cut off to be read: don't-care in training. */
  ignore: boolean
  words?: SyntheticText[]
}

// Shares of 255 and of a line's height below which people would not mark a text either.
const FAINT_STROKE = 16
const FAINT_BOX = 14
const INVISIBLE = 6
const SMALL = 6.5
const SMEARED = 0.17

/**
 * The labels of a finished picture: lines clipped to it, don't-care where they can hardly be read, none where nothing
 * can be seen.
 *
 * @param data RGBA of the picture after everything was done to it
 * @param blur pixels
 */
export function readableLines(
  lines: readonly DrawnLine[],
  data: Uint8ClampedArray,
  width: number,
  height: number,
  blur: number,
): SyntheticLine[] {
  const kept: SyntheticLine[] = []
  for (const line of lines) {
    const polygon = clipToSheet(line.polygon, width - 1, height - 1)
    if (polygon.length < 3) continue
    const whole = areaOf(line.polygon)
    const area = areaOf(polygon)
    if (area < 4 || area < 0.02 * whole) continue
    const thickness = thicknessOf(polygon)
    const cutOff = line.cut === true || area < 0.12 * whole || thickness < 0.6 * thicknessOf(line.polygon)
    const faint = line.contrast < FAINT_STROKE || lightRange(polygon, data, width) < FAINT_BOX
    if (faint && line.contrast < INVISIBLE && !cutOff) continue
    const ignore = cutOff || faint || thickness < SMALL || blur > SMEARED * thickness
    kept.push({ points: flat(polygon), text: line.text, ignore, words: wordsInside(line, width, height) })
  }
  return kept
}

function wordsInside(line: DrawnLine, width: number, height: number): SyntheticText[] | undefined {
  return line.words
    ?.map(({ polygon, text }) => ({ polygon: clipToSheet(polygon, width - 1, height - 1), text }))
    .filter(({ polygon }) => polygon.length >= 3 && areaOf(polygon) >= 4)
    .map(({ polygon, text }) => ({ points: flat(polygon), text }))
}

/** Tenths of a pixel are enough. */
const flat = (polygon: Polygon): number[] =>
  polygon.flatMap(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10])

/** Distance of the 3rd and 97th percentile of light in the box of a polygon: what is left of the text to be seen. */
function lightRange(polygon: Polygon, data: Uint8ClampedArray, width: number): number {
  const [left, top, right, bottom] = boxOf(polygon)
  const histogram = new Uint32Array(256)
  const step = Math.max(1, Math.floor(Math.sqrt(((right - left) * (bottom - top)) / 500)))
  let count = 0
  for (let y = Math.ceil(top); y <= bottom; y += step)
    for (let x = Math.ceil(left); x <= right; x += step) {
      const i = 4 * (y * width + x)
      histogram[(data[i] * 77 + data[i + 1] * 150 + data[i + 2] * 29) >> 8]++
      count++
    }
  const percentile = (from: number, step: number): number => {
    let sum = 0
    for (let value = from; value >= 0 && value < 256; value += step) {
      sum += histogram[value]
      if (sum >= count * 0.03) return value
    }
    return from
  }
  return percentile(255, -1) - percentile(0, 1)
}
