import { describe, expect, test } from 'vitest'
import vector from '../../fixtures/targets/vector.json'
import { offsetPolygon } from './offset'
import { perimeter, polygonArea } from './polygon'

const polygons: Record<string, number[]> = {
  A: vector.polygons[0].points.flat(),
  B_ccw: vector.polygons[1].points.flat(),
  C_small6: vector.polygons[2].points.flat(),
  E_clipped: [60, 60, 95, 60, 95, 63, 60, 63],
}

describe('offset of the reference', () => {
  for (const [name, expected] of Object.entries(vector.geometry)) {
    test(name, () => {
      const points = polygons[name]
      expect(polygonArea(points)).toBeCloseTo(expected.area, 5)
      expect(perimeter(points)).toBeCloseTo(expected.perimeter, 5)
      const distance = (polygonArea(points) * 0.84) / perimeter(points)
      expect(distance).toBeCloseTo(expected.distance, 5)
      expect(offsetPolygon(points, -distance)).toEqual(expected.shrunk.map((piece) => piece.flat()))
      expect(offsetPolygon(points, distance)).toEqual(expected.expanded.map((piece) => piece.flat()))
    })
  }
})

test('inputs are truncated towards zero, direction does not matter, thin polygons vanish', () => {
  const box = offsetPolygon([10, 10, 110, 10, 110, 40, 10, 40], -9.692308)
  expect(offsetPolygon([10.9, 10.9, 110.9, 10.9, 110.9, 40.9, 10.9, 40.9], -9.692308)).toEqual(box)
  expect(offsetPolygon([10, 40, 110, 40, 110, 10, 10, 10], -9.692308).length).toBe(1)
  expect(offsetPolygon([0, 0, 50, 0, 50, 1, 0, 1], -0.9)).toEqual([])
})

test('a waist breaks when shrunk', () => {
  const dumbbell = [0, 0, 40, 0, 40, 18, 80, 18, 80, 0, 120, 0, 120, 40, 80, 40, 80, 22, 40, 22, 40, 40, 0, 40]
  expect(offsetPolygon(dumbbell, -5)).toHaveLength(2)
})
