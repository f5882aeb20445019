import { expect, test } from 'vitest'
import { loadMapFixtures } from '../../fixtures/postprocess/maps'
import { perimeter } from '../geometry/polygon'
import { simplifyOutline } from '../geometry/simplify'
import { findComponents } from './contours'
import { traceOuterContour } from './contours-trace'

/** The points of an outline as one string that does not depend on where it starts. */
function canonical(points: number[]): string {
  const pairs: string[] = []
  for (let i = 0; i < points.length; i += 2) pairs.push(`${points[i]},${points[i + 1]}`)
  return pairs.sort().join(' ')
}

test('simplified outer contours have the points that OpenCV finds', () => {
  let compared = 0
  for (const { map, width, height, threshold, outlines } of loadMapFixtures()) {
    if (!outlines) continue
    const found = findComponents(map, width, height, threshold)
    const mine = new Set<string>()
    for (let c = 0; c < found.count; c++) {
      const contour = traceOuterContour(map, width, height, threshold, found.left[found.first[c]], found.top[c])
      mine.add(canonical(simplifyOutline(contour, 0.01 * perimeter(contour))))
    }
    for (const outline of outlines) {
      expect(mine.has(canonical(outline))).toBe(true)
      compared++
    }
  }
  expect(compared).toBeGreaterThan(1000)
})

test('a single pixel and a line of one pixel', () => {
  const map = new Float32Array(8 * 4)
  map[8 + 2] = 1
  expect(traceOuterContour(map, 8, 4, 0.5, 2, 1)).toEqual([2, 1])
  map.fill(1, 8 + 2, 8 + 6)
  expect(traceOuterContour(map, 8, 4, 0.5, 2, 1)).toEqual([2, 1, 5, 1])
})
