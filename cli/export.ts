import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { UserError } from '../detector/errors'
import { writeFileAtomic } from '../detector/formats/atomic-write'
import { readWeights } from '../detector/formats/pth/read-weights'
import { findModel } from '../detector/inference/model-file'
import { buildInferenceModel } from '../detector/network/inference-model'
import { exportOptions } from '../detector/options/export'
import { type OptionTable, parseOptions } from '../detector/options/spec'
import type { Command } from './command'

const { width, height, dynamic } = exportOptions
const options = {
  model: {
    type: 'string',
    default: 'base',
    label: { zh: '模型', en: 'Model' },
    help: { zh: '模型：base、训练目录，或 .pth 文件。', en: 'base, a run directory, or a .pth file.' },
  },
  output: {
    type: 'string',
    default: '.',
    label: { zh: '输出', en: 'Output' },
    help: { zh: '目录或 .onnx 文件。', en: 'Directory, or name of an .onnx file.' },
  },
  width,
  height,
  form: { ...exportOptions.form, default: 'maps', choices: ['maps'] },
  dynamic,
} as const satisfies OptionTable

export const command: Command = {
  name: 'export',
  summary: 'Write a model as ONNX file.',
  usage: '[options]',
  examples: [
    'ocr-detect export --model workdirs/exp_20260130_120000 --width 800 --height 800',
    'ocr-detect export --dynamic --output detector.onnx',
  ],
  options,
  async run(values, positional, ctx) {
    if (positional.length > 0) {
      throw new UserError({ code: 'argument-unexpected', message: `export takes no argument "${positional[0]}".` })
    }
    const o = parseOptions(options, values)
    const model = findModel(o.model)
    if (extname(model.path) === '.onnx') {
      throw new UserError({
        code: 'model-exported',
        message: 'The model is an ONNX file already; a .pth file is expected.',
        where: { file: model.path },
      })
    }
    const { tensors } = await readWeights(model.path)
    const size = o.dynamic ? {} : { batch: 1, width: o.width, height: o.height }
    const bytes = buildInferenceModel(tensors, { input: 'unit', ...size })
    const name = `model_${o.dynamic ? 'dynamic' : `${o.height}x${o.width}`}_maps_fp32.onnx`
    const isFolder = existsSync(o.output) && statSync(o.output).isDirectory()
    const file = isFolder ? join(o.output, name) : o.output
    await writeFileAtomic(file, bytes)
    if (ctx.json) ctx.out(JSON.stringify({ file, model: model.name, bytes: bytes.length }))
    else ctx.out(file)
    return 0
  },
}
