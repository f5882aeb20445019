import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { UserError } from '../detector/errors'
import { CHECK_PICTURES, exportModel, exportOptionsFor } from '../detector/export/export-model'
import { checkNames, type ExportReport, type ExportStage } from '../detector/export/export-report'
import { exportFileName } from '../detector/export/file-name'
import { exportOptions } from '../detector/options/export'
import { type OptionTable, parseOptions } from '../detector/options/spec'
import { findModel, type ModelFile } from '../detector/weights/model-file'
import { readWeights } from '../detector/weights/pth/read-weights'
import { writeWeights } from '../detector/weights/pth/write-weights'
import { readSidecar } from '../detector/weights/sidecar'
import type { Command, CommandContext } from './command'
import { ExportProgress } from './export-progress'

const places = {
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
    help: { zh: '目录或文件名。', en: 'Directory, or name of the file.' },
  },
  data: {
    type: 'string',
    default: '',
    label: { zh: '校验数据', en: 'Data' },
    help: {
      zh: '用此数据集的验证部分校验；默认用训练时的数据，否则用示例图片。',
      en: 'Data set whose test part checks the file; by default that of the run, else the sample pictures.',
    },
  },
  checkPictures: {
    type: 'number',
    default: CHECK_PICTURES,
    min: 1,
    max: 100_000,
    integer: true,
    advanced: true,
    label: { zh: '校验图片数', en: 'Check pictures' },
    help: { zh: '最多用多少张图片校验。', en: 'The file is checked with at most so many pictures.' },
  },
  layout: {
    type: 'choice',
    default: 'onnx',
    choices: ['onnx', 'bare', 'model.module'],
    advanced: true,
    label: { zh: '文件格式', en: 'Layout' },
    help: {
      zh: 'onnx；bare 或 model.module 则写出 PyTorch 的 .pth（张量名不带或带前缀）。',
      en: 'onnx; bare and model.module write a .pth for PyTorch, tensor names without or with that prefix.',
    },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'export',
  summary: 'Write a model as ONNX file and prove that it finds the same boxes.',
  usage: '[options]',
  examples: [
    'ocr-detect export --model workdirs/exp_20260130_120000 --width 800 --height 800',
    'ocr-detect export --form maps --dynamic --output detector.onnx',
    'ocr-detect export --precision fp16 --data custom_data',
    'ocr-detect export --layout model.module --output for_pytorch.pth',
  ],
  options: { ...places, ...exportOptions },
  async run(values, positional, ctx) {
    if (positional.length > 0) {
      throw new UserError({
        code: 'argument-unexpected',
        message: `export takes no argument "${positional[0]}".`,
        fix: `Did you mean --model ${positional[0]}?`,
      })
    }
    const { model: asked, output, data, checkPictures, layout, ...given } = values
    const place = parseOptions(places, { model: asked, output, data, checkPictures, layout })
    const model = findModel(place.model)
    if (extname(model.path).toLowerCase() === '.onnx') {
      throw new UserError({
        code: 'model-exported',
        message: 'The model is an ONNX file already; a .pth file is expected.',
        where: { file: model.path },
      })
    }
    if (place.layout !== 'onnx') return writeForPyTorch(model, place.layout, place.output, given, ctx)

    const options = exportOptionsFor(await readSidecar(model.path), given)
    const file = placeOf(place.output, exportFileName(options), '.onnx')
    const progress = new ExportProgress()
    try {
      const report = await exportModel({
        model: { file: model.path, name: model.name },
        options,
        output: file,
        data: place.data || undefined,
        checkPictures: place.checkPictures,
        signal: ctx.signal,
        onProgress: (stage: ExportStage, share: number) => progress.show(stage, share),
      })
      progress.clear()
      tell(report, file, ctx)
    } finally {
      progress.clear()
    }
    return 0
  },
}

/** A folder takes the proper name; anything else is the name. */
function placeOf(output: string, name: string, extension: string): string {
  if (existsSync(output) && statSync(output).isDirectory()) return join(output, name)
  if (extname(output).toLowerCase() === extension) return output
  throw new UserError({
    code: 'output-invalid',
    message: `--output: an existing folder or a name that ends in ${extension} expected, "${output}" given.`,
  })
}

async function writeForPyTorch(
  model: ModelFile,
  layout: 'bare' | 'model.module',
  output: string,
  given: Record<string, unknown>,
  ctx: CommandContext,
): Promise<number> {
  const [extra] = Object.keys(given)
  if (extra !== undefined) {
    throw new UserError({ code: 'option-conflict', message: `--${extra} has no meaning for a .pth file.` })
  }
  const file = placeOf(output, `model_${layout === 'bare' ? 'bare' : 'module'}.pth`, '.pth')
  const { tensors } = await readWeights(model.path)
  await writeWeights(file, tensors, layout === 'bare' ? {} : { prefix: 'model.module.' })
  ctx.out(ctx.json ? JSON.stringify({ file, model: model.name, layout, tensors: tensors.size }) : file)
  return 0
}

function tell(report: ExportReport, file: string, ctx: CommandContext): void {
  if (ctx.json) {
    ctx.out(JSON.stringify({ ...report, file }))
    return
  }
  for (const { name, value, limit, ok } of report.checks) {
    ctx.err(
      `${checkNames[name].en}: ${value}${limit === '–' ? '' : ` (${limit})`}${ok === null ? ', not measured' : ''}`,
    )
  }
  if (report.checks.some(({ ok }) => ok === null)) {
    ctx.err(
      'Neither the file nor the model found a box on these pictures: nothing was compared. Check it with --data, or with a lower --threshold.',
    )
  }
  ctx.out(file)
}
