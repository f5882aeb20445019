import { describe, expect, test } from 'vitest'
import cases from '../../fixtures/evaluation/cases.json'
import { accumulate, type Detection, evaluateImage, figuresAt, type TruthPolygon } from './icdar'

const upright = (x0: number, y0: number, x1: number, y1: number): number[] => [x0, y0, x1, y0, x1, y1, x0, y1]
const truth = (points: number[], ignore = false): TruthPolygon => ({ points, ignore })
const found = (points: number[], score: number): Detection => ({ points, score })

describe('the worked example of three images', () => {
  const images = [
    evaluateImage(
      [truth(upright(0, 0, 100, 20)), truth(upright(0, 30, 100, 50)), truth(upright(0, 60, 100, 80), true)],
      [
        found(upright(0, 0, 100, 20), 0.9),
        found(upright(0, 2, 100, 22), 0.95),
        found(upright(0, 60, 60, 80), 0.5),
        found(upright(0, 35, 100, 55), 0.6),
        found(upright(150, 0, 200, 20), 0.4),
      ],
    ),
    evaluateImage([truth(upright(0, 0, 50, 20), true)], [found(upright(100, 0, 150, 20), 0.7)]),
    evaluateImage([truth(upright(0, 0, 40, 20))], []),
  ]

  test('figures', () => {
    const result = accumulate(images)
    expect(result).toMatchObject({ matched: 2, truths: 3, detections: 5, images: 3 })
    expect(result.precision).toBeCloseTo(0.4, 6)
    expect(result.recall).toBeCloseTo(0.666667, 6)
    expect(result.hmean).toBeCloseTo(0.5, 6)
    expect(result.ap).toBeCloseTo(0.5, 6)
  })

  test('the better-scored of two boxes is matched; the box in the unreadable text does not count', () => {
    expect(images[0].pairs).toEqual([
      [0, 1],
      [1, 3],
    ])
    expect(images[0].detections).toBe(4)
  })
})

describe('limits', () => {
  test('IoU of exactly one half is no match', () => {
    const half = evaluateImage([truth(upright(0, 0, 100, 20))], [found(upright(0, 0, 100, 10), 1)])
    expect(half.pairs).toEqual([])
    const more = evaluateImage([truth(upright(0, 0, 100, 20))], [found(upright(0, 0, 100, 11), 1)])
    expect(more.pairs).toEqual([[0, 0]])
  })

  test('half inside an unreadable text still counts, more does not', () => {
    const ignored = [truth(upright(0, 0, 50, 20), true)]
    expect(evaluateImage(ignored, [found(upright(0, 0, 100, 20), 1)]).detections).toBe(1)
    expect(evaluateImage(ignored, [found(upright(0, 0, 98, 20), 1)]).detections).toBe(0)
  })

  test('nothing at all', () => {
    expect(accumulate([])).toMatchObject({ precision: 0, recall: 0, hmean: 0, ap: 0 })
    expect(evaluateImage([truth([5, 5, 5, 5, 5, 5, 5, 5])], [found([5, 5, 5, 5, 5, 5, 5, 5], 1)]).pairs).toEqual([])
  })
})

describe('against an independent implementation (Shapely)', () => {
  const images = cases.images.map((image) => {
    const truths = image.truths.map(([points, ignore]) => truth(points as number[], ignore as boolean))
    const detections = image.detections.map(([points, score]) => found(points as number[], score as number))
    return { truths, detections, result: evaluateImage(truths, detections), expected: image }
  })

  test('matches and don’t-care detections of every image', () => {
    for (const { result, expected } of images) {
      expect(result.pairs).toEqual(expected.pairs)
      expect(result.truths).toBe(expected.care)
      expect(result.ranked.map(({ score, matched }) => [score, matched])).toEqual(expected.ranked)
    }
  })

  test('figures of the set', () => {
    const results = images.map(({ result }) => result)
    const all = accumulate(results)
    for (const name of ['precision', 'recall', 'hmean'] as const) {
      expect(all[name]).toBeCloseTo(cases.all[name], 10)
      expect(figuresAt(results, 0.5)[name]).toBeCloseTo(cases.at_half[name], 10)
    }
    expect(all.ap).toBeCloseTo(cases.ap, 10)
  })

  test('a threshold afterwards is the same as leaving the detections out before', () => {
    for (const threshold of [0.2, 0.5, 0.8]) {
      const before = images.map(({ truths, detections }) =>
        evaluateImage(
          truths,
          detections.filter(({ score }) => score >= threshold),
        ),
      )
      expect(
        figuresAt(
          images.map(({ result }) => result),
          threshold,
        ),
      ).toEqual(figuresAt(before))
    }
  })
})
