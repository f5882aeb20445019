import type { ErrorBody } from '../errors'
import type { Quad } from '../geometry/polygon'
import type { DetectionSettings } from '../options/detect'
import type { DetectionResult } from './types'

/** Boxes in pixels of the picture, best score first. */
export interface Boxes {
  boxes: Quad[]
  scores: number[]
  polygons?: [number, number][][]
  omitted: number
}

/** Those with a score of at least `threshold`. */
export function aboveThreshold(all: Boxes, threshold: number): Boxes {
  const keep = all.scores.map((score) => score >= threshold)
  const kept = <T>(list: T[]): T[] => list.filter((_, i) => keep[i])
  return {
    boxes: kept(all.boxes),
    scores: kept(all.scores),
    ...(all.polygons && { polygons: kept(all.polygons) }),
    omitted: all.omitted,
  }
}

/** The keys stand in the order of the original's files, the added ones behind them. */
export function detectionResult(
  name: string,
  found: Boxes,
  rest: Pick<DetectionResult, 'image_size' | 'timings' | 'model' | 'settings' | 'leftOut'>,
): DetectionResult {
  const { decode, preprocess, network, postprocess } = rest.timings
  return {
    image_path: name,
    texts: found.boxes.map(() => ['']),
    boxes: found.boxes,
    scores: found.scores,
    success: true,
    inference_time: Math.round(decode + preprocess + network + postprocess) / 1000,
    ...(found.polygons && { polygons: found.polygons }),
    image_size: rest.image_size,
    timings: { decode, preprocess, network, postprocess },
    omitted: found.omitted,
    model: rest.model,
    settings: rest.settings,
    ...(rest.leftOut && { leftOut: rest.leftOut }),
  }
}

/** The result of a picture that could not be processed. */
export function failedResult(
  name: string,
  error: ErrorBody,
  rest: { model: DetectionResult['model']; settings: DetectionSettings },
): DetectionResult {
  const nothing: Boxes = { boxes: [], scores: [], omitted: 0 }
  const timings = { decode: 0, preprocess: 0, network: 0, postprocess: 0 }
  return { ...detectionResult(name, nothing, { ...rest, image_size: [0, 0], timings }), success: false, error }
}

/** Indented JSON with one box, polygon or text a line. */
export function formatResult(result: DetectionResult): string {
  const lines = (list: unknown[]): string =>
    list.length === 0 ? '[]' : `[\n${list.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`
  const entries = Object.entries(result).filter(([, value]) => value !== undefined)
  const body = entries.map(([key, value]) => {
    const text = Array.isArray(value) && Array.isArray(value[0]) ? lines(value) : JSON.stringify(value)
    return `  ${JSON.stringify(key)}: ${text}`
  })
  return `{\n${body.join(',\n')}\n}\n`
}
