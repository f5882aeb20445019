import { describe, expect, it } from 'vitest'
import { parseListFile } from './list-file'
import { formatPaddleLabel, isPaddleLabel, parsePaddleLabel } from './paddle-label'

describe('list files', () => {
  it.each([
    ['train_images/a.jpg train_gts/gt_a.txt', 'train_images/a.jpg', 'train_gts/gt_a.txt'],
    ['train_images/a.jpg\ttrain_gts/gt_a.txt', 'train_images/a.jpg', 'train_gts/gt_a.txt'],
    [
      'train images/my photo 1.JPG  train gts/gt my photo 1.txt',
      'train images/my photo 1.JPG',
      'train gts/gt my photo 1.txt',
    ],
    ['./train_images\\中 文.png ./train_gts\\gt_中 文.txt', 'train_images/中 文.png', 'train_gts/gt_中 文.txt'],
    ['D:\\data\\a.jpg D:\\data\\a.txt', 'D:/data/a.jpg', 'D:/data/a.txt'],
    ['/abs/a.jpg /abs/a.jpg.txt', '/abs/a.jpg', '/abs/a.jpg.txt'],
    ['a.jpg,a.txt', 'a.jpg', 'a.txt'],
    ['"with blank.jpg" "with blank.txt"', 'with blank.jpg', 'with blank.txt'],
    ['a.b.jpg', 'a.b.jpg', undefined],
    ['#1.jpg', '#1.jpg', undefined],
    ['noextension gt.txt', 'noextension', 'gt.txt'],
  ])('%s', (line, image, annotation) => {
    expect(parseListFile(`\n${line}\r\n\n`)).toEqual([{ line: 2, image, ...(annotation && { annotation }) }])
  })
})

describe('label files of PaddleOCR', () => {
  const box = '[[10, 20], [110, 20], [110, 50], [10, 50]]'

  it('are told from lists', () => {
    expect(isPaddleLabel(`a.jpg\t[{"transcription": "x", "points": ${box}}]\n`)).toBe(true)
    expect(isPaddleLabel('a.jpg\t[]\n')).toBe(true)
    expect(isPaddleLabel('img [1].jpg gt_1.txt\n')).toBe(false)
    expect(isPaddleLabel('a.jpg a.txt')).toBe(false)
    expect(isPaddleLabel('')).toBe(false)
  })

  it('give pictures, texts, marks; escapes and blanks for TAB are read', () => {
    const content = [
      `set/a.jpg\t[{"transcription": "\\u6b22", "points": ${box}}, {"transcription": "###", "points": ${box}}, {"transcription": "*", "points": ${box}}]`,
      `b c.jpg    [{"transcription": "x", "points": ${box}, "difficult": true}]`,
      'd.jpg\t[]',
    ].join('\r\n')
    const { images, problems } = parsePaddleLabel(content, 'Label.txt')
    expect(problems).toEqual([])
    expect(images.map((i) => [i.image, i.line, i.texts.map((t) => [t.text, t.ignore])])).toEqual([
      [
        'set/a.jpg',
        1,
        [
          ['欢', false],
          ['###', true],
          ['*', true],
        ],
      ],
      ['b c.jpg', 2, [['x', true]]],
      ['d.jpg', 3, []],
    ])
    expect(images[0].texts[0].points).toEqual([10, 20, 110, 20, 110, 50, 10, 50])
  })

  it('with faults lose the faulty part only', () => {
    const content = `a.jpg [{"transcription": 1}\nb.jpg\t[{"points": "x"}, {"points": ${box}}, {"points": [[1, null]]}]\nc.jpg`
    const { images, problems } = parsePaddleLabel(content, 'Label.txt')
    expect(problems.map((p) => [p.code, p.where.line])).toEqual([
      ['line-unreadable', 1],
      ['line-unreadable', 3],
    ])
    expect(images).toHaveLength(1)
    expect(images[0].texts).toHaveLength(1)
    expect(images[0].problems.map((p) => p.code)).toEqual(['line-unreadable', 'line-unreadable'])
  })

  it('are read as they are written', () => {
    const texts = [{ points: [1, 2, 30.5, 2, 30, 9, 1, 9], text: 'a\t"b"', ignore: false }]
    const [image] = parsePaddleLabel(formatPaddleLabel([{ image: 'x y.jpg', texts }]), 'f').images
    expect(image).toMatchObject({ image: 'x y.jpg', texts })
  })
})
