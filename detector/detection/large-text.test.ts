import { describe, expect, it } from 'vitest'
import type { Quad } from '../geometry/polygon'
import type { ProbabilityMap } from './detector'
import { keepLargeText } from './large-text'

const mapOf = (width: number, height: number, at: (x: number, y: number) => number): ProbabilityMap => ({
  data: Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
  ...{ width, height, shownWidth: width, shownHeight: height, imageWidth: 400, imageHeight: 200 },
})

describe('keepLargeText', () => {
  // A sign of 200 x 80 pixels and a line of 100 x 10, found at half size; the second look is twice the picture's size.
  const sign: Quad = [100, 40, 300, 40, 300, 120, 100, 120]
  const line: Quad = [20, 160, 120, 160, 120, 170, 20, 170]
  const inside = (quad: Quad, x: number, y: number): boolean => x > quad[0] && x < quad[2] && y > quad[1] && y < quad[5]
  const first = mapOf(200, 100, (x, y) => (inside(sign, 2 * x, 2 * y) || inside(line, 2 * x, 2 * y) ? 0.9 : 0.02))
  const found = { boxes: [sign, line], scores: [0.9, 0.9] }

  it('brings back the sign that the second look is too large for, and leaves the rest as it is', () => {
    const second = mapOf(800, 400, (x, y) => (inside(line, x / 2, y / 2) ? 0.7 : 0.01))
    const before = second.data.slice()
    expect(keepLargeText(second, first, found)).toBe(1)
    expect(second.data[160 * 800 + 400]).toBeCloseTo(0.9)
    expect(second.data[90 * 800 + 210]).toBeCloseTo(0.9)
    let changed = 0
    let lowered = 0
    for (let y = 0; y < 400; y++) {
      for (let x = 0; x < 800; x++) {
        const at = y * 800 + x
        if (second.data[at] < before[at]) lowered++
        if (second.data[at] !== before[at] && (x < 199 || x > 601 || y < 79 || y > 241)) changed++
      }
    }
    expect([changed, lowered]).toEqual([0, 0])
  })

  it('passes over unsure boxes and text of the size of the second look', () => {
    const second = mapOf(400, 200, () => 0.01)
    expect(keepLargeText(second, first, { boxes: [sign, line], scores: [0.3, 0.9] })).toBe(0)
    expect(Math.max(...second.data)).toBeCloseTo(0.01)
  })

  it('follows slanted boxes', () => {
    const slanted: Quad = [200, 20, 360, 100, 200, 180, 40, 100]
    const all = mapOf(200, 100, () => 0.8)
    const second = mapOf(400, 200, () => 0)
    expect(keepLargeText(second, all, { boxes: [slanted], scores: [0.8] })).toBe(1)
    const at = (x: number, y: number): number => second.data[y * 400 + x]
    expect([at(200, 100), at(50, 100), at(200, 30)].map((v) => v > 0.79)).toEqual([true, true, true])
    expect([at(60, 40), at(340, 40), at(60, 170), at(345, 170)]).toEqual([0, 0, 0, 0])
  })
})
