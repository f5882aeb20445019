import { describe, expect, it } from 'vitest'
import type { DetectionResult } from '../../detector/detection/types'
import { countKept, resultText } from './result-json'

const result: DetectionResult = {
  image_path: 'a.jpg',
  texts: [[''], [''], ['']],
  boxes: [
    [0, 0, 9, 0, 9, 5, 0, 5],
    [0, 10, 9, 10, 9, 15, 0, 15],
    [0, 20, 9, 20, 9, 25, 0, 25],
  ],
  scores: [0.9, 0.2, 0.1],
  success: true,
  inference_time: 0.253,
  image_size: [100, 80],
  timings: { decode: 12, preprocess: 9, network: 214, postprocess: 18 },
  omitted: 0,
  model: { name: 'base', sha256: 'x' },
  settings: {
    threshold: 0.2,
    binarizeThreshold: 0.2,
    unclipRatio: 1.5,
    maxCandidates: 1000,
    minSide: 3,
    size: { rule: 'auto' },
    denoise: false,
    suppressBackground: false,
    polygon: false,
  },
}

describe('the JSON of a result', () => {
  it('begins with the keys of the original, in its order', () => {
    expect(Object.keys(JSON.parse(resultText(result, 0.2))).slice(0, 6)).toEqual([
      'image_path',
      'texts',
      'boxes',
      'scores',
      'success',
      'inference_time',
    ])
  })

  it('keeps a box whose score equals the threshold and drops those below, in every list', () => {
    const o = JSON.parse(resultText(result, 0.2))
    expect([o.boxes, o.scores, o.texts].map((l: unknown[]) => l.length)).toEqual([2, 2, 2])
    expect(countKept(result.scores, 0.95)).toBe(0)
    expect(countKept(result.scores, 0)).toBe(3)
    expect(countKept([], 0.2)).toBe(0)
  })

  it('says the threshold that was used and leaves out what is not part of a result', () => {
    expect(resultText({ ...result, resultId: 'r1' } as DetectionResult, 0.2)).not.toContain('r1')
    const parsed = JSON.parse(resultText(result, 0.5))
    expect(parsed.settings.threshold).toBe(0.5)
    expect(parsed.boxes).toEqual([result.boxes[0]])
    expect(JSON.parse(resultText(result, 1)).boxes).toEqual([])
  })
})
