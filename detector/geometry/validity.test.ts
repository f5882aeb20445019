import { describe, expect, test } from 'vitest'
import { repairQuad, startAtTopLeft } from './corner-order'
import { clampPoints, clockwise, perimeter, polygonArea, signedArea } from './polygon'
import { simplifyOutline } from './simplify'
import { isConvex, isSimple, isValidPolygon } from './validity'

const square = [0, 0, 10, 0, 10, 10, 0, 10]
const bowTie = [0, 0, 10, 0, 0, 10, 10, 10]
const arrow = [0, 0, 10, 0, 3, 3, 0, 10]
const star = [50, 0, 79, 90, 2, 35, 98, 35, 21, 90]

describe('validity', () => {
  test.each([
    ['square', square, true, true],
    ['square the other way', [0, 10, 10, 10, 10, 0, 0, 0], true, true],
    ['straight corner', [0, 0, 5, 0, 10, 0, 10, 10, 0, 10], true, true],
    ['arrow', arrow, true, false],
    ['bow tie', bowTie, false, false],
    ['star', star, false, false],
    ['line', [0, 0, 5, 5, 10, 10], false, false],
    ['repeated point', [0, 0, 0, 0, 10, 0, 10, 10], false, true],
    ['edge touched by a vertex', [0, 0, 10, 0, 10, 10, 5, 0, 0, 10], false, false],
    ['spike', [0, 0, 10, 0, 20, 0, 10, 0, 10, 10, 0, 10], false, false],
    ['two points', [0, 0, 5, 5], false, false],
  ])('%s', (_, points, simple, convex) => {
    expect(isSimple(points)).toBe(simple)
    expect(isConvex(points)).toBe(convex)
  })

  test('what can be trained on', () => {
    expect(isValidPolygon(square)).toBe(true)
    expect(isValidPolygon([0, 0, 10, 0, Number.NaN, 10])).toBe(false)
    expect(isValidPolygon([0, 0, 10, 0, 10])).toBe(false)
    expect(isValidPolygon([])).toBe(false)
  })
})

describe('order of points', () => {
  test('a bow tie is untied, simple quads keep their shape, no area gives null', () => {
    expect(polygonArea(repairQuad(bowTie) ?? [])).toBe(100)
    expect(repairQuad(arrow)).toEqual(arrow)
    expect(signedArea(repairQuad([0, 10, 10, 10, 10, 0, 0, 0]) ?? [])).toBe(100)
    expect(repairQuad([0, 0, 5, 5, 10, 10, 2, 2])).toBeNull()
    expect(repairQuad([3, 3, 3, 3, 3, 3, 3, 3])).toBeNull()
  })

  test('from top-left, clockwise, shape unchanged', () => {
    expect(startAtTopLeft([10, 10, 10, 0, 0, 0, 0, 10])).toEqual([0, 0, 10, 0, 10, 10, 0, 10])
    expect(clockwise(square)).toEqual(square)
  })
})

test('measures', () => {
  expect([signedArea(square), signedArea([...square].reverse()), perimeter(square)]).toEqual([100, 100, 40])
  expect(signedArea([0, 10, 10, 10, 10, 0, 0, 0])).toBe(-100)
  expect(clampPoints([-3, 4, 12, 30], 10, 20)).toEqual([0, 4, 10, 20])
})

test('simplified outlines: too small for the tolerance, nothing to remove', () => {
  expect(simplifyOutline([], 1)).toEqual([])
  expect(simplifyOutline([3, 3], 1)).toEqual([3, 3])
  expect(simplifyOutline([3, 3, 4, 3, 4, 4], 5)).toEqual([3, 3])
  expect(simplifyOutline(square, 1)).toHaveLength(8)
})
