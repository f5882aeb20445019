import { describe, expect, it } from 'vitest'
import { placeTile, planTiles, TILE_OVERLAP, TILE_SIDE } from './tiling'

describe('planTiles', () => {
  it.each([
    [640, 448],
    [1280, 1280],
    [128, 9024],
    [3008, 4000 - (4000 % 32)],
    [1312, 1312],
    [320_000, 32],
  ])('covers %i x %i once, each part well inside its tile', (width, height) => {
    const tiles = planTiles(width, height)
    const owned = new Uint8Array(width * height)
    for (const { window, kept } of tiles) {
      for (const value of Object.values(window)) expect(value % 32).toBe(0)
      expect(Math.max(window.width, window.height)).toBeLessThanOrEqual(
        Math.max(TILE_SIDE, tiles.length === 1 ? 1e9 : 0),
      )
      expect(window.x + window.width).toBeLessThanOrEqual(width)
      expect(window.y + window.height).toBeLessThanOrEqual(height)
      for (const [at, size, from, length, limit] of [
        [window.x, window.width, kept.x, kept.width, width],
        [window.y, window.height, kept.y, kept.height, height],
      ]) {
        if (from > 0) expect(from - at).toBeGreaterThanOrEqual(TILE_OVERLAP / 2 - 16)
        else expect(at).toBe(0)
        if (from + length < limit) expect(at + size - from - length).toBeGreaterThanOrEqual(TILE_OVERLAP / 2 - 16)
      }
      for (let y = kept.y; y < kept.y + kept.height; y++) {
        for (let i = y * width + kept.x, end = i + kept.width; i < end; i++) owned[i]++
      }
    }
    expect(owned.every((count) => count === 1)).toBe(true)
  })

  it('cuts no picture that one run can hold, whatever its shape', () => {
    expect(planTiles(128, 9024)).toHaveLength(1)
    expect(planTiles(1280, 1312).length).toBeGreaterThan(1)
  })
})

describe('placeTile', () => {
  it('puts every value where it was computed', () => {
    const [width, height] = [2560, 1312]
    const map = new Float32Array(width * height)
    for (const tile of planTiles(width, height)) {
      const { window } = tile
      const probability = new Float32Array(window.width * window.height)
      for (let i = 0; i < probability.length; i++) {
        probability[i] = (window.y + Math.floor(i / window.width)) * width + window.x + (i % window.width)
      }
      placeTile(tile, probability, map, width)
    }
    expect(map.findIndex((value, i) => value !== i)).toBe(-1)
  })
})

it('counts the tiles before they are run', () => {
  expect(planTiles(6000, 6000)).toHaveLength(36)
  expect(() => planTiles(1_000_000, 32)).toThrow(expect.objectContaining({ code: 'image-too-narrow' }))
})
