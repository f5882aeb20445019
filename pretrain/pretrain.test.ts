import { describe, expect, it } from 'vitest'
import { gapsBetweenWords, joinWords, type MarkedText } from './join-words'
import { Mixture, parseSetName } from './mixture'
import { parseShares, parseStages, rateAt, valueAt } from './plan'

const word = (x: number, y: number, width: number, height = 20, ignore = false): MarkedText => ({
  points: [x, y, x + width, y, x + width, y + height, x, y + height],
  ignore,
})
const turned = ({ points, ignore }: MarkedText, angle: number): MarkedText => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const list = Array.from(points)
  return { ignore, points: list.map((v, i) => (i % 2 ? list[i - 1] * s + v * c : v * c - list[i + 1] * s)) }
}

describe('joinWords', () => {
  it.each([0, 0.3, -1.2, Math.PI / 2])('joins the words of a line, turned by %f', (angle) => {
    const lines = joinWords(
      [word(0, 0, 60), word(70, 2, 40), word(122, 0, 30), word(0, 40, 60)].map((w) => turned(w, angle)),
    )
    expect(lines.length).toBe(2)
    const expected = turned({ points: [0, 0, 152, 0, 152, 22, 0, 22], ignore: false }, angle)
    // The direction is the mean of the words': exact here.
    Array.from(lines[0].points).forEach((v, i) => {
      expect(v).toBeCloseTo(expected.points[i], 3)
    })
  })

  it.each([
    ['a gap of more than 0.9 heights', word(79, 0, 40)],
    ['another size', word(65, -12, 60, 44)],
    ['the line below', word(65, 12, 40)],
    ['don’t-care', word(70, 0, 40, 20, true)],
  ])('%s keeps words apart', (_, other) => {
    expect(joinWords([word(0, 0, 60), other]).length).toBe(2)
  })

  it('a single figure joins whatever its own direction is', () => {
    const figure: MarkedText = { points: [66, 0, 78, 0, 78, 20, 66, 20], ignore: false }
    expect(joinWords([word(0, 0, 60), figure]).length).toBe(1)
  })

  it('takes outlines of more than four points', () => {
    const outline: MarkedText = { points: [0, 0, 30, 0, 60, 0, 60, 20, 30, 20, 0, 20], ignore: false }
    expect(joinWords([outline, word(68, 0, 40)]).length).toBe(1)
  })
})

describe('gapsBetweenWords', () => {
  it.each([0, 0.3, Math.PI / 2])('covers the space and half a height of each word, turned by %f', (angle) => {
    const words = [word(0, 0, 60), word(110, 0, 30), word(68, 0, 30), word(0, 40, 60), word(70, 40, 60, 20, true)]
    const gaps = gapsBetweenWords(words.map((w) => turned(w, angle)))
    const spaces = [word(50, 0, 28), word(88, 0, 32)].map((w) => turned(w, angle))
    expect(gaps.length).toBe(2)
    for (const [i, { points, ignore }] of gaps.entries()) {
      expect(ignore).toBe(true)
      Array.from(points).forEach((v, k) => {
        expect(v).toBeCloseTo(spaces[i].points[k], 3)
      })
    }
  })
})

describe('plans', () => {
  it('reads stages and shares', () => {
    const stages = parseStages('0:256x8,0.5:320x6')
    expect(valueAt(stages, 0.49)).toEqual({ size: 256, batch: 8 })
    expect(valueAt(stages, 0.5)).toEqual({ size: 320, batch: 6 })
    expect(valueAt(parseShares('0:0.2,0.9:1'), 1)).toBe(1)
  })

  it.each(['0.1:256x8', '0:250x8', '0:256x8,0:320x6', 'x', '0:256'])('refuses "%s"', (text) => {
    expect(() => parseStages(text)).toThrow()
  })

  it('the rate warms up, then falls to a hundredth', () => {
    expect(rateAt(1, 0, 100, 0)).toBeCloseTo(0.01, 12)
    expect(rateAt(1, 99, 100, 0)).toBeCloseTo(1, 12)
    expect(rateAt(1, 5000, 100, 0.5)).toBeCloseTo(0.505, 12)
    expect(rateAt(1, 9999, 100, 1)).toBeCloseTo(0.01, 12)
  })
})

describe('Mixture', () => {
  it('reads what a set is', () => {
    expect(parseSetName('../data/icdar2015:words:x3')).toMatchObject({ name: 'icdar2015', words: 'joined', weight: 3 })
    expect(parseSetName('streets:x2:gaps')).toMatchObject({ name: 'streets', words: 'gaps', weight: 2 })
    expect(parseSetName('pages/')).toMatchObject({ name: 'pages', words: undefined, weight: undefined })
  })

  it('an empty mixture of one kind falls back to the other', () => {
    const mixture = new Mixture()
    Object.assign(mixture, { parts: { real: [{ first: 0, count: 4, weight: 1 }], synthetic: [] } })
    const draws = mixture.draws(1, 7, 5, 0)
    expect(draws.length).toBe(5)
    expect(draws).toEqual(mixture.draws(1, 7, 5, 0))
    for (const { index } of draws) expect(index).toBeLessThan(4)
  })
})
