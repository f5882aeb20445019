import { describe, expect, it } from 'vitest'
import type { Boxes } from '../detection/result'
import type { Quad } from '../geometry/polygon'
import { proposeTexts } from './pre-annotation'

const box = (x: number, y: number, width = 100, height = 20): Quad => [
  ...([x, y, x + width, y] as const),
  ...([x + width, y + height, x, y + height] as const),
]
const found = (...list: [Quad, number][]): Boxes => ({
  boxes: list.map(([quad]) => quad),
  scores: list.map(([, score]) => score),
  omitted: 0,
})
const kinds = (texts: ReturnType<typeof proposeTexts>) => texts.map(({ points, ignore }) => [points[1], ignore])

describe('proposeTexts', () => {
  it('what one model is sure of is text, the rest is left to a person', () => {
    const texts = proposeTexts(found([box(0, 0), 0.9], [box(0, 50), 0.3]), 0.5)
    expect(kinds(texts)).toEqual([
      [0, false],
      [50, true],
    ])
  })

  it('with two models only what both find is text', () => {
    const first = found([box(0, 0), 0.9], [box(0, 50), 0.9])
    const second = found([box(2, 1), 0.4], [box(0, 100), 0.95])
    expect(kinds(proposeTexts(first, 0.5, second))).toEqual([
      [0, false],
      [50, true],
      [100, true],
    ])
  })

  it('two boxes are not confirmed by the same one', () => {
    const first = found([box(0, 0), 0.9], [box(1, 1), 0.8])
    expect(proposeTexts(first, 0.5, found([box(0, 0), 0.9])).filter((text) => !text.ignore).length).toBe(1)
  })

  it('a doubtful box on a certain one is dropped: it would mask what is known', () => {
    const second = found([box(0, 0), 0.9], [box(10, 2, 30, 10), 0.9])
    expect(kinds(proposeTexts(found([box(0, 0), 0.9]), 0.5, second))).toEqual([[0, false]])
  })
})
