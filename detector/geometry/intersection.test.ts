import { expect, test } from 'vitest'
import cases from '../../fixtures/evaluation/cases.json'
import { intersectionArea, polygonIoU } from './intersection'
import { reversed } from './polygon'

test('areas of convex and concave pairs as Shapely computes them, in any direction', () => {
  for (const [a, b, expected] of cases.areas as [number[], number[], number][]) {
    expect(intersectionArea(a, b)).toBeCloseTo(expected, 6)
    expect(intersectionArea(b, reversed(a))).toBeCloseTo(expected, 6)
  }
})

test('upright rectangles are exact', () => {
  expect(polygonIoU([0, 0, 30, 0, 30, 10, 0, 10], [10, 0, 40, 0, 40, 10, 10, 10])).toBe(0.5)
  expect(polygonIoU([0, 0, 1, 0, 1, 1, 0, 1], [1, 0, 2, 0, 2, 1, 1, 1])).toBe(0)
})

test('a comb against a bar that crosses its teeth', () => {
  const comb = [0, 0, 50, 0, 50, 30, 40, 30, 40, 10, 30, 10, 30, 30, 20, 30, 20, 10, 10, 10, 10, 30, 0, 30]
  expect(intersectionArea(comb, [-5, 15, 60, 15, 60, 20, -5, 20])).toBeCloseTo(150, 9)
  expect(intersectionArea(comb, comb)).toBeCloseTo(50 * 10 + 3 * 200, 9)
})

test('polygons without area share nothing', () => {
  expect(polygonIoU([0, 0, 5, 5], [0, 0, 5, 0, 5, 5, 0, 5])).toBe(0)
  expect(polygonIoU([1, 1, 1, 1, 1, 1], [0, 0, 5, 0, 5, 5, 0, 5])).toBe(0)
})
