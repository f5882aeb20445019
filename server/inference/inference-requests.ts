import type { DetectionResult } from '../../detector/detection/types'
import type { DetectionSettings } from '../../detector/options/detect'

/** What the inference process is asked for; paths are made by the server, never by a client. */
export interface ModelRef {
  file: string
  name: string
  sha256: string
}

export interface PictureRequest {
  model: ModelRef
  picture: string
  /** What the result calls the picture. */
  name: string
  settings: DetectionSettings
  maxPixels: number
}
export interface DetectRequest extends PictureRequest {
  /** Result and map are written here. */
  folder: string
  /** What people find in their output folder; undefined: nothing is written there. */
  outputs: { json: string; visualization: string } | undefined
}
interface CandidatesRequest {
  folder: string
  settings: Pick<DetectionSettings, 'binarizeThreshold' | 'unclipRatio' | 'maxCandidates' | 'polygon'>
}
interface BatchItemRequest extends PictureRequest {
  json: string
  visualization: string
  thumbnail: string
}
interface BatchItemAnswer {
  boxes: number
  width: number
  height: number
  seconds: number
  /** Pages in the file, of which the first was read. */
  pages: number
}
interface DrawRequest {
  picture: string
  name: string
  maxPixels: number
  result: Pick<DetectionResult, 'boxes' | 'scores' | 'polygons'>
  target: string
}
interface ImageRequest {
  picture: string
  name: string
  maxPixels: number
  target: string
  /** Longest side; the picture's own size without. */
  size?: number
}
interface MapRequest {
  folder: string
  layer: 'heat' | 'gray'
  target: string
}

/** Files in the folder of a result. */
export const resultFiles = { result: 'result.json', map: 'map.f32', picture: 'picture' } as const

export interface InferenceOps {
  /** @param found gets all candidates as soon as they are kept; the output files are written after that */
  detect(request: DetectRequest, found: (result: DetectionResult) => void): Promise<void>
  candidates(request: CandidatesRequest): Promise<DetectionResult>
  'batch-item'(request: BatchItemRequest): Promise<BatchItemAnswer>
  draw(request: DrawRequest): Promise<void>
  image(request: ImageRequest): Promise<void>
  map(request: MapRequest): Promise<void>
  ping(request: null): Promise<void>
}
