import { expect, test } from 'vitest'
import { areaCounts, areaFigures } from './area'

test('a line found as two words is covered; unreadable text counts nowhere', () => {
  const truths = [
    { points: [10, 10, 89, 10, 89, 19, 10, 19], ignore: false },
    { points: [10, 40, 89, 40, 89, 49, 10, 49], ignore: true },
  ]
  const words = [
    [10, 10, 49, 10, 49, 19, 10, 19],
    [50, 10, 89, 10, 89, 29, 50, 29],
    [10, 40, 89, 40, 89, 49, 10, 49],
  ]
  const counts = areaCounts(truths, words, 100, 60)
  expect(counts).toEqual({ truth: 800, detection: 1200, shared: 800 })
  expect(areaFigures([counts, counts])).toEqual({ areaPrecision: 800 / 1200, areaRecall: 1 })
  expect(areaFigures([])).toEqual({ areaPrecision: 0, areaRecall: 0 })
})
