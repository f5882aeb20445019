import type { CheckReport } from '../../detector/dataset/check/check'
import type { ErrorBody } from '../../detector/errors'
import type { Sidecar } from '../../detector/weights/sidecar'

/** Longer work that is asked for now and then; paths are made by the server. */
export interface TaskOps {
  check(request: CheckRequest): Promise<Omit<CheckReport, 'root'>>
  'import-model'(request: ImportRequest): Promise<Sidecar>
  estimate(request: MeasureRequest): Promise<Measurement>
}

/** What to say of a request that ends its process twice. */
export const taskBlame = (op: string): ErrorBody =>
  op === 'check'
    ? {
        code: 'data-ends-process',
        message: 'The checking process ended twice while it read this data.',
        fix: 'Save its pictures anew with another program, or scale very large ones down.',
      }
    : { code: 'model-ends-process', message: 'The process that read this model ended twice.', fix: 'Export it anew.' }

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
