import { describe, expect, it } from 'vitest'
import { addAgreements, compareBoxes, type FlatBoxes } from './compare-boxes'
import type { Verification } from './export-report'
import { judgeExport } from './judge-export'

const box = (x: number, y: number, w = 40, h = 20): number[] => [x, y, x + w, y, x + w, y + h, x, y + h]
const list = (...boxes: number[][]): FlatBoxes => ({ boxes: boxes.flat(), scores: boxes.map((_, i) => 0.9 - 0.1 * i) })

describe('comparing boxes', () => {
  it('pairs them whatever their order', () => {
    const found = compareBoxes(list(box(0, 0), box(100, 0)), list(box(101, 0), box(0, 0)))
    expect(found).toMatchObject({ expected: 2, found: 2, matched: 2, near: 2, cornerDifference: 1 })
    expect(found.leastIou).toBeCloseTo(39 / 41, 9)
    expect(found.scoreDifference).toBeCloseTo(0.1, 9)
  })

  it('tells boxes that are missing, added or too far off', () => {
    const found = compareBoxes(list(box(0, 0), box(100, 0)), list(box(10, 0), box(300, 0), box(400, 0)))
    expect(found).toMatchObject({ expected: 2, found: 3, matched: 0 })
    expect(compareBoxes(list(), list())).toMatchObject({
      expected: 0,
      found: 0,
      leastIou: null,
      cornerDifference: null,
    })
  })

  it('pairs no box twice', () => {
    expect(compareBoxes(list(box(0, 0), box(0, 0)), list(box(0, 0))).matched).toBe(1)
  })

  it('adds up over pictures', () => {
    const one = compareBoxes(list(box(0, 0)), list(box(1, 0)))
    const other = compareBoxes(list(box(0, 0, 90, 90)), list(box(0, 2, 90, 90)))
    expect(addAgreements(one, other)).toMatchObject({ expected: 2, found: 2, matched: 2, cornerDifference: 2 })
  })
})

describe('the gate', () => {
  const boxes = compareBoxes(list(box(0, 0)), list(box(0, 0)))
  const figures = (change: Partial<Verification>): Verification => ({
    source: 'set',
    pictures: 10,
    sameCount: 10,
    width: 800,
    height: 800,
    mapDifference: { max: 1e-6, mean: 1e-8 },
    boxes: { ...boxes, expected: 4000, found: 4000, matched: 4000, near: 4000 },
    agreement: 1,
    milliseconds: { model: 200, file: 205 },
    ...change,
  })
  const passes = (change: Partial<Verification>, precision: 'fp32' | 'fp16' | 'int8'): boolean =>
    judgeExport(figures(change), precision).every(({ ok }) => ok)
  const hmean = (model: number, file: number, truths = 4000) => ({ hmean: { model, file, truths } })

  it('lets hmean fall by 0.1 point in fp32 and fp16 and by 1.0 in int8', () => {
    for (const precision of ['fp32', 'fp16'] as const) {
      expect(passes(hmean(0.8, 0.7991), precision)).toBe(true)
      expect(passes(hmean(0.8, 0.7988), precision)).toBe(false)
    }
    expect(passes(hmean(0.8, 0.7901), 'int8')).toBe(true)
    expect(passes(hmean(0.8, 0.7898), 'int8')).toBe(false)
    expect(passes(hmean(0.8, 0.85), 'fp32')).toBe(true)
  })

  it('allows one box where a box is worth more than that', () => {
    const few = { ...hmean(0.8, 0.79, 100), boxes: { ...boxes, expected: 100 } }
    expect(passes(few, 'fp32')).toBe(true)
    expect(passes({ ...few, ...hmean(0.8, 0.789, 100) }, 'fp32')).toBe(false)
  })

  it('says neither yes nor no where nothing was there to compare', () => {
    const none = compareBoxes(list(), list())
    for (const change of [{}, hmean(0, 0, 12)]) {
      const checks = judgeExport(figures({ boxes: none, agreement: null, ...change }), 'fp32')
      expect(checks.filter(({ ok }) => ok === null)).toMatchObject([{ value: '0 / 0', limit: '> 0' }])
      expect(checks.filter(({ ok }) => ok === false)).toEqual([])
    }
  })

  it('goes by agreement where there is no truth', () => {
    expect(passes({ agreement: 0.9995 }, 'fp32')).toBe(true)
    expect(passes({ agreement: 0.998 }, 'fp32')).toBe(false)
    expect(passes({ agreement: 0.991 }, 'int8')).toBe(true)
    expect(passes({ agreement: 0.98 }, 'int8')).toBe(false)
  })

  it('holds an fp32 map to rounding, and NaN to nothing', () => {
    expect(passes({ mapDifference: { max: 0.01, mean: 0 } }, 'fp32')).toBe(false)
    expect(passes({ mapDifference: { max: 0.01, mean: 0 } }, 'fp16')).toBe(true)
    expect(passes({ mapDifference: { max: Number.POSITIVE_INFINITY, mean: 0 } }, 'fp32')).toBe(false)
  })
})
