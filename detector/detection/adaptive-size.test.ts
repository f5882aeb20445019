import { describe, expect, it } from 'vitest'
import type { Quad } from '../geometry/polygon'
import { betterScale, firstScale, otherScales } from './adaptive-size'

const lines = (heights: number[], score = 0.8) => ({
  boxes: heights.map((height): Quad => [0, 0, 300, 0, 300, height, 0, height]),
  scores: heights.map(() => score),
})

describe('firstScale', () => {
  it('never enlarges, looks closer at large pictures and keeps strips readable', () => {
    expect(firstScale(150, 60)).toBe(1)
    expect(firstScale(1280, 960)).toBe(0.5)
    expect(firstScale(4000, 3000)).toBeCloseTo(1 / 3)
    expect(firstScale(12_000, 9000)).toBeCloseTo(0.2)
    expect(firstScale(100, 9000)).toBe(1)
    expect(firstScale(640, 20_000)).toBe(0.5)
  })
})

describe('betterScale', () => {
  it('brings text to the height that is read best', () => {
    // 10 pixels in the picture, seen at half size: far too small.
    expect(betterScale(1280, 960, lines([10, 10, 10, 40]), 0.5)).toBe(2)
    expect(betterScale(4000, 3000, lines([30, 30, 30, 90]), 1 / 3)).toBeCloseTo(0.8)
    expect(betterScale(600, 400, lines([120]), 1)).toBeCloseTo(0.2)
  })

  it('goes by the smaller texts, for headings are found at many sizes', () => {
    const scale = betterScale(1280, 960, lines([16, 16, 16, 16, 100, 100, 100, 100]), 0.5)
    expect(scale).toBeCloseTo(24 / 16)
  })

  it('stays where it is when that is near enough', () => {
    expect(betterScale(1280, 960, lines([44, 48, 52]), 0.5)).toBe(0.5)
  })

  it('keeps large pictures within bounds', () => {
    const scale = betterScale(12_000, 9000, lines([8]), 0.2) as number
    expect(scale * scale * 12_000 * 9000).toBeLessThanOrEqual(24_000_001)
  })

  it('says nothing when nothing sure was found', () => {
    expect(betterScale(640, 480, lines([20], 0.2), 1)).toBeUndefined()
    expect(betterScale(640, 480, lines([]), 1)).toBeUndefined()
  })
})

describe('otherScales', () => {
  it('tries smaller for huge letters, and larger where the first look shrank a lot', () => {
    expect(otherScales(1)).toEqual([0.4])
    expect(otherScales(0.3)).toEqual([0.12, 0.6])
  })
})
