import type { Quad } from '../geometry/polygon'

/**
 * The rule `auto`: a look at the picture at a moderate size, then a second one at the size at which its text has the
 * height that the network reads best, if that is far from the first. All figures are from bench/size-policy.ts: recall
 * over text height is flat between about 14 and 50 pixels and falls off on both sides, so one factor for all pictures
 * (a limit of the longer side, a fixed shorter side) always loses some set.
 */
const FIRST_LONG_SIDE = 640
/** Large pictures get a larger first look (a third of their size): their text is smaller beside them. */
const FIRST_SHARE = 1 / 3
const FIRST_LONGEST = 2400
/** Strips are not shrunk until nothing is left of their shorter side. */
const FIRST_SHORT_SIDE = 320

/** Height in pixels of the network's input to which the text is brought … */
const TEXT_HEIGHT = 24
/** … measured where this share of the boxes is smaller … */
const HEIGHT_QUANTILE = 0.3
/** … among boxes of at least this score; others of a first look do not count. */
export const SURE = 0.4

/** Changes of scale within these limits are not worth a second run. */
const LEAST_CHANGE = 0.75
const MOST_CHANGE = 1.25
/** Pictures are not blown up further than this beyond their own size. */
const LARGEST_SCALE = 2
/** Bound of the second look; it is computed tile by tile. */
const MOST_PIXELS = 24_000_000
/** Bound of the first look, which only strips come to. */
const MOST_FIRST_PIXELS = 12_000_000
/** Where nothing was found: letters as large as the picture are seen when it is smaller. */
const SHRUNK = 0.4

export interface Look {
  boxes: readonly Quad[]
  scores: readonly number[]
}

/** Scale of the first look, as a factor of the picture's own size. */
export function firstScale(width: number, height: number): number {
  const long = Math.max(width, height)
  const side = Math.min(Math.max(FIRST_LONG_SIDE, long * FIRST_SHARE), FIRST_LONGEST)
  const wanted = Math.max(side / long, FIRST_SHORT_SIDE / Math.min(width, height))
  return Math.min(1, wanted, Math.sqrt(MOST_FIRST_PIXELS / (width * height)))
}

/**
 * Where to look next.
 * @param look what was found, in pixels of the picture
 * @param scale at which it was found
 * @returns the better scale, or the same one when that is good enough; undefined when nothing was found that says
 */
export function betterScale(width: number, height: number, look: Look, scale: number): number | undefined {
  const heights = look.boxes.filter((_, i) => look.scores[i] >= SURE).map(shortSide)
  if (heights.length === 0) return undefined
  heights.sort((a, b) => a - b)
  const textHeight = Math.max(1, heights[Math.floor(heights.length * HEIGHT_QUANTILE)])
  const wanted = Math.min(TEXT_HEIGHT / textHeight, LARGEST_SCALE, Math.sqrt(MOST_PIXELS / (width * height)))
  const change = wanted / scale
  return change >= LEAST_CHANGE && change <= MOST_CHANGE ? scale : wanted
}

/** Other scales to try, cheapest first, when the first look showed nothing. */
export function otherScales(scale: number): number[] {
  return scale < 0.5 ? [scale * SHRUNK, scale * 2] : [scale * SHRUNK]
}

/** Height of a line of text: its shorter side. */
export function shortSide(quad: Quad): number {
  const [x1, y1, x2, y2, x3, y3] = quad
  return Math.min(Math.hypot(x2 - x1, y2 - y1), Math.hypot(x3 - x2, y3 - y2))
}
