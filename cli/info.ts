import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { cpus, freemem, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import { env, listSupportedBackends } from 'onnxruntime-node'
import { UserError } from '../detector/errors'
import { sha256OfFile } from '../detector/files/sha256'
import { readModel } from '../detector/onnx/read-model'
import type { OptionTable } from '../detector/options/spec'
import { findModel } from '../detector/weights/model-file'
import { readWeights } from '../detector/weights/pth/read-weights'
import { readSidecar, type Sidecar } from '../detector/weights/sidecar'
import type { Command, CommandContext } from './command'

const options = {
  model: {
    type: 'string',
    default: '',
    label: { zh: '模型', en: 'Model' },
    help: {
      zh: '.pth、.pt、.onnx 文件、训练目录或模型名。',
      en: 'A .pth, .pt or .onnx file, a run directory or the name of a model.',
    },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'info',
  summary: 'Tell what a model file holds; without one, what this machine offers.',
  usage: '[MODEL] [options]',
  examples: [
    'ocr-detect info',
    'ocr-detect info base',
    'ocr-detect info workdirs/exp_20260130_120000/best_model.pth --json',
  ],
  options,
  async run(values, positional, ctx) {
    const given = [...(values.model ? [String(values.model)] : []), ...positional]
    if (given.length > 1) {
      throw new UserError({
        code: 'argument-unexpected',
        message: `info takes one model, not ${given.length}.`,
        fix: 'Write: ocr-detect info MODEL',
      })
    }
    const report = given.length === 0 ? await describeMachine() : await describeModel(given[0])
    if (ctx.json) ctx.out(JSON.stringify(report))
    else printFields(report, ctx)
    return 0
  },
}

type Field = string | number | boolean | null | Field[] | { [name: string]: Field }
type Report = Record<string, Field>

async function describeModel(model: string): Promise<Report> {
  const { name, path } = findModel(model)
  const { size } = await stat(path)
  const sha256 = await sha256OfFile(path)
  const sidecar = await readSidecar(path)
  return {
    name,
    path,
    bytes: size,
    sha256,
    ...(path.endsWith('.onnx') ? await describeOnnx(path) : await describeWeights(path)),
    ...(sidecar ? describeSidecar(sidecar, sha256) : { sidecar: 'none: default thresholds are used' }),
  }
}

async function describeWeights(path: string): Promise<Report> {
  const { tensors, layout, report } = await readWeights(path)
  let values = 0
  for (const [name, { data }] of tensors) if (!/running_|num_batches/.test(name)) values += data.length
  return {
    format: 'PyTorch weights',
    layout,
    elements: report.type,
    parameters: values,
    entries: report.entries,
    used: tensors.size,
    trainable: report.missing.every((key) => !key.startsWith('decoder.thresh.')),
    ...(report.wrapper && { wrapper: report.wrapper }),
    ...(report.prefix && { prefix: report.prefix }),
    missing: report.missing,
    unexpected: report.unexpected,
    unused: report.unused,
    ...(report.saturated.length > 0 && { saturated: report.saturated }),
  }
}

async function describeOnnx(path: string): Promise<Report> {
  const model = readModel(await readFile(path), path)
  const values = (list: typeof model.graph.inputs): Report =>
    Object.fromEntries(list.map(({ name, dtype, shape }) => [name, `${dtype} [${(shape ?? ['any rank']).join(', ')}]`]))
  const operators = [...new Set(model.graph.nodes.map(({ opType }) => opType))].sort()
  return {
    format: 'ONNX',
    inputs: values(model.graph.inputs),
    outputs: values(model.graph.outputs),
    nodes: model.graph.nodes.length,
    operators,
    ...(model.metadata.size > 0 && { metadata: Object.fromEntries(model.metadata) }),
  }
}

function describeSidecar({ kind, thresholds, size, metrics, source, sha256 }: Sidecar, actual: string): Report {
  return {
    kind,
    thresholds,
    size: { ...size },
    metrics: Object.fromEntries(Object.entries(metrics).map(([set, figures]) => [set, { ...figures }])),
    source: Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)),
    ...(sha256 !== actual && { sidecar: 'describes other weights: the file has been changed since' }),
  }
}

async function describeMachine(): Promise<Report> {
  const processors = cpus()
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${gib(totalmem())}, ${gib(freemem())} free`,
    onnxruntime: env.versions.node ?? env.versions.common,
    devices: listSupportedBackends().map(({ name, bundled }) => `${name}${bundled ? '' : ' (needs its own package)'}`),
    models: await knownModels(),
  }
}

/** The base model and the finished runs below this folder. */
async function knownModels(): Promise<string[]> {
  const names: string[] = []
  try {
    names.push(findModel('base').name)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
  const runs = await readdir('workdirs').catch(() => [])
  for (const run of runs.sort()) {
    const weights = join('workdirs', run, 'best_model.pth')
    if (existsSync(weights)) names.push(basename(run))
  }
  return names
}

/** Long lists are shortened; --json has them whole. */
const SHOWN = 6

function printFields(report: Report, { out }: CommandContext): void {
  const width = Math.max(...Object.keys(report).map((name) => name.length)) + 2
  for (const [name, value] of Object.entries(report)) out(`${name.padEnd(width)}${text(value)}`)
}

function text(value: Field): string {
  if (value === null || typeof value !== 'object')
    return typeof value === 'number' ? value.toLocaleString('en') : String(value)
  if (Array.isArray(value)) {
    const more = value.length > SHOWN ? ` and ${value.length - SHOWN} more` : ''
    return value.length === 0 ? 'none' : `${value.slice(0, SHOWN).map(text).join(', ')}${more}`
  }
  const parts = Object.entries(value).map(([name, item]) => `${name} ${figure(item)}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** Metrics and thresholds with three decimals at most. */
function figure(value: Field): string {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000)
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? `(${text(value)})` : text(value)
}
