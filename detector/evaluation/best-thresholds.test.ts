import { expect, test } from 'vitest'
import { BINARIZE_GRID, bestThresholds, SCORE_GRID } from './best-thresholds'
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

test('no truths: still an answer, at the largest thresholds', () => {
  const { best } = bestThresholds([{ binarizeThreshold: 0.2, images: [image(0)] }])
  expect(best).toMatchObject({ threshold: 0.9, hmean: 0 })
})
