import { describe, expect, test } from 'vitest'
import { convexHull, minAreaQuad } from './convex-hull'
import { orderCorners } from './corner-order'
import { minAreaRectangle, rectangleCorners } from './min-area-rectangle'
import { boundsOf, polygonArea, signedArea } from './polygon'
import { isConvex } from './validity'

/** The corners of a rectangle around (50, 50), without any order. */
function rotated(width: number, height: number, degrees: number): number[] {
  const c = Math.cos((degrees * Math.PI) / 180)
  const s = Math.sin((degrees * Math.PI) / 180)
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].flatMap(([u, v]) => [
    50 + (u * c * width) / 2 - (v * s * height) / 2,
    50 + (u * s * width) / 2 + (v * c * height) / 2,
  ])
}

function cloud(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: 2 * count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 16) % 60
  })
}

describe('smallest rectangle', () => {
  test('is found again at every angle, with the corner order of the sorting rule', () => {
    for (let degrees = -90; degrees <= 180; degrees += 7.5) {
      for (const [width, height] of [
        [30, 10],
        [10, 30],
        [22, 21],
      ]) {
        const corners = rotated(width, height, degrees)
        const quad = minAreaQuad(corners) ?? []
        const expected = orderCorners(corners)
        for (const [i, value] of quad.entries()) expect(value).toBeCloseTo(expected[i], 6)
      }
    }
  })

  test('a square on its corner starts at the upper vertex', () => {
    expect(minAreaQuad([5, 0, 10, 5, 5, 10, 0, 5])).toEqual([5, 0, 10, 5, 5, 10, 0, 5].map((v) => expect.closeTo(v, 9)))
    expect(orderCorners([5, 0, 10, 5, 5, 10, 0, 5])).toEqual([5, 0, 10, 5, 5, 10, 0, 5])
  })

  test('no direction of 1000 does better, and every point is inside', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const points = cloud(3 + (seed % 20), seed)
      const quad = minAreaQuad(points)
      if (!quad) continue
      let least = Infinity
      for (let k = 0; k < 1000; k++) {
        const c = Math.cos((k * Math.PI) / 2000)
        const s = Math.sin((k * Math.PI) / 2000)
        const turned = points.map((_, i) =>
          i & 1 ? points[i] * c - points[i - 1] * s : points[i] * c + points[i + 1] * s,
        )
        const { minX, minY, maxX, maxY } = boundsOf(turned)
        least = Math.min(least, (maxX - minX) * (maxY - minY))
      }
      expect(least).toBeGreaterThan(polygonArea(quad) * (1 - 1e-9))
      const around = convexHull([...quad, ...points])
      expect(polygonArea(around)).toBeCloseTo(polygonArea(quad), 6)
    }
  })

  test('of equal rectangles the upright one, wherever the outline starts', () => {
    const octagon = [3, 0, 6, 0, 9, 3, 9, 6, 6, 9, 3, 9, 0, 6, 0, 3]
    const first = { cos: 0, sin: 0, u0: 0, u1: 0, v0: 0, v1: 0 }
    minAreaRectangle(octagon, first)
    for (let turn = 2; turn < octagon.length; turn += 2) {
      const other = { ...first, cos: 0 }
      minAreaRectangle([...octagon.slice(turn), ...octagon.slice(0, turn)], other)
      expect(other).toEqual(first)
    }
  })

  test('no area, no rectangle', () => {
    expect(minAreaQuad([1, 1, 5, 5, 9, 9])).toBeNull()
    expect(minAreaQuad([1, 1])).toBeNull()
    expect(minAreaQuad([])).toBeNull()
  })
})

test('corners of a rectangle near ±45° and 90° go round once', () => {
  for (const degrees of [0, 1e-4, 44.999, 45, 45.001, 89.999]) {
    const radians = (degrees * Math.PI) / 180
    const corners: number[] = []
    rectangleCorners({ cos: Math.cos(radians), sin: Math.sin(radians), u0: 0, u1: 20, v0: 0, v1: 20 }, corners)
    expect(signedArea(corners)).toBeCloseTo(400, 6)
  }
})

test('convex hull: inner, repeated and straight points go', () => {
  expect(convexHull([0, 0, 10, 0, 5, 0, 10, 10, 0, 10, 5, 5, 0, 0])).toEqual([0, 0, 10, 0, 10, 10, 0, 10])
  for (let seed = 1; seed <= 40; seed++) {
    const hull = convexHull(cloud(40, seed))
    expect(isConvex(hull)).toBe(true)
    expect(signedArea(hull)).toBeGreaterThan(0)
  }
})
