import { describe, expect, test } from 'vitest'
import { BINARIZE_GRID, bestThresholds, nearestOfEqual, SCORE_GRID } from './best-thresholds'
import { hmeanInterval } from './hmean-interval'
import type { ImageEvaluation } from './icdar'

function image(truths: number, ...ranked: [score: number, matched: boolean][]): ImageEvaluation {
  return {
    pairs: [],
    truths,
    detections: ranked.length,
    ranked: ranked.map(([score, matched]) => ({ score, matched })),
  }
}

test('the grids', () => {
  expect(BINARIZE_GRID).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5])
  expect(SCORE_GRID).toHaveLength(17)
  expect([SCORE_GRID[0], SCORE_GRID[16]]).toEqual([0.1, 0.9])
})

test('highest hmean; ties go to the larger score threshold', () => {
  const levels = [
    { binarizeThreshold: 0.2, images: [image(2, [0.8, true], [0.62, true], [0.4, false])] },
    { binarizeThreshold: 0.3, images: [image(2, [0.8, true], [0.5, false])] },
  ]
  const { best, grid } = bestThresholds(levels)
  expect(best).toMatchObject({ binarizeThreshold: 0.2, threshold: 0.6, precision: 1, recall: 1, hmean: 1 })
  expect(grid).toHaveLength(34)
})

describe('what to detect with', () => {
  const start = { threshold: 0.3, binarizeThreshold: 0.3 }
  const nearest = (...images: ImageEvaluation[]) =>
    nearestOfEqual(bestThresholds([0.2, 0.3, 0.5].map((binarizeThreshold) => ({ binarizeThreshold, images }))), start)

  test('without texts, and where nothing is found, the starting thresholds stay', () => {
    expect(nearest()).toMatchObject(start)
    expect(nearest(image(0))).toMatchObject(start)
    expect(nearest(image(0, [0.7, false]))).toMatchObject(start)
    expect(nearest(image(5, [0.7, false]))).toMatchObject(start)
  })

  test('of a plateau the point nearest to the start, not its upper edge', () => {
    expect(nearest(image(4, [0.9, true], [0.9, true], [0.8, true], [0.8, true]))).toMatchObject(start)
    const clutter = Array.from({ length: 8 }, (): [number, boolean] => [0.42, false])
    const texts = Array.from({ length: 8 }, (): [number, boolean] => [0.8, true])
    expect(nearest(image(8, ...texts, ...clutter))).toMatchObject({ threshold: 0.45, binarizeThreshold: 0.3, hmean: 1 })
  })

  test('one text of few is chance, many texts are not', () => {
    const texts = (count: number, score: number, matched: boolean) =>
      Array.from({ length: count }, (): [number, boolean] => [score, matched])
    expect(nearest(image(8, ...texts(8, 0.8, true), ...texts(1, 0.4, false)))).toMatchObject(start)
    const many = nearest(image(800, ...texts(800, 0.8, true), ...texts(100, 0.4, false)))
    expect(many).toMatchObject({ threshold: 0.45, binarizeThreshold: 0.3 })
  })
})

test('how sure a figure is: Wilson, wide for few texts', () => {
  const [low, high] = hmeanInterval({ hmean: 1, truths: 8 })
  expect(low).toBeCloseTo(8 / (8 + 1.96 ** 2), 6)
  expect(high).toBe(1)
  const [least, most] = hmeanInterval({ hmean: 0.5, truths: 100 })
  expect(least).toBeCloseTo(0.4038, 3)
  expect(most).toBeCloseTo(0.5962, 3)
  expect(hmeanInterval({ hmean: 0, truths: 0 })).toEqual([0, 1])
})
