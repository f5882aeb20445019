import { polygonArea } from '../geometry/polygon'
import { isSimple } from '../geometry/validity'
import { isSoundOutline, type NumberLine } from './number-line'

/** What can be read, for messages about what cannot. */
export const READ_FORMATS =
  'Annotations that are read: a line per text, x1,y1,x2,y2,x3,y3,x4,y4,text (ICDAR2015; more points are fine) or left,top,right,bottom,text (ICDAR2013); or a label file of PaddleOCR (image, TAB, JSON).'

/**
 * What an annotation file holds when it is in none of the formats that are read, in words; undefined for those that are.
 * Numbers of another meaning would otherwise be learnt as outlines.
 */
export function foreignFormat(content: string, lines: readonly NumberLine[]): string | undefined {
  const start = content.trimStart()
  if (start.startsWith('<')) return 'XML'
  if (/^\{\s*["}]/.test(start) || /^\[\s*[{\]"[]/.test(start)) return 'JSON'
  if (lines.length === 0) return undefined
  const most = (test: (line: NumberLine) => boolean): boolean => lines.filter(test).length * 2 > lines.length
  if (lines.every(isYolo)) return 'a class and shares of the picture between 0 and 1 (YOLO)'
  if (most(isBoxWithOffsets)) return 'left,top,right,bottom and the offsets of more points (CTW1500)'
  const [{ numbers }] = lines
  if (most(isMeaningless)) return `${numbers.length} numbers a line that are no outline`
  if (most((line) => isBare(line, 9) && isCrossed(line.numbers.slice(0, 8)) && !isCrossed(line.numbers.slice(1))))
    return 'a number and four corners after it'
  if (most((line) => isBare(line, 6) || isBare(line, 7)))
    return `${numbers.length} numbers a line, neither four corners nor left,top,right,bottom`
  if (most((line) => line.numbers.length === 4 && !isRectangle(line.numbers)) && lines.length > 1)
    return 'four numbers a line that are not left,top,right,bottom'
  if (most((line) => isBare(line, 5) && !isRectangle(line.numbers)) && lines.length > 1)
    return 'five numbers a line that are not left,top,right,bottom and a text'
  if (lines.length > 1 && lines.every((line) => line.numbers.length < 4))
    return `lines like "${lines[0].source.trim().slice(0, 40)}"`
  return undefined
}

/** Many numbers in a row that make no outline. A text of numbers may follow the corners of a box, but not many. */
export function isMeaningless({ numbers }: NumberLine): boolean {
  if (numbers.length < 12 || isSoundOutline(numbers)) return false
  return numbers.length >= 14 || isCrossed(numbers.slice(0, 8))
}

const isBare = ({ numbers, bare }: NumberLine, count: number): boolean => bare && numbers.length === count

const isRectangle = ([left, top, right, bottom]: readonly number[]): boolean => right > left && bottom > top

const isCrossed = (quad: readonly number[]): boolean => !isSimple(quad) || polygonArea(quad) === 0

function isYolo({ numbers, bare }: NumberLine): boolean {
  const [kind, ...shares] = numbers
  if (!bare || numbers.length < 5 || numbers.length % 2 === 0 || !Number.isInteger(kind) || kind < 0) return false
  return shares.every((value) => value >= 0 && value <= 1)
}

function isBoxWithOffsets({ numbers }: NumberLine): boolean {
  if (numbers.length < 16 || numbers.length % 2 !== 0 || !isRectangle(numbers)) return false
  const [left, top, right, bottom, ...offsets] = numbers
  const near = (value: number, size: number): boolean => value >= -2 && value <= size + 2
  return offsets.every((value, i) => near(value, i % 2 === 0 ? right - left : bottom - top)) && !isSoundOutline(numbers)
}
