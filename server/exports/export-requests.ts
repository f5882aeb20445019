import type { ExportStage } from '../../detector/export/export-report'
import type { ExportOptions } from '../../detector/options/export'
import type { ExportInfo } from './schema'

export interface ExportProgress {
  share: number
  stage: ExportStage
}
interface ExportJob {
  model: { file: string; name: string }
  options: ExportOptions
  /** The file and its report are written here. */
  folder: string
}
export interface ExportAnswer extends Pick<ExportInfo, 'inputs' | 'outputs' | 'checks'> {
  /** Name in the folder. */
  file: string
  size: number
  sha256: string
  opset: number
}
export interface ExportOps {
  export(job: ExportJob, progress: (progress: ExportProgress) => void): Promise<ExportAnswer>
}
