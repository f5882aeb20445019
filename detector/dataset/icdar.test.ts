import { describe, expect, it } from 'vitest'
import { tidyPolygon } from './annotation'
import { decodeText } from './decode-text'
import { formatIcdar, parseIcdar, readIcdar, textsOf } from './icdar'
import { findTextColumn } from './text-column'

const codes = (content: string): string[] => parseIcdar(content, 'gt.txt').problems.map((p) => p.code)
const only = (content: string) => {
  const { texts, problems } = parseIcdar(content, 'gt.txt')
  expect(texts, JSON.stringify(problems)).toHaveLength(1)
  return texts[0]
}

const square = '10,20,110,20,110,50,10,50'
const squarePoints = [10, 20, 110, 20, 110, 50, 10, 50]

describe('one line', () => {
  it.each([
    ['plain', `${square},hello`, 'hello'],
    ['Chinese', `${square},欢迎光临`, '欢迎光临'],
    ['floats and exponents', '10.0,2e1,110.00,20,110,+50,10,50.0,a', 'a'],
    ['commas in the text', `${square},$1,234`, '$1,234'],
    ['a numeric text', `${square},2023`, '2023'],
    ['a numeric text with comma', `${square},1,234`, '1,234'],
    ['two numbers and words', `${square},12,34,abc`, '12,34,abc'],
    ['quoted', `${square},"a \\"b\\", c"`, 'a "b", c'],
    ['half quoted', `${square},"open`, '"open'],
    ['blanks after commas', square.replaceAll(',', ', ').concat(',  x '), 'x'],
    ['TAB', `${square.replaceAll(',', '\t')}\ttab text`, 'tab text'],
    ['commas, TAB before the text', `${square}\ttext`, 'text'],
    ['semicolons', `${square.replaceAll(',', ';')};x`, 'x'],
    ['Chinese commas', `${square.replaceAll(',', '，')}，x`, 'x'],
    ['blanks', `${square.replaceAll(',', ' ')} two words`, 'two words'],
    ['a text that is a lone 1', `${square},1`, '1'],
    ['empty text', `${square},`, ''],
  ])('%s', (_, line, text) => {
    expect(only(line)).toMatchObject({ points: squarePoints, text, ignore: false, line: 1 })
    expect(codes(line)).toEqual([])
  })

  it('### is unreadable, alone, quoted or as the last field, and so is *, but not inside a text', () => {
    expect(only(`${square},###`).ignore).toBe(true)
    expect(only(`${square},"###"`).ignore).toBe(true)
    expect(only(`${square}, ###\r`).ignore).toBe(true)
    expect(only(`${square},Latin,###`)).toMatchObject({ ignore: true })
    expect(only(`${square},0,"###"`)).toMatchObject({ ignore: true })
    expect(only(`${square},*`).ignore).toBe(true)
    expect(only(`${square},a###`).ignore).toBe(false)
    expect(only(`${square},5 * 3`).ignore).toBe(false)
    expect(only(`${square},####`).ignore).toBe(false)
  })

  it('without text it counts as a box, with a note; the last number is not its text', () => {
    for (const [content, points] of [
      [square, squarePoints],
      ['10,-30,110,-30,110,1,10,1', [10, -30, 110, -30, 110, 1, 10, 1]],
    ] as const) {
      expect(only(content)).toMatchObject({ points, text: '', ignore: false })
      expect(codes(content)).toEqual(['text-missing'])
    }
  })

  it.each([
    ['five points', '10,20,60,15,110,20,110,50,10,50,curve', 5, 'curve'],
    ['seven points, numeric text', '0,10,20,4,40,2,60,4,80,10,80,30,0,30,2023', 7, '2023'],
    ['five points, text with number first', '10,20,60,15,110,20,110,50,10,50,7,abc', 5, '7,abc'],
    ['six points, no text', '10,20,60,15,110,20,110,50,60,45,10,50', 6, ''],
    ['filled up by repeating the last point', '10,20,60,15,110,20,110,50,10,50,10,50,10,50,x', 5, 'x'],
  ])('more points: %s', (_, line, points, text) => {
    const read = only(line)
    expect(read.points).toHaveLength(2 * points)
    expect(read.text).toBe(text)
  })

  it.each([
    ['words first', 'hello,1,2,3,4,5,6,7,8'],
    ['a letter in a number', '10,2O,110,20,110,50,10,50,x'],
    ['seven numbers', '10,20,110,20,110,50,10,x'],
    ['NaN', '10,NaN,110,20,110,50,10,50,x'],
    ['infinite', '10,1e999,110,20,110,50,10,50,x'],
    ['JSON', '{"points": [1, 2]}'],
  ])('unreadable (%s) is a problem with its line, and the others stay', (_, bad) => {
    const { texts, problems } = parseIcdar(`${square},a\n\n${bad}\n${square},b\n`, 'gt_1.txt')
    expect(texts.map((t) => [t.text, t.line])).toEqual([
      ['a', 1],
      ['b', 4],
    ])
    expect(problems).toMatchObject([{ code: 'line-unreadable', where: { file: 'gt_1.txt', line: 3 } }])
  })

  it('bow ties are put into order, degenerate outlines left out', () => {
    expect(only('10,20,110,20,10,50,110,50,x')).toMatchObject({ points: squarePoints, ignore: false })
    expect(codes('10,20,110,20,10,50,110,50,x')).toEqual(['polygon-crossed'])
    for (const flat of ['10,20,10,20,10,20,10,20', '0,0,50,50,100,100,20,20', '5,5,9,5,9,5,5,5']) {
      expect(codes(`${flat},x`), flat).toEqual(['polygon-empty'])
      expect(parseIcdar(`${flat},x`, 'f').texts).toEqual([])
    }
    // A longer outline cannot be put into order: it stays and is not learned.
    const star = [50, 0, 80, 100, 0, 35, 100, 35, 20, 100]
    expect(tidyPolygon(star)).toEqual({ points: star, fault: 'crossed' })
  })
})

describe('whole files', () => {
  it('four numbers a line are left, top, right, bottom (ICDAR2013)', () => {
    for (const separator of [' ', ', ', ',', '\t']) {
      const line = (n: (number | string)[]): string => n.join(separator)
      const content = [line([38, 43, 920, 215, '"Tiredness"']), line([275, 264, 665, 450, '"kills"'])].join('\r\n')
      const { texts, problems } = parseIcdar(content, 'gt.txt')
      expect(texts.map((t) => t.text)).toEqual(['Tiredness', 'kills'])
      expect(texts[0].points).toEqual([38, 43, 920, 43, 920, 215, 38, 215])
      expect(problems.map((p) => p.code)).toEqual(['boxes-as-rectangles'])
    }
    expect(codes('9,9,3,3,x')).toContain('line-unreadable')
  })

  it('byte-order mark, any line ends, blank lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const bytes = Buffer.from(`\ufeff${square},a${end}${end}${square},b${end}`)
      expect(parseIcdar(decodeText(bytes).text, 'f').texts.map((t) => [t.text, t.line])).toEqual([
        ['a', 1],
        ['b', 3],
      ])
    }
    expect(parseIcdar('', 'f')).toEqual({ texts: [], problems: [] })
  })

  it('prices in a file of quadrilaterals do not become points', () => {
    const content = `${square},TOTAL\n${square},12,30\n${square},15,25,35,45\n`
    expect(parseIcdar(content, 'f').texts.map((t) => [t.points.length, t.text])).toEqual([
      [8, 'TOTAL'],
      [8, '12,30'],
      [8, '15,25,35,45'],
    ])
  })

  it('what is written can be read again', () => {
    const texts = [
      { points: squarePoints, text: 'a, "b" \\ c', ignore: false },
      { points: squarePoints, text: '"quoted\\"', ignore: false },
      { points: squarePoints, text: ' padded ', ignore: false },
      { points: squarePoints, text: 'two\nlines', ignore: false },
      { points: squarePoints, text: 'x', ignore: true },
      { points: [0, 0, 33.3333, 0, 40, 20.5, 20, 30, 0, 20], text: '', ignore: false },
    ]
    const back = parseIcdar(formatIcdar(texts), 'f')
    expect(back.problems).toEqual([])
    expect(back.texts.map((t) => t.text)).toEqual(['a, "b" \\ c', '"quoted\\"', ' padded ', 'two lines', '###', ''])
    expect(back.texts[5].points).toEqual([0, 0, 33.333, 0, 40, 20.5, 20, 30, 0, 20])
    expect(back.texts.map((t) => t.ignore)).toEqual([false, false, false, false, true, false])
  })
  it('writes a triangle as four corners', () => {
    const written = formatIcdar([{ points: [68.1, 505.4, 265, 511, 66.6, 511], text: '', ignore: true }])
    const back = parseIcdar(written, 'f')
    expect(written).toBe('68.1,505.4,265,511,66.6,511,66.6,511,###\n')
    expect(back.problems).toEqual([])
    expect(back.texts[0].points).toEqual([68.1, 505.4, 265, 511, 66.6, 511])
  })
})

describe('encodings', () => {
  const text = '1,2,3,4,欢迎'
  const utf16be = Buffer.from(text, 'utf16le').swap16()
  it.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be])],
    ['utf-16be', utf16be],
    ['gb18030', Buffer.concat([Buffer.from('1,2,3,4,'), Buffer.from([0xbb, 0xb6, 0xd3, 0xad])])],
  ])('%s', (encoding, bytes) => {
    expect(decodeText(bytes)).toEqual({ text, encoding })
  })

  it('anything is read as something', () => {
    expect(decodeText(Buffer.from([0x31, 0xff, 0x80]))).toMatchObject({ encoding: 'latin1' })
    expect(decodeText(Buffer.alloc(0))).toEqual({ text: '', encoding: 'utf-8' })
  })
})

describe('a file of another format', () => {
  const box = [26, 17, 225, 39]
  const offsets = [0, 33, 66, 100, 133, 166, 199].flatMap((x) => [x, 0])
  const back = [199, 166, 133, 100, 66, 33, 0].flatMap((x) => [x, 22])
  it.each([
    ['CTW1500', `${[...box, ...offsets, ...back].join(',')}\n`.repeat(3), 'CTW1500'],
    ['YOLO', '0 0.5 0.5 0.2 0.1\n1 0.25 0.5 0.1 0.1\n', 'YOLO'],
    ['YOLO outlines', '0 0.1 0.1 0.2 0.1 0.2 0.3\n', 'YOLO'],
    ['JSON', '{"shapes": []}', 'JSON'],
    ['JSON, in a list', '[\n  {"points": [[1, 2]]}\n]', 'JSON'],
    ['XML', '<annotation>\n<object/></annotation>', 'XML'],
    ['long lines of numbers', '5,9,1,7,3,2,8,8,4,4,6,1,9,9,2,5\n7,7,1,2,9,3,4,4,8,1,2,2,6,9,5,5\n', '16 numbers'],
    ['turned boxes', '0 1 100 200 50 20 0.3\n1 0 120 90 60 22 -0.1\n', '7 numbers'],
    ['position and size', '100,200,50,20\n120,90,60,22\n', 'four numbers'],
    ['a class before the corners', `0,${square}\n3,300,20,410,20,410,50,300,50\n`, 'number and four corners'],
    ['Total-Text', "x: [[115 503]], y: [[322 346]], ornt: [u'm']\n".repeat(2), 'x: [[115'],
  ])('%s is named, and no outline is made of it', (_, content, seen) => {
    const { texts, foreign } = parseIcdar(content, 'gt.txt')
    expect(texts).toEqual([])
    expect(foreign).toContain(seen)
  })
})

describe('a column between coordinates and text', () => {
  const set = (rests: string[]) => {
    const file = readIcdar(rests.map((rest) => `${square},${rest}\n`).join(''), 'gt.txt')
    const column = findTextColumn(file.rests)
    return {
      column,
      texts: textsOf(file, column).texts.map(({ text, ignore }) => `${text}${ignore ? ' ignored' : ''}`),
    }
  }
  it.each([
    ['scripts', ['Latin,one, two', 'Latin,###', 'Arabic,x'], 'label', ['one, two', '### ignored', 'x']],
    ['difficulties', ['0,"one"', '1,"two"', '0,"thr,ee"'], 'difficulty', ['one', 'two ignored', 'thr,ee']],
  ])('of %s is found over all lines', (_, rests, kind, texts) => {
    expect(set(rests)).toMatchObject({ column: { kind }, texts })
  })

  it('of any few values is found when they occur again and again, but not one of numbers or words', () => {
    const many = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? `printed,word ${i}` : `handwritten,*`))
    expect(set(many)).toMatchObject({ column: { values: ['printed', 'handwritten'] } })
    expect(set(many).texts.slice(0, 2)).toEqual(['word 0', '* ignored'])
    expect(set(['$1,234', '$2,500']).column).toBeUndefined()
    expect(set(Array.from({ length: 30 }, (_, i) => `1,${200 + i}`)).column).toBeUndefined()
    expect(set(['Latin,a', 'one', 'two', 'three']).column).toBeUndefined()
  })
})
