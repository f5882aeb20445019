import type { ExportOptions } from '../options/export'
import type { Bilingual } from '../options/spec'
import type { BoxAgreement } from './compare-boxes'
import type { QuantisedExport } from './quantise/quantise-export'

/** Stages of an export, in this order; `quantise` only for int8. */
export type ExportStage = 'build' | 'quantise' | 'verify'

export interface TensorInfo {
  name: string
  type: string
  shape: (number | string)[]
}

/** One line of the proof. `name` is stable; `checkNames` says it in words. */
export interface ExportCheck {
  name: CheckName
  value: string
  /** What is demanded; `–` where the value only informs. */
  limit: string
  /** null: there was nothing to compare, which is neither agreement nor a fault. */
  ok: boolean | null
}

export const checkNames = {
  pictures: { zh: '校验图片', en: 'Pictures' },
  'map-difference': { zh: '概率图最大误差', en: 'Largest map difference' },
  boxes: { zh: '文本框数量（文件 / 模型）', en: 'Boxes (file / model)' },
  matched: { zh: '相同的文本框（IoU ≥ 0.9）', en: 'Same boxes (IoU ≥ 0.9)' },
  corners: { zh: '角点相差不超过 2 px', en: 'Corners within 2 px' },
  hmean: { zh: 'hmean（模型 → 文件）', en: 'hmean (model → file)' },
  agreement: { zh: '与模型一致 (F1)', en: 'Agreement with the model (F1)' },
  time: { zh: '每张用时（模型网络 / 文件）', en: 'Time per picture (bare network / file)' },
} as const satisfies Record<string, Bilingual>
type CheckName = keyof typeof checkNames

/** The measured figures behind the checks. */
export interface Verification {
  /** Root of the data set, or `samples`. */
  source: string
  pictures: number
  /** Pictures with as many boxes from the file as from the model. */
  sameCount: number
  width: number
  height: number
  mapDifference: { max: number; mean: number }
  boxes: BoxAgreement
  /** With the model's boxes as truth; those within reach of the threshold do not count. 0–1; null without any box. */
  agreement: number | null
  /** ICDAR2015 hmean at the thresholds of the export, on annotated pictures only. 0–1. */
  hmean?: { model: number; file: number; truths: number }
  /** Medians. `model` is the network alone in float32, `file` all that the file does. */
  milliseconds: { model: number; file: number }
}

/** Stored beside the file as `<name>.json`. */
export interface ExportReport {
  /** Name of the file, without folder. */
  file: string
  size: number
  sha256: string
  opset: number
  inputs: TensorInfo[]
  outputs: TensorInfo[]
  checks: ExportCheck[]
  model: { name: string; sha256: string }
  options: ExportOptions
  metadata: Record<string, string>
  verification: Verification
  /** Of an int8 file. */
  quantisation?: Omit<QuantisedExport, 'model'>
  versions: { project: string; onnxruntime: string; node: string }
  created: string
}
