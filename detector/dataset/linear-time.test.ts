import { describe, expect, it } from 'vitest'
import { UserError } from '../errors'
import { imageFormatOf } from '../picture/image-format'
import { decodeText, numberedLines } from './decode-text'
import { formatIcdar, parseIcdar } from './icdar'
import { parseListFile } from './list-file'
import { isPaddleLabel, parsePaddleLabel } from './paddle-label'

/** Rows of what expressions repeat, with an end that fits nothing. */
const LENGTH = 200_000
const units = [
  '1',
  '.',
  '1.',
  '1,',
  ' ',
  '\t',
  '\n',
  ' \n',
  '\r',
  '"',
  '\\',
  '"a" ',
  '[',
  ' [',
  '[ ',
  '[{',
  './',
  '.jpg ',
]
const hostile = [
  ...units.map((unit) => unit.repeat(LENGTH / unit.length)),
  ...units.map((unit) => `a${unit.repeat(LENGTH / unit.length)}x`),
  ...units.map((unit) => `1,2,3,4,5,6,7,8,${unit.repeat(LENGTH / unit.length)}.txt`),
]
/** In proportion to the length each takes milliseconds; in proportion to its square, minutes. */
const MOST_MS = 3000

const readers: [string, (text: string) => unknown][] = [
  ['ICDAR annotations', (text) => parseIcdar(text, 'a.txt')],
  ['lists', parseListFile],
  ['label files', (text) => [isPaddleLabel(text), parsePaddleLabel(text, 'Label.txt')]],
  ['lines', (text) => numberedLines(decodeText(Buffer.from(text)).text)],
  ['annotations that are written', (text) => formatIcdar([{ points: [0, 0, 9, 0, 9, 9, 0, 9], text, ignore: false }])],
]

describe('text from outside takes time in proportion to its length', () => {
  it.each(readers)('%s', (_, read) => {
    for (const text of hostile) {
      const begun = performance.now()
      read(text)
      expect(performance.now() - begun, JSON.stringify(text.slice(0, 40))).toBeLessThan(MOST_MS)
    }
  })

  it('the first bytes of a picture', () => {
    for (const unit of ['<!---->', '<!-- -->', '<!--', '-->', '<?xml>', '<?xml', '<!DOCTYPE svg>', ' ', '<svg']) {
      const begun = performance.now()
      for (const start of ['', '\u00ef\u00bb\u00bf', '<?xml version="1.0"?>']) {
        expect(() => imageFormatOf(Buffer.from(`${start}${unit.repeat(60)}x`, 'latin1'), 'a.png')).toThrow(UserError)
      }
      expect(performance.now() - begun, unit).toBeLessThan(MOST_MS)
    }
  })
})
