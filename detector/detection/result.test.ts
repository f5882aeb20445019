import { describe, expect, it } from 'vitest'
import { detectionSettings, detectOptions } from '../options/detect'
import { defaultsOf } from '../options/spec'
import { aboveThreshold, type Boxes, detectionResult, failedResult, formatResult } from './result'
import { tableRow } from './results-table'

const settings = detectionSettings(defaultsOf(detectOptions))
const model = { name: 'base', sha256: 'f'.repeat(64) }
const found: Boxes = {
  boxes: [
    [1, 2, 30, 2, 30, 12, 1, 12],
    [1, 22, 30, 22, 30, 32, 1, 32],
  ],
  scores: [0.9, 0.3],
  omitted: 4,
}
const timings = { decode: 10.04, preprocess: 3, network: 3130, postprocess: 4 }
const result = detectionResult('a.jpg', found, { image_size: [40, 40], timings, model, settings })

describe('detectionResult', () => {
  it('has the keys of the original first, in its order', () => {
    const keys = ['image_path', 'texts', 'boxes', 'scores', 'success', 'inference_time']
    expect(Object.keys(result).slice(0, 6)).toEqual(keys)
    expect(Object.keys(JSON.parse(formatResult(result))).slice(0, 6)).toEqual(keys)
  })

  it('has one list of texts a box and seconds with three decimals', () => {
    expect(result.texts).toEqual([[''], ['']])
    expect(result.inference_time).toBe(3.147)
  })

  it('is valid JSON with one box a line', () => {
    const text = formatResult({ ...result, polygons: [[[1, 2]], [[3, 4]]] as never })
    expect(JSON.parse(text)).toEqual({ ...result, polygons: [[[1, 2]], [[3, 4]]] })
    expect(text).toContain('    [1,2,30,2,30,12,1,12],\n')
  })

  it('says success with no boxes too, and false only with an error', () => {
    const empty = { boxes: [], scores: [], omitted: 0 }
    expect(detectionResult('a', empty, { image_size: [1, 1], timings, model, settings }).success).toBe(true)
    const failed = failedResult('a', { code: 'image-unreadable', message: 'cut off' }, { model, settings })
    expect(failed).toMatchObject({ success: false, boxes: [], texts: [], error: { code: 'image-unreadable' } })
    expect(JSON.parse(formatResult(failed)).boxes).toEqual([])
  })
})

describe('aboveThreshold', () => {
  it('keeps scores that reach it, with what belongs to them', () => {
    const all = { ...found, polygons: [[[0, 0]], [[1, 1]]] as [number, number][][] }
    expect(aboveThreshold(all, 0.9)).toEqual({
      boxes: [found.boxes[0]],
      scores: [0.9],
      polygons: [[[0, 0]]],
      omitted: 4,
    })
    expect(aboveThreshold(found, 0.3)).toEqual(found)
  })
})

describe('tableRow', () => {
  it('quotes what a spreadsheet would take apart or compute', () => {
    expect(tableRow('a, "b".jpg', result)).toBe('"a, ""b"".jpg",true,2,0.6000,4,40,40,3.147,\r\n')
    const failed = failedResult('a', { code: 'x', message: 'cut\noff' }, { model, settings })
    expect(tableRow('=1+1.jpg', failed)).toBe(`'=1+1.jpg,false,0,,0,,,,"cut\noff"\r\n`)
  })
})
