import { describe, expect, test } from 'vitest'
import vector from '../../fixtures/targets/vector.json'
import { offsetPolygon } from '../geometry/offset'
import { boundsOf, perimeter, polygonArea } from '../geometry/polygon'
import { makeTargets, type TargetMaps, type TargetPolygon } from './targets'

const { width, height } = vector
const polygons: TargetPolygon[] = vector.polygons.map(({ points, ignore }) => ({ points: points.flat(), ignore }))

function emptyMaps(plane: number): TargetMaps {
  return {
    gt: new Float32Array(plane).fill(7),
    mask: new Float32Array(plane).fill(7),
    threshMap: new Float32Array(plane).fill(7),
    threshMask: new Float32Array(plane).fill(7),
  }
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0)
}

/** First lit column, last lit column, count. */
function row(map: ArrayLike<number>, y: number): number[] {
  const lit = Array.from({ length: width }, (_, x) => x).filter((x) => map[y * width + x] === 1)
  return [lit[0], lit[lit.length - 1], lit.length]
}

describe.each([
  ['mhliao_min8', 8],
  ['modelscope_min6', 6],
] as const)('targets of the reference: %s', (name, minTextSize) => {
  const expected = vector.results[name]
  const maps = emptyMaps(width * height)
  const counts = makeTargets(polygons, width, height, maps, { minTextSize })

  test('ignored text areas', () => {
    expect(counts.ignored).toBe(expected.ignore_tags_after.filter(Boolean).length)
    expect(counts.taught).toBe(expected.ignore_tags_after.filter((tag) => !tag).length)
  })

  test('shrink map and its mask', () => {
    expect(sum(maps.gt)).toBe(expected.gt_sum)
    for (const [y, cells] of Object.entries(expected.gt_rows)) expect(row(maps.gt, Number(y))).toEqual(cells)
    const masked = Array.from(maps.mask.entries()).filter(([, value]) => value === 0)
    expect(masked).toHaveLength(expected.mask_zero_count)
    const xs = masked.map(([i]) => i % width)
    const ys = masked.map(([i]) => Math.floor(i / width))
    expect([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]).toEqual(expected.mask_zero_bbox)
  })

  test('threshold map and its mask', () => {
    expect(sum(maps.threshMask)).toBe(expected.thresh_mask_sum)
    for (const [y, cells] of Object.entries(expected.thresh_mask_rows)) {
      expect(row(maps.threshMask, Number(y))).toEqual(cells)
    }
    expect(sum(maps.threshMap)).toBeCloseTo(expected.thresh_map_sum, 2)
    expect(Math.min(...maps.threshMap)).toBeCloseTo(expected.thresh_map_min, 6)
    expect(Math.max(...maps.threshMap)).toBeCloseTo(expected.thresh_map_max, 6)
    for (const [place, value] of Object.entries(expected.thresh_map_at)) {
      const [x, y] = place.split(',').map(Number)
      expect(maps.threshMap[y * width + x]).toBeCloseTo(value, 5)
    }
  })
})

describe('edges', () => {
  test('nothing to teach', () => {
    const maps = emptyMaps(64 * 32)
    expect(makeTargets([], 64, 32, maps)).toEqual({ taught: 0, ignored: 0 })
    expect([sum(maps.gt), sum(maps.mask), sum(maps.threshMask)]).toEqual([0, 64 * 32, 0])
    expect(new Set(maps.threshMap)).toEqual(new Set([Math.fround(0.3)]))
  })

  test('slivers, crossed and far-away polygons are survived; no NaN', () => {
    const odd: TargetPolygon[] = [
      { points: [5, 5, 5, 5, 5, 5, 5, 5], ignore: false },
      { points: [5, 5, 60, 5, 60, 5, 5, 5], ignore: false },
      { points: [0, 0, 60, 30, 60, 0, 0, 30], ignore: false },
      { points: [0, 0, 60, 0, 0, 30, 60, 30], ignore: false },
      { points: [500, 500, 600, 500, 600, 560, 500, 560], ignore: false },
      { points: [10, 8, 10, 8, 50, 8, 50, 24, 10, 24], ignore: false },
    ]
    const maps = emptyMaps(64 * 32)
    const { taught, ignored } = makeTargets(odd, 64, 32, maps)
    expect(taught + ignored).toBe(odd.length)
    for (const value of maps.threshMap) expect(value).toBeGreaterThanOrEqual(0.299)
  })

  test('direction does not matter and maps of bytes serve as well', () => {
    const a = emptyMaps(width * height)
    const b = { ...emptyMaps(width * height), gt: new Uint8Array(width * height) }
    const turned = polygons.map(({ points, ignore }) => ({
      points: vector.polygons[polygons.findIndex((p) => p.points === points)].points.toReversed().flat(),
      ignore,
    }))
    makeTargets(polygons, width, height, a)
    makeTargets(turned, width, height, b)
    expect(Array.from(b.gt)).toEqual(Array.from(a.gt))
    for (const [i, value] of a.threshMap.entries()) expect(Math.abs(b.threshMap[i] - value)).toBeLessThan(1e-6)
  })
})

test('the threshold map is the reference’s distance formula, pixel by pixel', () => {
  const side = 80
  const maps = emptyMaps(side * side)
  for (const points of [
    [12, 20, 60, 12, 64, 40, 18, 52],
    [30, 8, 50, 30, 32, 70, 10, 40],
    [5, 30, 40, 22, 74, 30, 74, 52, 40, 44, 5, 52],
  ]) {
    makeTargets([{ points, ignore: false }], side, side, maps)
    const distance = (polygonArea(points) * 0.84) / perimeter(points)
    const bounds = boundsOf(offsetPolygon(points, distance)[0])
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const inside = x >= bounds.minX && x <= bounds.maxX && y >= bounds.minY && y <= bounds.maxY
        const value = inside ? 1 - Math.min(edgeDistance(points, x, y) / distance, 1) : 0
        expect(Math.abs(maps.threshMap[y * side + x] - (value * 0.4 + 0.3))).toBeLessThan(1e-6)
      }
    }
  }
})

/** As the reference computes it: by the cosine, with its sign, between the lines to both ends of an edge. */
function edgeDistance(points: number[], x: number, y: number): number {
  let least = Infinity
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    const a = (x - points[j]) ** 2 + (y - points[j + 1]) ** 2
    const b = (x - points[i]) ** 2 + (y - points[i + 1]) ** 2
    const c = (points[j] - points[i]) ** 2 + (points[j + 1] - points[i + 1]) ** 2
    const cosine = (c - a - b) / (2 * Math.sqrt(a * b))
    let d = Math.sqrt((a * b * Math.max(1 - cosine ** 2, 0)) / c)
    if (cosine < 0) d = Math.sqrt(Math.min(a, b))
    if (Number.isNaN(cosine)) d = 0
    least = Math.min(least, d)
  }
  return least
}
