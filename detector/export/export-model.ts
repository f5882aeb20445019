import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { env } from 'onnxruntime-node'
import { UserError } from '../errors'
import { writeFileAtomic } from '../files/atomic-write'
import type { OnnxModel } from '../onnx/model'
import { writeModel } from '../onnx/write-model'
import type { ExportOptions } from '../options/export'
import { checkedHash } from '../weights/model-file'
import { readWeights } from '../weights/pth/read-weights'
import { readSidecar } from '../weights/sidecar'
import { buildExport, EXPORT_OPSET } from './build-model'
import { checkNames, type ExportReport, type ExportStage } from './export-report'
import { withHalfWeights } from './half-weights'
import { judgeExport } from './judge-export'
import { projectVersion } from './project'
import { quantiseExport, RANGE_PICTURES } from './quantise/quantise-export'
import { spread, type VerificationPictures, verificationPictures } from './verification-pictures'
import { verifyExport } from './verify-export'

export { exportOptionsFor } from './export-options-for'

/** Pictures that an export is checked with unless told otherwise. */
export const CHECK_PICTURES = 24

export interface ExportJob {
  /** A `.pth` file and what the model is called. */
  model: { file: string; name: string }
  options: ExportOptions
  /** Path of the file to be written; the report goes beside it as `.json`. */
  output: string
  /** Root of the data set to check with; default: that of the weights' run, else the sample pictures. */
  data?: string
  /** How many pictures to check with at most; default CHECK_PICTURES. */
  checkPictures?: number
  signal?: AbortSignal
  /** @param share 0–1 of the stage */
  onProgress?: (stage: ExportStage, share: number) => void
}

/**
 * Writes an ONNX file and, beside it, the report of its proof. Nothing appears before the proof is passed; an export that
 * is cancelled or fails leaves nothing behind, and an older file of the name as it was.
 *
 * @throws UserError `export-check-failed`, those of `readWeights`, `readSidecar`, `checkedHash`, `verificationPictures`
 *   and `writeFileAtomic`; the reason of the signal
 */
export async function exportModel(job: ExportJob): Promise<ExportReport> {
  const { model, options, output, signal, onProgress } = job
  onProgress?.('build', 0)
  await refuseForeignReport(output)
  const sidecar = await readSidecar(model.file)
  const origin = { name: model.name, sha256: await checkedHash(model.file, sidecar), sidecar }
  const { tensors } = await readWeights(model.file)
  signal?.throwIfAborted()
  const pictures = await verificationPictures(model.file, job.data, job.checkPictures ?? CHECK_PICTURES)
  const { model: exported, quantisation } = await inPrecision(buildExport(tensors, options, origin), pictures, job)
  const bytes = writeModel(exported)
  signal?.throwIfAborted()

  const { verification, inputs, outputs } = await verifyExport(bytes, {
    options,
    weights: tensors,
    mean: sidecar?.mean,
    pictures,
    signal,
    onProgress,
  })
  const checks = judgeExport(verification, options.precision)
  const failed = checks.filter(({ ok }) => ok === false)
  if (failed.length > 0) {
    const said = failed
      .map(({ name, value, limit }) => `${checkNames[name].en}: ${value}, demanded ${limit}`)
      .join('; ')
    throw new UserError({
      code: 'export-check-failed',
      message: `The exported file does not find what the model finds, so it was not kept. ${said}.`,
      fix: options.precision === 'fp32' ? 'Please report this.' : 'Export it in fp32 (or fp16).',
    })
  }
  const report: ExportReport = {
    file: basename(output),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    opset: EXPORT_OPSET,
    inputs,
    outputs,
    checks,
    model: { name: origin.name, sha256: origin.sha256 },
    options,
    metadata: Object.fromEntries(exported.metadata),
    verification,
    ...(quantisation && { quantisation }),
    versions: {
      project: projectVersion(),
      onnxruntime: env.versions.node ?? env.versions.common,
      node: process.versions.node,
    },
    created: new Date().toISOString(),
  }
  signal?.throwIfAborted()
  await writeBoth(output, bytes, report)
  return report
}

async function inPrecision(
  model: OnnxModel,
  pictures: VerificationPictures,
  { options, signal, onProgress }: ExportJob,
): Promise<{ model: OnnxModel; quantisation?: ExportReport['quantisation'] }> {
  onProgress?.('build', 1)
  if (options.precision !== 'int8') return { model: options.precision === 'fp16' ? withHalfWeights(model) : model }
  const { width, height } = options
  const { model: quantised, ...quantisation } = await quantiseExport(model, {
    width,
    height,
    pictures: spread(pictures.calibration, 2 * RANGE_PICTURES),
    signal,
    onProgress: (share) => onProgress?.('quantise', share),
  })
  return { model: quantised, quantisation }
}

/** Path of the report of an exported file. */
const reportPath = (output: string): string => output.replace(/\.onnx$/i, '.json')

/** @throws UserError `write-refused` when the report would replace something else, such as the notes beside weights */
async function refuseForeignReport(output: string): Promise<void> {
  const file = reportPath(output)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined || /"verification"\s*:/.test(text)) return
  throw new UserError({
    code: 'write-refused',
    message: 'The report of the export would replace a file that is none.',
    where: { file },
    fix: 'Choose another name with --output.',
  })
}

/** The file last: where it stands, its report stands too. */
async function writeBoth(output: string, bytes: Uint8Array, report: ExportReport): Promise<void> {
  const beside = reportPath(output)
  const before = await readFile(beside).catch(() => undefined)
  try {
    await writeFileAtomic(beside, `${JSON.stringify(report, null, 2)}\n`)
    await writeFileAtomic(output, bytes)
  } catch (error) {
    if (before) await writeFileAtomic(beside, before).catch(() => undefined)
    else await rm(beside, { force: true })
    throw error
  }
}
