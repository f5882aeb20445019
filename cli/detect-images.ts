import { basename, join } from 'node:path'
import { Detector } from '../detector/detection/detector'
import { failedResult, formatResult } from '../detector/detection/result'
import type { DetectionResult } from '../detector/detection/types'
import { UserError } from '../detector/errors'
import { writeFileAtomic } from '../detector/files/atomic-write'
import type { DetectionSettings } from '../detector/options/detect'
import { detectOptions } from '../detector/options/detect'
import { resolveDetectionSettings } from '../detector/options/presets'
import type { OptionTable } from '../detector/options/spec'
import { type DecodedImage, decodeImage } from '../detector/picture/decode-image'
import { drawBoxes, drawnBoxes } from '../detector/picture/draw-boxes'
import { type LeftOut, leftOutPages } from '../detector/picture/left-out'
import type { OutputDirectory } from './outputs'

/** What detect and batch take beyond the settings of a detection. */
export const detectCommandOptions = {
  model: {
    type: 'string',
    default: 'base',
    label: { zh: '模型', en: 'Model' },
    help: {
      zh: '模型：base、训练目录，或 .pth / .onnx 文件。',
      en: 'base, a run directory, or a .pth or .onnx file.',
    },
  },
  output: {
    type: 'string',
    default: '',
    label: { zh: '输出目录', en: 'Output' },
    help: {
      zh: '结果目录，默认新建 outputs/outputs_<时间>。',
      en: 'Directory for the results; without it a new outputs/outputs_<time>.',
    },
  },
  picture: {
    type: 'boolean',
    default: true,
    label: { zh: '画出检测框', en: 'Draw pictures' },
    help: { zh: '不写可视化图片。', en: 'Writes no pictures with boxes.' },
  },
  ...detectOptions,
  device: {
    type: 'string',
    default: 'cpu',
    advanced: true,
    label: { zh: '设备', en: 'Device' },
    help: { zh: 'cpu、cuda、webgpu 等执行设备。', en: 'Execution provider: cpu, cuda, webgpu and so on.' },
  },
  threads: {
    type: 'number',
    default: 0,
    min: 0,
    max: 256,
    integer: true,
    advanced: true,
    label: { zh: '线程数', en: 'Threads' },
    help: { zh: '0 表示全部核心。', en: '0 = all cores.' },
  },
} as const satisfies OptionTable

export interface OpenedDetector {
  detector: Detector
  settings: DetectionSettings
}

/** Loads the model of the command line and makes the settings: given values, preset, the model's calibration, defaults. */
export async function openDetector(values: Record<string, unknown>): Promise<OpenedDetector> {
  const given = Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(detectOptions, key)))
  // A wrong combination shows before a model is loaded.
  resolveDetectionSettings(given)
  const detector = await Detector.open({
    model: String(values.model ?? detectCommandOptions.model.default),
    device: String(values.device ?? 'cpu'),
    threads: Number(values.threads ?? 0),
  })
  return { detector, settings: resolveDetectionSettings(given, detector) }
}

export interface ImageJob {
  file: string
  /** Names of the files to write, without ending. */
  json: string
  picture?: string
}

export interface ImageOutcome {
  job: ImageJob
  result: DetectionResult
  /** Pages of the file in which nothing was looked for. */
  leftOut?: LeftOut
  /** What was written; nothing for a picture that failed, unless failures are to be written too. */
  files: { json?: string; visualization?: string }
}

/**
 * Detects pictures one after another and writes their files. The next picture is decoded and the last one written while
 * the network runs; no more than these are held. A picture that cannot be read gives a result with `success: false`.
 */
export async function* detectImages(
  jobs: readonly ImageJob[],
  { detector, settings }: OpenedDetector,
  output: OutputDirectory,
  { signal, failures }: { signal: AbortSignal /** Whether a picture that fails gets its JSON. */; failures: boolean },
): AsyncGenerator<ImageOutcome> {
  const decodeAhead = (i: number): Promise<Decoded> | undefined => {
    if (i >= jobs.length) return undefined
    const decoding = timedDecode(jobs[i].file)
    // Awaited in its turn; a defect before that must not count as unhandled.
    decoding.catch(() => undefined)
    return decoding
  }
  let next = decodeAhead(0)
  // Told when its files are there: what cannot be written is no success.
  let last: Promise<ImageOutcome> | undefined
  let fault: { error: unknown } | undefined
  try {
    for (let i = 0; i < jobs.length; i++) {
      signal.throwIfAborted()
      const job = jobs[i]
      const decoded = (await next) as Decoded
      next = decodeAhead(i + 1)
      const name = basename(job.file)
      let result: DetectionResult
      if (decoded.image) {
        const options = { name, signal, decodeMs: decoded.milliseconds }
        result = (await detector.detect(decoded.image, settings, options)).result
      } else {
        result = failedResult(name, decoded.error.toBody(), { model: detector.model, settings })
      }
      const files = result.success || failures ? await filesOf(job, result, output) : {}
      const before = last
      if (before) await before
      const leftOut = leftOutPages(name, decoded.image?.pages ?? 1)
      last = written({ job, result, files, ...(leftOut && { leftOut }) }, decoded.image)
      last.catch(() => undefined)
      if (before) yield await before
    }
  } catch (error) {
    fault = { error }
  } finally {
    // What is being written is finished even when the caller stops here.
    await last?.catch(() => undefined)
  }
  if (last) yield await last
  if (fault) throw fault.error
}

/** A picture whose own files cannot be written fails alone; a full disk or a locked folder ends all. */
async function written(outcome: ImageOutcome, image: DecodedImage | undefined): Promise<ImageOutcome> {
  const { result, files } = outcome
  try {
    await writeFiles(files, result, image)
    return outcome
  } catch (error) {
    const { code } = ((error as UserError).cause ?? {}) as NodeJS.ErrnoException
    if (!(error instanceof UserError) || !(code === 'ENAMETOOLONG' || code === 'EISDIR')) throw error
    const failed = failedResult(result.image_path, error.toBody(), result)
    const { json } = files
    const told =
      json !== undefined &&
      (await writeFiles({ json }, failed, undefined).then(
        () => true,
        () => false,
      ))
    return { ...outcome, result: failed, files: told ? { json } : {} }
  }
}

type Decoded = { image: DecodedImage; milliseconds: number } | { image?: undefined; error: UserError }

async function timedDecode(file: string): Promise<Decoded> {
  const start = performance.now()
  try {
    return { image: await decodeImage(file), milliseconds: performance.now() - start }
  } catch (error) {
    if (error instanceof UserError) return { error }
    throw error
  }
}

async function filesOf(
  job: ImageJob,
  result: DetectionResult,
  output: OutputDirectory,
): Promise<ImageOutcome['files']> {
  const folder = await output.path()
  const drawn = job.picture !== undefined && result.success
  return {
    json: join(folder, 'json', `${job.json}.json`),
    ...(drawn && { visualization: join(folder, 'visualization', `${job.picture}.png`) }),
  }
}

async function writeFiles(
  { json, visualization }: ImageOutcome['files'],
  result: DetectionResult,
  image: DecodedImage | undefined,
): Promise<void> {
  if (json) await writeFileAtomic(json, formatResult(result))
  if (visualization && image) await writeFileAtomic(visualization, await drawBoxes(image, drawnBoxes(result)))
}
