import type { ErrorBody } from '../errors'
import type { LeftOut } from '../image/left-out'

/** x1,y1 … x4,y4, clockwise from top-left, integer pixels of the upright (EXIF applied) original image. */
export type Quad = [number, number, number, number, number, number, number, number]

/** How an image is brought to the size the network sees; every side ends as a multiple of 32. */
export type SizeRule =
  | { rule: 'auto' } // own policy, chosen by measurement
  | { rule: 'short-side'; value: number } // reference: 736
  | { rule: 'long-side'; value: number }
  | { rule: 'fixed'; width: number; height: number } // ratio not kept, as in the guide's client

export type ScenePreset = 'document' | 'blurry' | 'small-text' | 'advert'

export interface DetectionSettings {
  /** 0–1. Boxes with a lower score are dropped; filters candidates, needs no new run. */
  threshold: number
  /** 0.05–0.9. Map > value is text; repeats post-processing on the cached map, not the network. */
  binarizeThreshold: number
  unclipRatio: number
  /** The best by score are kept. */
  maxCandidates: number
  /** Map pixels, before unclipping (after it: minSide + 2). */
  minSide: number
  size: SizeRule
  preset?: ScenePreset
  denoise: boolean
  suppressBackground: boolean
  polygon: boolean
}

/** JSON of a detection: the original WebUI's keys, extended. */
export interface DetectionResult {
  /** The given name, no directory. */
  image_path: string
  /** The original's form, one list per box; [""] while no reader is installed. */
  texts: string[][]
  /** Sorted by score, highest first. */
  boxes: Quad[]
  scores: number[]
  /** True with no boxes too; false only with `error`. */
  success: boolean
  /** Seconds, 3 decimals, decode to boxes. */
  inference_time: number
  polygons?: [number, number][][]
  image_size: [width: number, height: number]
  /** Milliseconds. */
  timings: { decode: number; preprocess: number; network: number; postprocess: number }
  /** Candidates beyond maxCandidates. */
  omitted: number
  model: { name: string; sha256: string }
  settings: DetectionSettings
  /** Pages of the file after the first, which are not read. */
  leftOut?: LeftOut[]
  error?: ErrorBody
}

/** Candidates below this score are never returned. */
export const MIN_CANDIDATE_SCORE = 0.05
