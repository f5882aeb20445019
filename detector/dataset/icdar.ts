import { boundsOf, polygonArea } from '../geometry/polygon'
import { isSimple } from '../geometry/validity'
import { type Annotations, addText, isUnreadable, type Problem, UNREADABLE } from './annotation'
import { numberedLines } from './decode-text'
import { foreignFormat, isMeaningless } from './foreign-format'
import { type NumberLine, QUAD, RECTANGLE, readNumberLine, withoutRepeatedEnd } from './number-line'
import { findTextColumn, splitColumn, type TextColumn } from './text-column'

/** Extents of the first four points within which the others lie. */
const NEAR = 4

/**
 * Reads annotations with one text per line: `x1,y1,…,x4,y4,text` as in ICDAR2015, and what is met in its place: commas
 * and quotes in the text, no text, more than four points, TAB, blanks or semicolons between the fields, the
 * `left top right bottom text` of ICDAR2013, byte-order marks, any line ends. What cannot be read becomes a problem with
 * its line; nothing is thrown.
 *
 * @param file how problems name the file
 */
export function parseIcdar(content: string, file: string): Annotations {
  const lines = readIcdar(content, file)
  return textsOf(lines, findTextColumn(lines.rests))
}

/** An annotation file whose coordinates are read, but not yet its texts. */
export interface IcdarFile {
  file: string
  /** What the file holds in place of annotations, in words; there is nothing to be read then. */
  foreign?: string
  /** What follows the coordinates, for `findTextColumn` over all files of a set. */
  rests: string[]
  lines: IcdarLine[]
}

interface IcdarLine extends NumberLine {
  /** How many of the numbers are coordinates; 0 for a line that cannot be read. */
  used: number
}

/** Reads the coordinates of a file, and whether it is an annotation file at all. */
export function readIcdar(content: string, file: string): IcdarFile {
  const fields = numberedLines(content).map(({ line, text }) => readNumberLine(line, text))
  const foreign = foreignFormat(content, fields)
  if (foreign !== undefined) return { file, foreign, rests: [], lines: [] }
  const withQuad = fields.filter(({ numbers }) => numbers.length >= QUAD)
  const rectangles = fields.filter(({ numbers }) => numbers.length >= RECTANGLE).length > 2 * withQuad.length
  const longer = withQuad.filter(({ numbers }) => numbers.length > QUAD + 1)
  const outlines = longer.filter((line) => outlineLength(line) > QUAD)
  const manyPoints = outlines.length * 2 >= longer.length
  const usedOf = (line: NumberLine): number => {
    if (line.numbers.length < (rectangles ? RECTANGLE : QUAD) || isMeaningless(line)) return 0
    if (line.numbers.length < QUAD) return RECTANGLE
    return manyPoints ? outlineLength(line) : QUAD
  }
  const lines = fields.map((line) => ({ ...line, used: usedOf(line) }))
  return { file, rests: lines.filter(({ used }) => used > 0).map(restOf), lines }
}

const restOf = ({ source, ends, used }: IcdarLine): string => source.slice(ends[used - 1]).trim()

/**
 * The texts of a file.
 * @param column what stands between coordinates and text in the whole set
 */
export function textsOf({ file, foreign, lines }: IcdarFile, column: TextColumn | undefined): Annotations {
  const result: Annotations = { texts: [], problems: [], ...(foreign !== undefined && { foreign }) }
  const withoutText: number[] = []
  const asRectangles: number[] = []
  for (const fields of lines) {
    const { line, numbers, used } = fields
    if (used === 0) {
      result.problems.push(unreadable(fields, file))
      continue
    }
    let points = numbers.slice(0, used)
    if (used === RECTANGLE) {
      const [left, top, right, bottom] = numbers
      points = [left, top, right, top, right, bottom, left, bottom]
      asRectangles.push(line)
      if (right <= left || bottom <= top) {
        result.problems.push(unreadable(fields, file, 'left, top, right, bottom with right > left and bottom > top'))
        continue
      }
    }
    if (fields.bare && used === numbers.length) withoutText.push(line)
    const { value, text: written } = splitColumn(restOf(fields), column)
    const text = unquote(written)
    const ignore = isUnreadable(text) || hasMark(text) || (column?.kind === 'difficulty' && value === '1')
    addText(result, { file, line }, { points, text, ignore })
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

/** Whether the first or last of several fields is `###`: the text beside another column, in whatever set. */
function hasMark(text: string): boolean {
  const fields = text.split(/[,，;\t]/)
  return (
    fields.length > 1 && [fields[0], fields[fields.length - 1]].some((field) => unquote(field.trim()) === UNREADABLE)
  )
}

/**
 * How many of the leading numbers are coordinates. A text may be numeric (`…,2023` or `…,1,234`), so further numbers
 * count as points only if the first four points are no quadrilateral of a word by themselves (about a parallelogram), and
 * all together make a larger, sound outline in their neighbourhood. Of an odd count the last belongs to the text.
 */
function outlineLength({ numbers }: NumberLine): number {
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

/** `"a \"b\", c"` → `a "b", c`; what is not quoted as a whole stays. */
function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1')
}

function unreadable({ line, source, numbers, ends }: NumberLine, file: string, expected?: string): Problem {
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
      return `${[...numbers, ignore ? UNREADABLE : quote(inOneLine(text))].join(',')}\n`
    })
    .join('')
}

/** Line breaks and the blanks around them become one blank. */
function inOneLine(text: string): string {
  const lines = text.split(/[\r\n]+/)
  if (lines.length === 1) return text
  const inner = lines.slice(1, -1).map((line) => line.trim())
  return [lines[0].trimEnd(), ...inner.filter((line) => line !== ''), lines[lines.length - 1].trimStart()].join(' ')
}

/** Quotes only what would otherwise be read as something else: quoted text and outer blanks. */
function quote(text: string): string {
  const looksQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"')
  if (!looksQuoted && text === text.trim()) return text
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
