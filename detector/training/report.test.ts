import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../options/spec'
import { trainOptions } from '../options/train'
import { chartSvg, ticks } from './chart-svg'
import type { RunEvent } from './events'
import { reportHtml } from './report'

describe('ticks', () => {
  it('are round and inside the range', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(ticks(3, 47, 5)).toEqual([10, 20, 30, 40])
    expect(ticks(0.0012, 0.005, 4)).toEqual([0.002, 0.003, 0.004, 0.005])
  })
})

describe('chartSvg', () => {
  const chart = (points: [number, number][]) =>
    chartSvg({ title: 'a < b', xLabel: 'x', series: [{ name: 's', colour: '#000', points }] })

  it('draws no coordinate that is not a number, whatever the values', () => {
    for (const points of [
      [],
      [[1, 1]],
      [
        [1, Number.NaN],
        [2, 3],
      ],
      [
        [1, 0],
        [2, 0],
      ],
    ] as [number, number][][]) {
      expect(chart(points)).not.toMatch(/NaN|Infinity/)
    }
  })

  it('leaves a gap where a value is missing', () => {
    expect(
      chart([
        [0, 1],
        [1, Number.NaN],
        [2, 1],
        [3, 1],
      ]).match(/M/g),
    ).toHaveLength(2)
    expect(chart([])).toContain('a &#60; b')
  })
})

describe('reportHtml', () => {
  it('holds curves, figures and warnings, with every text escaped', () => {
    const step = (n: number): RunEvent => ({
      seq: n,
      time: '',
      type: 'step',
      step: n,
      epoch: 1,
      lr: 0.1 / n,
      loss: 5 / n,
      prob: 1,
      binary: 1,
      thresh: 1,
      imagesPerS: 2,
      dataWait: 0,
    })
    const html = reportHtml({
      runDir: '/nowhere',
      runName: 'exp_<1>',
      options: { ...defaultsOf(trainOptions), data: '<img onerror=x>' },
      base: 'base',
      events: [
        ...Array.from({ length: 5000 }, (_, i) => step(i + 1)),
        { seq: 5001, time: '', type: 'warning', code: 'w', message: '<script>', where: { file: 'a&b' } },
      ],
      calibration: undefined,
    })
    expect(html.match(/<svg/g)).toHaveLength(3)
    expect(html).not.toMatch(/<script|<img onerror|exp_<1>/)
    expect(html.length).toBeLessThan(120_000)
  })
})
