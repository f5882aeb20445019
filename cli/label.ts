import { stat } from 'node:fs/promises'
import path from 'node:path'
import { formatIcdar } from '../detector/dataset/icdar'
import { annotationName, claimedTwice } from '../detector/dataset/pair-names'
import { proposeTexts } from '../detector/dataset/pre-annotation'
import { UserError } from '../detector/errors'
import { writeFileAtomic } from '../detector/files/atomic-write'
import { makeFolder } from '../detector/files/make-folder'
import { asReadError } from '../detector/files/read-bytes'
import { detectOptions } from '../detector/options/detect'
import type { OptionTable } from '../detector/options/spec'
import { decodeImage } from '../detector/picture/decode-image'
import { type LeftOut, leftOutPages } from '../detector/picture/left-out'
import type { Command, CommandContext } from './command'
import { detectCommandOptions, type OpenedDetector, openDetector } from './detect-images'
import { picturesOf, tellLeftOut } from './picture-folder'

const options = {
  model: detectCommandOptions.model,
  second: {
    type: 'string',
    default: '',
    label: { zh: '第二个模型', en: 'Second model' },
    help: {
      zh: '两个模型都找到的才算文字，其余为“忽略”。',
      en: 'Another model: only what both find counts as text, the rest becomes don’t-care.',
    },
  },
  certain: {
    type: 'number',
    default: 0.6,
    min: 0,
    max: 1,
    step: 0.01,
    label: { zh: '确信得分', en: 'Certain' },
    help: {
      zh: '得分低于此值的框标为 ###（训练时忽略）。',
      en: 'Boxes with a lower score are marked ### (left out of training) for you to decide.',
    },
  },
  output: {
    type: 'string',
    default: '',
    label: { zh: '输出目录', en: 'Output' },
    help: {
      zh: '标注目录，默认写入图片目录。',
      en: 'Folder for the annotations; without it they go into the folder of the pictures.',
    },
  },
  overwrite: {
    type: 'boolean',
    default: false,
    label: { zh: '覆盖', en: 'Overwrite' },
    help: { zh: '覆盖已有标注。', en: 'Replaces annotations that are there.' },
  },
  ...detectOptions,
  device: detectCommandOptions.device,
  threads: detectCommandOptions.threads,
} as const satisfies OptionTable

export const command: Command = {
  name: 'label',
  summary: 'Annotate pictures with a model, as a start for correcting and training.',
  usage: 'DIR [options]',
  examples: [
    'ocr-detect label photos',
    'ocr-detect label photos --model workdirs/exp_20260101_120000 --output labelled',
    'ocr-detect label photos --second other.onnx --certain 0.7',
  ],
  options,
  async run(values, positional, ctx) {
    const folder = await folderGiven(positional)
    const { names, leftOut } = await picturesIn(folder)
    const output = values.output === undefined || values.output === '' ? folder : String(values.output)
    await refuseToReplace(output, values.overwrite === true)
    const first = await openDetector(values)
    try {
      const second = values.second ? await openDetector({ ...values, model: values.second }) : undefined
      try {
        return await label(
          { folder, names, leftOut, output, first, second, certain: Number(values.certain ?? 0.6) },
          ctx,
        )
      } finally {
        await second?.detector.close()
      }
    } finally {
      await first.detector.close()
    }
  },
}

interface Work {
  folder: string
  names: string[]
  leftOut: LeftOut[]
  output: string
  first: OpenedDetector
  second: OpenedDetector | undefined
  certain: number
}

/** Writes `train_gts/gt_NAME.txt` for every picture and `train_list.txt`: the folder is a data set afterwards. */
async function label(work: Work, ctx: CommandContext): Promise<number> {
  const { folder, names, output, first, second, certain } = work
  const leftOut = [...work.leftOut]
  makeFolder(path.join(output, 'train_gts'))
  const list: string[] = []
  const failures: { image: string; code: string; message: string }[] = []
  let texts = 0
  let doubtful = 0
  for (const [i, name] of names.entries()) {
    if (ctx.signal.aborted) break
    const file = path.join(folder, name)
    try {
      // A list holds one picture a line: such a name would write lines of its own into it.
      if (/[\t\r\n]/.test(name)) {
        throw new UserError({
          code: 'name-not-listable',
          message: 'Its name holds a line end or a TAB, which a list cannot hold.',
          fix: 'Rename it.',
        })
      }
      const image = await decodeImage(file)
      const pages = leftOutPages(name, image.pages)
      if (pages) leftOut.push(pages)
      const boxes = async ({ detector, settings }: OpenedDetector) => {
        const { result } = await detector.detect(image, settings, { name, signal: ctx.signal })
        return { boxes: result.boxes, scores: result.scores, omitted: result.omitted }
      }
      const proposed = proposeTexts(await boxes(first), certain, second && (await boxes(second)))
      const annotation = `train_gts/${annotationName(name)}`
      await writeFileAtomic(path.join(output, annotation), formatIcdar(proposed))
      list.push(`${path.relative(output, file).split(path.sep).join('/')}\t${annotation}\n`)
      texts += proposed.filter((text) => !text.ignore).length
      doubtful += proposed.filter((text) => text.ignore).length
      if (!ctx.json && ((i + 1) % 50 === 0 || i + 1 === names.length)) ctx.err(`${i + 1} of ${names.length}`)
    } catch (error) {
      if (ctx.signal.aborted) break
      if (!(error instanceof UserError)) throw error
      failures.push({ image: name, code: error.code, message: error.message })
      ctx.err(`${name}: ${error.message}`)
    }
  }
  await writeFileAtomic(path.join(output, 'train_list.txt'), list.join(''))
  tellLeftOut(leftOut, ctx)
  const figures = { images: list.length, texts, doubtful, failed: failures.length }
  if (ctx.json) ctx.out(JSON.stringify({ output, ...figures, failures, leftOut }))
  else {
    ctx.out(`${list.length} pictures: ${texts} texts, ${doubtful} doubtful places marked ###`)
    ctx.out(`Look them through, then: ocr-detect train --data ${output}`)
  }
  if (ctx.signal.aborted) return 1
  if (failures.length === 0) return 0
  return list.length === 0 ? 2 : 1
}

async function folderGiven(positional: string[]): Promise<string> {
  if (positional.length !== 1)
    throw new UserError({
      code: positional.length === 0 ? 'argument-missing' : 'argument-unexpected',
      message: `label takes one folder of pictures; ${positional.length} were given.`,
      fix: 'Write: ocr-detect label DIR',
    })
  try {
    if ((await stat(positional[0])).isDirectory()) return positional[0]
  } catch (error) {
    throw asReadError(error, positional[0])
  }
  throw new UserError({ code: 'folder-expected', message: 'This is not a folder.', where: { file: positional[0] } })
}

async function picturesIn(folder: string): Promise<{ names: string[]; leftOut: LeftOut[] }> {
  const { names, leftOut } = await picturesOf(folder)
  // File systems that ignore case would write one over the other.
  const [twice] = claimedTwice(names, (name) => annotationName(name).toLowerCase()).values()
  if (twice)
    throw new UserError({
      code: 'name-not-unique',
      message: `${twice[0]} and ${twice[1]} would have the same annotation file.`,
      where: { file: folder },
      fix: 'Rename one of them.',
    })
  return { names, leftOut }
}

async function refuseToReplace(output: string, overwrite: boolean): Promise<void> {
  if (overwrite) return
  const file = path.join(output, 'train_list.txt')
  const there = await stat(file).catch(() => undefined)
  if (there)
    throw new UserError({
      code: 'labels-exist',
      message: 'There are annotations already.',
      where: { file },
      fix: 'Name another folder with --output, or replace them with --overwrite.',
    })
}
