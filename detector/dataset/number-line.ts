import { polygonArea } from '../geometry/polygon'
import { isSimple } from '../geometry/validity'

// Each digit can be read in one way only: else a long row of them takes the square of its length.
const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`
/** A number and what separates it from the next field: a comma (western or Chinese), semicolon or TAB … */
const hardField = new RegExp(String.raw`\s*(${NUMBER})[ ]*([,，;\t]|$)`, 'y')
/** … or, in files that have none of these, blanks. */
const softField = new RegExp(String.raw`\s*(${NUMBER})([\s,，;]+|$)`, 'y')

/** No outline has more points. */
const MAX_NUMBERS = 2000
/** Numbers of four corners. */
export const QUAD = 8
/** … and of left, top, right, bottom. */
export const RECTANGLE = 4

/** The numbers a line begins with. */
export interface NumberLine {
  line: number
  source: string
  numbers: number[]
  /** Position after each number and its separator. */
  ends: number[]
  /** Nothing stands behind the last number, not even a separator. */
  bare: boolean
}

/** Reads the numbers at the beginning of a line, with hard separators if that gives a box, else with blanks. */
export function readNumberLine(line: number, source: string): NumberLine {
  const hard = leadingNumbers(line, source, hardField)
  if (hard.numbers.length >= QUAD) return hard
  const soft = leadingNumbers(line, source, softField)
  const better = soft.numbers.length >= QUAD || (hard.numbers.length < RECTANGLE && soft.numbers.length >= RECTANGLE)
  return better ? soft : hard
}

function leadingNumbers(line: number, source: string, field: RegExp): NumberLine {
  const fields: NumberLine = { line, source, numbers: [], ends: [], bare: true }
  field.lastIndex = 0
  while (field.lastIndex < source.length && fields.numbers.length < MAX_NUMBERS) {
    const match = field.exec(source)
    const value = match ? Number(match[1]) : Number.NaN
    if (!match || !Number.isFinite(value)) break
    fields.numbers.push(value)
    fields.ends.push(field.lastIndex)
    fields.bare = match[2] === ''
  }
  if (fields.ends.length > 0 && fields.ends[fields.ends.length - 1] < source.trimEnd().length) fields.bare = false
  return fields
}

/** Outlines of a fixed number of points are filled up by repeating the last. */
export function withoutRepeatedEnd(points: number[]): number[] {
  let n = points.length
  while (n > 6 && points[n - 2] === points[n - 4] && points[n - 1] === points[n - 3]) n -= 2
  while (n > 6 && points[n - 2] === points[0] && points[n - 1] === points[1]) n -= 2
  return points.slice(0, n)
}

/** Whether the numbers, of an odd count without the last, are the points of an outline that encloses something. */
export function isSoundOutline(numbers: readonly number[]): boolean {
  const points = withoutRepeatedEnd(numbers.slice(0, numbers.length - (numbers.length % 2)))
  return isSimple(points) && polygonArea(points) > 0
}
