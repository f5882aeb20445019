import type { ErrorBody } from '../errors'
import type { Quad } from '../geometry/polygon'
import type { DetectionSettings } from '../options/detect'
import type { LeftOut } from '../picture/left-out'

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
