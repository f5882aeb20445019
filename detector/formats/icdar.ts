import { boundsOf, polygonArea } from '../geometry/polygon'
import { isSimple } from '../geometry/validity'
import { type Annotations, addText, type Problem, UNREADABLE } from './annotation'
import { numberedLines } from './decode-text'

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`
/** A number and what separates it from the next field: a comma (western or Chinese), semicolon or TAB … */
const hardField = new RegExp(String.raw`\s*(${NUMBER})[ ]*([,，;\t]|$)`, 'y')
/** … or, in files that have none of these, blanks. */
const softField = new RegExp(String.raw`\s*(${NUMBER})([\s,，;]+|$)`, 'y')

/** No outline has more points. */
const MAX_NUMBERS = 2000
const QUAD = 8
const RECTANGLE = 4
/** Extents of the first four points within which the others lie. */
const NEAR = 4

/** The numbers a line begins with. */
interface Fields {
  line: number
  source: string
  numbers: number[]
  /** Position after each number and its separator. */
  ends: number[]
  /** Nothing stands behind the last number, not even a separator. */
  bare: boolean
}

/**
 * Reads annotations with one text per line: `x1,y1,…,x4,y4,text` as in ICDAR2015, and what is met in its place: commas
 * and quotes in the text, no text, more than four points, TAB, blanks or semicolons between the fields, the
 * `left top right bottom text` of ICDAR2013, byte-order marks, any line ends. What cannot be read becomes a problem with
 * its line; nothing is thrown.
 *
 * @param file how problems name the file
 */
export function parseIcdar(content: string, file: string): Annotations {
  const result: Annotations = { texts: [], problems: [] }
  const lines = numberedLines(content).map(({ line, text }) => readFields(line, text))
  const withQuad = lines.filter(({ numbers }) => numbers.length >= QUAD)
  const rectangles = lines.filter(({ numbers }) => numbers.length >= RECTANGLE).length > 2 * withQuad.length
  const longer = withQuad.filter((fields) => fields.numbers.length > QUAD + 1)
  const outlines = longer.filter((fields) => outlineLength(fields) > QUAD)
  const manyPoints = outlines.length * 2 >= longer.length

  const withoutText: number[] = []
  const asRectangles: number[] = []
  for (const fields of lines) {
    const { line, numbers } = fields
    if (numbers.length < (rectangles ? RECTANGLE : QUAD)) {
      result.problems.push(unreadable(fields, file))
      continue
    }
    let used = manyPoints ? outlineLength(fields) : QUAD
    let points = numbers.slice(0, used)
    if (numbers.length < QUAD) {
      used = RECTANGLE
      const [left, top, right, bottom] = numbers
      points = [left, top, right, top, right, bottom, left, bottom]
      asRectangles.push(line)
      if (right <= left || bottom <= top) {
        result.problems.push(unreadable(fields, file, 'left, top, right, bottom with right > left and bottom > top'))
        continue
      }
    }
    if (fields.bare && used === numbers.length) withoutText.push(line)
    const text = unquote(fields.source.slice(fields.ends[used - 1]).trim())
    addText(result, { file, line }, { points, text, ignore: text === UNREADABLE })
  }
  if (withoutText.length > 0) result.problems.push(missingText(withoutText, file))
  if (asRectangles.length > 0) {
    result.problems.push({
      severity: 'warning',
      code: 'boxes-as-rectangles',
      message: `${asRectangles.length} lines have four numbers; they are read as left, top, right, bottom.`,
      where: { file, line: asRectangles[0] },
      fix: 'Write the four corners: x1,y1,x2,y2,x3,y3,x4,y4,text.',
    })
  }
  return result
}

function readFields(line: number, source: string): Fields {
  const hard = leadingNumbers(line, source, hardField)
  if (hard.numbers.length >= QUAD) return hard
  const soft = leadingNumbers(line, source, softField)
  const better = soft.numbers.length >= QUAD || (hard.numbers.length < RECTANGLE && soft.numbers.length >= RECTANGLE)
  return better ? soft : hard
}

function leadingNumbers(line: number, source: string, field: RegExp): Fields {
  const fields: Fields = { line, source, numbers: [], ends: [], bare: true }
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

/**
 * How many of the leading numbers are coordinates. A text may be numeric (`…,2023` or `…,1,234`), so further numbers
 * count as points only if the first four points are no quadrilateral of a word by themselves (about a parallelogram), and
 * all together make a larger, sound outline in their neighbourhood. Of an odd count the last belongs to the text.
 */
function outlineLength({ numbers }: Fields): number {
  const even = numbers.length - (numbers.length % 2)
  if (even <= QUAD) return QUAD
  const quad = numbers.slice(0, QUAD)
  const all = withoutRepeatedEnd(numbers.slice(0, even))
  const first = boundsOf(quad)
  const extent = Math.max(first.maxX - first.minX, first.maxY - first.minY)
  const skew = Math.hypot(quad[0] + quad[4] - quad[2] - quad[6], quad[1] + quad[5] - quad[3] - quad[7])
  if (polygonArea(quad) > 0 && skew < 0.2 * extent) return QUAD
  const bounds = boundsOf(all)
  const near =
    bounds.minX >= first.minX - NEAR * extent &&
    bounds.maxX <= first.maxX + NEAR * extent &&
    bounds.minY >= first.minY - NEAR * extent &&
    bounds.maxY <= first.maxY + NEAR * extent
  return near && isSimple(all) && polygonArea(all) > 1.1 * polygonArea(quad) ? even : QUAD
}

/** Outlines of a fixed number of points are filled up by repeating the last. */
function withoutRepeatedEnd(points: number[]): number[] {
  let n = points.length
  while (n > 6 && points[n - 2] === points[n - 4] && points[n - 1] === points[n - 3]) n -= 2
  while (n > 6 && points[n - 2] === points[0] && points[n - 1] === points[1]) n -= 2
  return points.slice(0, n)
}

/** `"a \"b\", c"` → `a "b", c`; what is not quoted as a whole stays. */
function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1')
}

function unreadable({ line, source, numbers, ends }: Fields, file: string, expected?: string): Problem {
  const rest = source.slice(ends.at(-1) ?? 0).trim()
  const stop = expected || rest === '' ? '' : `, then "${rest.slice(0, 30)}${rest.length > 30 ? '…' : ''}"`
  return {
    severity: 'warning',
    code: 'line-unreadable',
    message: `${expected ?? 'x1,y1,x2,y2,x3,y3,x4,y4,text'} was expected, found ${numbers.length} numbers${stop}; the line is left out.`,
    where: { file, line },
    fix: 'Correct or delete the line.',
  }
}

function missingText(lines: number[], file: string): Problem {
  return {
    severity: 'note',
    code: 'text-missing',
    message: `${lines.length} lines end after the coordinates; they are read as boxes with an empty text.`,
    where: { file, line: lines[0] },
    fix: `Nothing, if the boxes are meant to be learned; unreadable text is marked by ${UNREADABLE}.`,
  }
}

/**
 * The texts of one picture as an annotation file: UTF-8, one text per line, clockwise as given, three decimals at most.
 * A triangle (a text cut by the picture's corner) gets its last corner twice, for a line needs four. Line breaks in a
 * text become blanks; a text that looks quoted is quoted, so that reading gives it back.
 */
export function formatIcdar(texts: readonly { points: ArrayLike<number>; text: string; ignore: boolean }[]): string {
  return texts
    .map(({ points, text, ignore }) => {
      const corners = points.length === 6 ? [...Array.from(points), points[4], points[5]] : points
      const numbers = Array.from(corners, (v) => String(Math.round(v * 1000) / 1000))
      return `${[...numbers, ignore ? UNREADABLE : quote(text.replace(/\s*[\r\n]+\s*/g, ' '))].join(',')}\n`
    })
    .join('')
}

/** Quotes only what would otherwise be read as something else: quoted text and outer blanks. */
function quote(text: string): string {
  const looksQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"')
  if (!looksQuoted && text === text.trim()) return text
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
