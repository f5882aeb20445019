import { describe, expect, it } from 'vitest'
import { boundsOf, polygonArea } from '../../geometry/polygon'
import type { AugmentationOptions } from '../../options/augmentation'
import { defaultsOf } from '../../options/spec'
import { trainOptions } from '../../options/train'
import { Random } from '../../random'
import { augment } from './augment'
import { randomCrop, type TextPolygon } from './crop'
import { compose, invert, planGeometry, transformPoints } from './geometry'
import { type Pixels, warp } from './warp'
import { polygonsOnCanvas, randomWindow } from './window'

const options = (changed: Partial<AugmentationOptions> = {}): AugmentationOptions => ({
  ...defaultsOf(trainOptions),
  ...changed,
})
const colourless = { noise: 0, colorJitter: 0, occlusion: 0, blur: 0, jpeg: 0 }

/** White rectangles on grey where the polygons are, so that polygons and pixels can be compared after any map. */
function page(width: number, height: number, boxes: [number, number, number, number][]) {
  const data = new Uint8Array(width * height * 3).fill(100)
  for (const [x0, y0, x1, y1] of boxes) {
    for (let y = y0; y < y1; y++) data.fill(255, (y * width + x0) * 3, (y * width + x1) * 3)
  }
  const polygons: TextPolygon[] = boxes.map(([x0, y0, x1, y1]) => ({
    points: [x0, y0, x1, y0, x1, y1, x0, y1],
    ignore: false,
  }))
  return { image: { data, width, height }, polygons }
}

function inside(points: ArrayLike<number>, x: number, y: number): boolean {
  let odd = false
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    if (points[i + 1] > y === points[j + 1] > y) continue
    if (x < ((points[j] - points[i]) * (y - points[i + 1])) / (points[j + 1] - points[i + 1]) + points[i]) odd = !odd
  }
  return odd
}

/** Share of canvas pixels that agree with "white exactly inside a polygon". */
function agreement(pixels: Pixels, polygons: TextPolygon[]): number {
  let same = 0
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const white = pixels.data[(y * pixels.width + x) * 3] > 178
      if (white === polygons.some((p) => inside(p.points, x + 0.5, y + 0.5))) same++
    }
  }
  return same / (pixels.width * pixels.height)
}

describe('affine maps', () => {
  it('compose in order and invert', () => {
    const turn = [0, -1, 5, 1, 0, 2] as const
    const grow = [2, 0, 1, 0, 3, -1] as const
    const both = compose(turn, grow)
    expect(transformPoints([3, 4], both)).toEqual(transformPoints(transformPoints([3, 4], turn), grow))
    const back = transformPoints(transformPoints([3, 4], both), invert(both))
    expect(back[0]).toBeCloseTo(3, 12)
    expect(back[1]).toBeCloseTo(4, 12)
  })
})

describe('warp', () => {
  it('copies under the identity and mirrors under a flip', () => {
    const data = Uint8Array.from({ length: 5 * 2 * 3 }, (_, i) => i * 7)
    const source = { data, width: 5, height: 2 }
    expect(warp(source, [1, 0, 0, 0, 1, 0], 5, 2).data).toEqual(data)
    const flipped = warp(source, [-1, 0, 5, 0, 1, 0], 5, 2)
    expect([...flipped.data.subarray(0, 3)]).toEqual([...data.subarray(12, 15)])
  })

  it('averages areas when it shrinks', () => {
    const width = 64
    const stripes = new Uint8Array(width * width * 3)
    for (let i = 0; i < width * width; i++) stripes.fill(i % 2 ? 255 : 0, i * 3, i * 3 + 3)
    const small = warp({ data: stripes, width, height: width }, [0.125, 0, 0, 0, 0.125, 0], 8, 8)
    expect([...new Set(small.data)]).toEqual([128])
  })

  it('leaves black what lies outside', () => {
    const source = { data: new Uint8Array(4 * 4 * 3).fill(200), width: 4, height: 4 }
    const out = warp(source, [1, 0, 2, 0, 1, 0], 8, 4)
    expect([...out.data.subarray(0, 24)].map((v) => v > 0)).toEqual(
      Array.from({ length: 8 }, (_, x) => [x >= 2 && x < 6, x >= 2 && x < 6, x >= 2 && x < 6]).flat(),
    )
  })
})

describe('randomCrop', () => {
  it('never cuts a readable text and keeps at least one', () => {
    const { polygons } = page(200, 150, [
      [20, 20, 60, 30],
      [100, 60, 180, 75],
      [30, 110, 70, 130],
    ])
    const sizes = new Set<number>()
    for (let i = 0; i < 300; i++) {
      const crop = randomCrop(200, 150, polygons, new Random(i))
      expect(crop.width).toBeGreaterThanOrEqual(20)
      expect(crop.height).toBeGreaterThanOrEqual(15)
      const states = polygons.map((p) => {
        const b = boundsOf(p.points)
        const [right, bottom] = [crop.x + crop.width, crop.y + crop.height]
        if (b.minX >= crop.x && b.maxX <= right && b.minY >= crop.y && b.maxY <= bottom) return 'in'
        return b.maxX <= crop.x || b.minX >= right || b.maxY <= crop.y || b.minY >= bottom ? 'out' : 'cut'
      })
      expect(states).not.toContain('cut')
      expect(states).toContain('in')
      sizes.add(crop.width * crop.height)
    }
    expect(sizes.size).toBeGreaterThan(100)
  })

  it('takes the whole picture where there is no room for a cut', () => {
    const full = page(50, 50, [[0, 0, 50, 50]]).polygons
    expect(randomCrop(50, 50, full, new Random(1))).toEqual({ x: 0, y: 0, width: 50, height: 50 })
    const unreadable = [{ points: [0, 0, 9, 0, 9, 9, 0, 9], ignore: true }]
    expect(randomCrop(50, 50, unreadable, new Random(1))).toEqual({ x: 0, y: 0, width: 50, height: 50 })
  })
})

describe('randomWindow', () => {
  const lines = Array.from({ length: 40 }, (_, i): [number, number, number, number] => [
    60,
    20 + 30 * i,
    900,
    32 + 30 * i,
  ])
  const { polygons } = page(960, 1240, lines)

  it('shows text at the wanted height, over the picture only', () => {
    const heights: number[] = []
    for (let i = 0; i < 300; i++) {
      const { x, y, scale } = randomWindow(
        960,
        1240,
        polygons,
        { textHeight: 20, largeText: 0.2 },
        256,
        new Random(2, i),
      )
      heights.push(12 * scale)
      for (const [start, length] of [
        [x, 960],
        [y, 1240],
      ]) {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(start + 256 / scale).toBeLessThanOrEqual(length + 1e-9)
      }
    }
    heights.sort((a, b) => a - b)
    expect(heights[0]).toBeGreaterThan(20 / 2.3)
    expect(heights[200]).toBeLessThan(20 * 2.3)
    // Some are signs, up to 0.4 of the canvas.
    expect(heights[285]).toBeGreaterThan(20 * 2.3)
    expect(heights[299]).toBeLessThan(0.4 * 256 + 1)
    expect(heights[150]).toBeGreaterThan(15)
    expect(heights[150]).toBeLessThan(27)
  })

  it('shows text larger as often as asked', () => {
    const large = (largeText: number): number => {
      const heights = Array.from(
        { length: 100 },
        (_, i) => 12 * randomWindow(960, 1240, polygons, { textHeight: 20, largeText }, 256, new Random(3, i)).scale,
      )
      return heights.filter((height) => height > 20 * 2.2 + 1e-9).length
    }
    expect([large(0), large(1)]).toEqual([0, 100])
  })

  it('puts a smaller picture in the middle', () => {
    const label = page(100, 40, [[10, 10, 90, 30]]).polygons
    const { x, y, scale } = randomWindow(100, 40, label, { textHeight: 20, largeText: 0.2 }, 320, new Random(1))
    expect(x).toBeCloseTo((100 - 320 / scale) / 2, 9)
    expect(y).toBeCloseTo((40 - 320 / scale) / 2, 9)
  })

  it('cuts texts at the border and does not teach remnants', () => {
    const texts = [
      { points: [10, 10, 30, 10, 30, 20, 10, 20], ignore: false },
      { points: [-60, 30, 40, 30, 40, 40, -60, 40], ignore: false },
      { points: [-95, 42, 5, 42, 5, 48, -95, 48], ignore: false },
      { points: [200, 0, 220, 0, 220, 10, 200, 10], ignore: false },
    ]
    const doubled = texts.map((t) => ({ ...t, points: transformPoints(t.points, [2, 0, 0, 0, 2, 0]) }))
    const shown = polygonsOnCanvas(doubled, 100)
    expect(shown.map(({ ignore }) => ignore)).toEqual([false, false, true])
    expect(boundsOf(shown[0].points)).toMatchObject({ minX: 20, minY: 20, maxX: 60, maxY: 40 })
    expect(boundsOf(shown[1].points)).toMatchObject({ minX: 0, minY: 60, maxX: 80, maxY: 80 })
    expect(polygonArea(shown[2].points)).toBeCloseTo(10 * 12, 9)
  })
})

describe('planGeometry', () => {
  it('only fits the whole picture to the canvas when switched off', () => {
    const plan = planGeometry({ width: 200, height: 100 }, [], options({ augment: false }), 64, new Random(1))
    expect(plan).toMatchObject({ affine: [0.32, 0, 0, 0, 0.32, 0], width: 64, height: 32, detail: 1 })
  })
})

describe('augment', () => {
  const boxes: [number, number, number, number][] = [
    [20, 20, 120, 50],
    [150, 90, 290, 120],
    [40, 140, 100, 190],
  ]

  it('moves pixels and polygons alike under flip, rotation, scale and crop', async () => {
    for (let i = 0; i < 30; i++) {
      const { image, polygons } = page(320, 220, boxes)
      const made = await augment(image, polygons, options({ ...colourless, scaleMin: 0.8 }), 160, new Random(7, i))
      expect(agreement(made.pixels, made.polygons)).toBeGreaterThan(0.985)
    }
  })

  it('moves pixels and polygons alike in windows', async () => {
    for (let i = 0; i < 30; i++) {
      const { image, polygons } = page(320, 220, boxes)
      const plan = options({ ...colourless, scaleMin: 1, scaleMax: 1, textHeight: 40 })
      const made = await augment(image, polygons, plan, 160, new Random(8, i))
      expect(agreement(made.pixels, made.polygons)).toBeGreaterThan(0.985)
    }
  })

  it('is a function of its key', async () => {
    const { image, polygons } = page(320, 220, boxes)
    const always = options({ noise: 1, colorJitter: 1, occlusion: 1, blur: 1, jpeg: 1 })
    const make = (key: number) => augment(image, polygons, always, 96, new Random(1, key))
    const [first, again, other] = [await make(1), await make(1), await make(2)]
    expect(again).toEqual(first)
    expect(other.pixels.data).not.toEqual(first.pixels.data)
  })

  it.each(['noise', 'colorJitter', 'occlusion', 'blur', 'jpeg'] as const)(
    '%s alone changes pixels, not polygons',
    async (key) => {
      const { image, polygons } = page(160, 160, [[40, 40, 120, 80]])
      const still = { ...colourless, flip: 0, rotate: 0, scaleMin: 1, scaleMax: 1, crop: false }
      const plain = await augment(image, polygons, options(still), 160, new Random(3))
      const changed = await augment(image, polygons, options({ ...still, [key]: 1 }), 160, new Random(3))
      expect(plain.pixels.data).toEqual(image.data)
      expect(changed.pixels.data).not.toEqual(plain.pixels.data)
      expect(changed.polygons).toEqual(plain.polygons)
      const difference = changed.pixels.data.reduce((sum, v, i) => sum + Math.abs(v - plain.pixels.data[i]), 0)
      expect(difference / changed.pixels.data.length).toBeLessThan(80)
    },
  )

  it('covers at most a fifth of a text per stain', async () => {
    const { image, polygons } = page(160, 160, [[40, 40, 120, 80]])
    const still = { ...colourless, flip: 0, rotate: 0, scaleMin: 1, scaleMax: 1, crop: false, occlusion: 1 }
    for (let i = 0; i < 50; i++) {
      const { pixels } = await augment(
        { ...image, data: image.data.slice() },
        polygons,
        options(still),
        160,
        new Random(i),
      )
      let covered = 0
      for (let p = 0; p < 160 * 160; p++) if (pixels.data[p * 3] !== image.data[p * 3]) covered++
      expect(covered).toBeLessThanOrEqual(3 * 0.2 * 80 * 40)
    }
  })
})
