import { describe, expect, test } from 'vitest'
import { loadMapFixtures, type MapFixture } from '../../fixtures/postprocess/maps'
import vector from '../../fixtures/postprocess/vector.json'
import { polygonIoU } from '../geometry/intersection'
import { minAreaRectangle } from '../geometry/min-area-rectangle'
import { polygonArea } from '../geometry/polygon'
import { findComponents, hullOfComponent } from './contours'
import { type Candidates, findCandidates, toImageQuads } from './postprocess'

const settings = { binarizeThreshold: 0.3, unclipRatio: 1.5, minSide: 3, maxCandidates: 1000 }

function boxesOf({ boxes }: Candidates): number[][] {
  return Array.from({ length: boxes.length / 8 }, (_, i) => Array.from(boxes.subarray(8 * i, 8 * i + 8)))
}

/** Areas of the smallest rectangles of all text regions of a map. */
function areasOf({ map, width, height, threshold }: MapFixture): number[] {
  const found = findComponents(map, width, height, threshold)
  const hull = new Float64Array(4 * height)
  const rectangle = { cos: 1, sin: 0, u0: 0, u1: 0, v0: 0, v1: 0 }
  const areas: number[] = []
  for (let c = 0; c < found.count; c++) {
    if (!minAreaRectangle(hull, rectangle, hullOfComponent(found, c, hull))) continue
    areas.push((rectangle.u1 - rectangle.u0) * (rectangle.v1 - rectangle.v0))
  }
  return areas
}

/** Every expected box with the found one that overlaps it most, each found box used once. */
function paired(fixture: MapFixture, found: Candidates) {
  const boxes = boxesOf(found)
  const free = new Set(boxes.keys())
  return fixture.boxes.map((expected, i) => {
    let best = { index: -1, iou: 0 }
    for (const index of free) {
      const iou = polygonIoU(expected, boxes[index])
      if (iou > best.iou) best = { index, iou }
    }
    free.delete(best.index)
    return { iou: best.iou, scoreError: Math.abs(found.scores[best.index] - fixture.scores[i]), area: fixture.areas[i] }
  })
}

describe('against OpenCV', () => {
  const results = loadMapFixtures().map((fixture) => {
    const { map, width, height, threshold } = fixture
    const found = findCandidates(map, width, height, { ...settings, binarizeThreshold: threshold })
    return { fixture, found, pairs: paired(fixture, found) }
  })
  const pairs = results.flatMap((result) => result.pairs)

  test('there are at least 300 maps with thousands of boxes', () => {
    expect(results.length).toBeGreaterThanOrEqual(300)
    expect(pairs.length).toBeGreaterThan(4000)
  })

  test('the same number of boxes on 99 % of the maps', () => {
    const same = results.filter(({ fixture, found }) => found.scores.length === fixture.boxes.length)
    expect(same.length).toBeGreaterThanOrEqual(0.99 * results.length)
  })

  test('IoU of at least 0.99, or another rectangle of equal area', () => {
    const others = results.flatMap(({ fixture, pairs }) => {
      const different = pairs.filter(({ iou }) => iou < 0.99)
      if (different.length === 0) return []
      const areas = areasOf(fixture)
      return different.map(({ area }) => Math.min(...areas.map((found) => Math.abs(found / area - 1))))
    })
    expect(Math.max(...others)).toBeLessThan(0.002)
    expect(others.length).toBeLessThan(0.01 * pairs.length)
  })

  test('scores within 0.005', () => {
    expect(Math.max(...pairs.filter(({ iou }) => iou >= 0.99).map(({ scoreError }) => scoreError))).toBeLessThan(0.005)
  })
})

describe('the formula map', () => {
  const { width, height } = vector.map
  const map = formulaMap()
  const { width: imageWidth, height: imageHeight } = vector.original_image

  test.each([
    ['modelscope', 0.2, 0.3, vector.modelscope.polygons, vector.modelscope.scores],
    ['mhliao', 0.3, 0.6, vector.mhliao_boxes.boxes, vector.mhliao_boxes.scores],
  ])('boxes of %s', (_, binarizeThreshold, minScore, boxes, scores) => {
    const found = findCandidates(map, width, height, { ...settings, binarizeThreshold, minScore })
    const quads = toImageQuads(found.boxes, imageWidth / width, imageHeight / height, imageWidth, imageHeight)
    expect(quads).toHaveLength(boxes.length)
    const turned: number[] = []
    for (const [i, expected] of boxes.entries()) {
      const best = quads.map((quad) => polygonIoU(quad, expected)).reduce((a, b, k, all) => (b > all[a] ? k : a), 0)
      // The reference truncates and rounds to whole map pixels, each about three pixels of the picture, before scaling.
      const error = Math.max(...expected.map((value, k) => Math.abs(quads[best][k] - value)))
      if (error > 6) turned.push(polygonArea(quads[best]) / polygonArea(expected))
      expect(Math.abs(found.scores[best] - scores[i])).toBeLessThan(0.005)
    }
    // The ring alone has a second rectangle of the same area.
    expect(turned.length).toBeLessThanOrEqual(1)
    for (const area of turned) expect(Math.abs(area - 1)).toBeLessThan(0.05)
  })

  test('polygons', () => {
    const { polygons, scores } = vector.mhliao_polygons
    const found = findCandidates(map, width, height, { ...settings, minScore: 0.6, polygon: true })
    const outlines = found.polygons ?? []
    expect(outlines).toHaveLength(scores.length)
    for (const expected of polygons) {
      const onMap = expected.map((value, k) => (k & 1 ? (value * height) / imageHeight : (value * width) / imageWidth))
      const best = Math.max(...outlines.map((outline) => polygonIoU(outline, onMap)))
      // The reference simplified these by 0.2 % of their length, not 1 %.
      expect(best).toBeGreaterThan(0.8)
    }
  })
})

function formulaMap(): Float32Array {
  const { width, height, blob_list: blobs, ring_values: ring } = vector.map
  const soft = (peak: number, d: number): number => peak / (1 + Math.exp(20 * (d - 1)))
  return Float32Array.from({ length: width * height }, (_, i) => {
    const x = i % width
    const y = Math.floor(i / width)
    let p = 0
    for (const [cx, cy, halfWidth, halfHeight, degrees, peak] of blobs) {
      const cos = Math.cos((degrees * Math.PI) / 180)
      const sin = Math.sin((degrees * Math.PI) / 180)
      const u = (x - cx) * cos + (y - cy) * sin
      const v = (y - cy) * cos - (x - cx) * sin
      p = Math.max(p, soft(peak, Math.max(Math.abs(u) / halfWidth, Math.abs(v) / halfHeight)))
    }
    const [cx, cy, radius, halfThickness, peak] = ring
    return Math.max(p, soft(peak, Math.abs(Math.hypot(x - cx, y - cy) - radius) / halfThickness))
  })
}

/** A map from rows of text: '#' is lit with 0.9. */
function drawn(...rows: string[]): [map: Float32Array, width: number, height: number] {
  const map = Float32Array.from(rows.join(''), (cell) => (cell === '#' ? 0.9 : 0))
  return [map, rows[0].length, rows.length]
}

describe('shapes', () => {
  test('nothing lit, everything lit', () => {
    expect(findCandidates(new Float32Array(64 * 32), 64, 32, settings)).toMatchObject({ omitted: 0 })
    const full = findCandidates(new Float32Array(64 * 32).fill(1), 64, 32, settings)
    expect(boxesOf(full)).toEqual([[0, 0, 64, 0, 64, 32, 0, 32]])
    expect(full.scores[0]).toBe(1)
  })

  test('three pixels high is too thin, four is enough; a value equal to the threshold is not lit', () => {
    const bar = (rows: number, value: number) => {
      const map = new Float32Array(40 * 20)
      for (let y = 8; y < 8 + rows; y++) map.fill(value, y * 40 + 5, y * 40 + 35)
      return findCandidates(map, 40, 20, settings).scores.length
    }
    expect([bar(3, 0.9), bar(4, 0.9), bar(4, 0.3)]).toEqual([0, 1, 0])
  })

  test('a diagonal of single pixels is one region', () => {
    const [map, width, height] = drawn('#...', '.#..', '..#.', '...#')
    expect(findComponents(map, width, height, 0.5).count).toBe(1)
  })

  test('a spiral is one region, a box inside a frame is found, the frame’s hole is not', () => {
    const spiral = drawn('#######', '......#', '#####.#', '#...#.#', '#.###.#', '#.....#', '#######')
    expect(findComponents(...spiral, 0.5).count).toBe(1)
    const map = new Float32Array(60 * 60)
    const paint = (x0: number, y0: number, x1: number, y1: number, value: number): void => {
      for (let y = y0; y <= y1; y++) map.fill(value, y * 60 + x0, y * 60 + x1 + 1)
    }
    paint(5, 5, 54, 54, 0.9)
    paint(10, 10, 49, 49, 0)
    paint(20, 25, 40, 32, 0.8)
    expect(findCandidates(map, 60, 60, settings).scores).toHaveLength(2)
  })

  test('a region that touches all borders, with corners clipped to the map', () => {
    const map = new Float32Array(80 * 50)
    for (let y = 0; y < 50; y++) for (let x = 0; x < 80; x++) if (Math.abs(x * 0.6 - y) < 6) map[y * 80 + x] = 0.7
    const found = findCandidates(map, 80, 50, settings)
    expect(found.scores).toHaveLength(1)
    for (const [k, value] of found.boxes.entries()) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(k & 1 ? 50 : 80)
    }
  })

  test('NaN makes no box', () => {
    const map = new Float32Array(40 * 20).fill(Number.NaN)
    expect(findCandidates(map, 40, 20, settings).scores).toHaveLength(0)
  })
})

describe('order and limits', () => {
  const map = new Float32Array(100 * 60)
  for (const [x0, y0, value] of [
    [5, 5, 0.6],
    [55, 5, 0.9],
    [5, 35, 0.9],
    [55, 35, 0.7],
  ]) {
    for (let y = y0; y < y0 + 10; y++) map.fill(value, y * 100 + x0, y * 100 + x0 + 30)
  }

  test('best score first, equal ones in raster order; the rest is counted', () => {
    const found = findCandidates(map, 100, 60, { ...settings, maxCandidates: 3 })
    expect(Array.from(found.scores)).toEqual([0.9, 0.9, 0.7].map(Math.fround))
    expect(boxesOf(found)[0][0]).toBeGreaterThan(boxesOf(found)[1][0])
    expect(found.omitted).toBe(1)
    expect(found.polygons).toBeUndefined()
  })

  test('the least score is 0.05 when none is given', () => {
    const faint = map.map((value) => value * 0.06)
    const found = findCandidates(faint, 100, 60, { ...settings, binarizeThreshold: 0.01 })
    expect(found.scores).toHaveLength(2)
  })

  test('a polygon for every box', () => {
    const found = findCandidates(map, 100, 60, { ...settings, polygon: true })
    expect(found.polygons).toHaveLength(4)
    for (const [i, polygon] of (found.polygons ?? []).entries()) {
      expect(polygonIoU(polygon, boxesOf(found)[i])).toBeGreaterThan(0.7)
      expect(polygonArea(polygon)).toBeGreaterThan(300)
    }
  })
})
