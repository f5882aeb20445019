import { describe, expect, it } from 'vitest'
import type { StaticRule } from './size-policy'
import { MAX_MAP_PIXELS, planSize, scaledPlan } from './size-policy'

const size = (width: number, height: number, rule: StaticRule) => {
  const plan = planSize(width, height, rule)
  return [plan.width, plan.height]
}

describe('planSize', () => {
  it('short-side: shorter side to the value, the other up to the next multiple of 32', () => {
    // MhLiao's demo and ModelScope: 1280 x 720 → 736 and ceil(736 / 720 · 1280 / 32) · 32.
    expect(size(1280, 720, { rule: 'short-side', value: 736 })).toEqual([1312, 736])
    expect(size(720, 1280, { rule: 'short-side', value: 736 })).toEqual([736, 1312])
    expect(size(613, 307, { rule: 'short-side', value: 736 })).toEqual([1472, 736])
    expect(size(736, 736, { rule: 'short-side', value: 736 })).toEqual([736, 736])
  })

  it('long-side: only ever makes smaller', () => {
    expect(size(1920, 1080, { rule: 'long-side', value: 960 })).toEqual([960, 544])
    expect(size(150, 41, { rule: 'long-side', value: 960 })).toEqual([160, 32])
  })

  it('fixed: both sides as given, whatever the ratio', () => {
    expect(size(100, 9000, { rule: 'fixed', width: 800, height: 640 })).toEqual([800, 640])
  })

  it('gives multiples of 32 and a bounded map for every shape', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 60_000],
      [60_000, 1],
      [20_000, 10_000],
      [33, 31],
    ]) {
      for (const rule of [
        { rule: 'short-side', value: 736 },
        { rule: 'long-side', value: 4096 },
        { rule: 'long-side', value: 40 },
      ] as StaticRule[]) {
        const plan = planSize(width, height, rule)
        for (const side of [plan.width, plan.height, plan.mapWidth, plan.mapHeight]) {
          expect(side % 32).toBe(0)
          expect(side).toBeGreaterThanOrEqual(32)
        }
        expect(plan.mapWidth * plan.mapHeight).toBeLessThanOrEqual(MAX_MAP_PIXELS)
      }
    }
  })
})

describe('scaledPlan', () => {
  it('rounds each side to the nearest multiple of 32', () => {
    expect(scaledPlan(1000, 700, 0.5)).toEqual({ width: 512, height: 352, mapWidth: 512, mapHeight: 352 })
  })
})
