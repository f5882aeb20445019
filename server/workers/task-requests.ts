import type { Sidecar } from '../../detector/formats/sidecar'
import type { DataReport } from '../api/schemas/dataset'

/** Longer work that is asked for now and then; paths are made by the server. */
export interface TaskOps {
  check(request: CheckRequest): Promise<DataReport>
  'import-model'(request: ImportRequest): Promise<Sidecar>
  estimate(request: MeasureRequest): Promise<Measurement>
}
export interface CheckRequest {
  path: string
  /** Nothing outside `path` is read. */
  confined: boolean
  /** Where to write what each part holds, one picture a line. */
  lists: { train: string; test: string }
}
export interface ImportRequest {
  source: string
  target: string
  format: 'pth' | 'onnx'
  /** As the user named the file. */
  name: string
}
export interface MeasureRequest {
  /** Training options, checked. */
  options: Record<string, unknown>
}
export interface Measurement {
  steps: number
  secondsPerStep: number
  /** One validation picture. */
  secondsPerValidation: number
  /** Until the first step. */
  startSeconds: number
  /** Highest resident size of the process. */
  memoryBytes: number
}
