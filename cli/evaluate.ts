import { hasText, openDataset } from '../detector/dataset/dataset'
import { UserError } from '../detector/errors'
import { evaluateSet, type SetEvaluation } from '../detector/evaluation/evaluate-set'
import { detectOptions } from '../detector/options/detect'
import type { OptionTable } from '../detector/options/spec'
import type { Command } from './command'
import { detectCommandOptions, openDetector } from './detect-images'

const { model, device, threads } = detectCommandOptions
const own = {
  data: {
    type: 'string',
    default: '',
    required: true,
    label: { zh: '数据目录', en: 'Data directory' },
    help: { zh: '带标注的数据集目录。', en: 'Directory of an annotated data set.' },
  },
  split: {
    type: 'choice',
    default: 'test',
    choices: ['test', 'train'],
    label: { zh: '部分', en: 'Part' },
    help: { zh: '评估 test 或 train 部分。', en: 'The part of the set to evaluate on.' },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'evaluate',
  summary: 'Score a model on an annotated data set (ICDAR2015 protocol).',
  usage: '--data DIR [--model MODEL] [options]',
  examples: [
    'ocr-detect evaluate --data custom_data',
    'ocr-detect evaluate --model workdirs/exp_20260130_120000 --data custom_data --split test --json',
    'ocr-detect evaluate --data custom_data --threshold 0.3 --binarize-threshold 0.25',
  ],
  options: { ...own, model, ...detectOptions, device, threads },
  async run(values, positional, ctx) {
    const { data = positional[0], split = 'test' } = values as { data?: string; split?: 'test' | 'train' }
    if (!data || positional.length > (values.data === undefined ? 1 : 0)) {
      throw new UserError({
        code: data ? 'argument-unexpected' : 'option-missing',
        message: data ? `evaluate takes no argument "${positional.at(-1)}".` : '--data is needed.',
        fix: 'Write: ocr-detect evaluate --data DIR',
      })
    }
    const dataset = await openDataset(data, { need: split })
    if (split === 'test' && dataset.testFrom !== 'list') {
      const source = dataset.testFrom === 'split' ? 'a part of the training images' : 'the training images themselves'
      ctx.err(`The set has no test images; evaluated on ${source}.`)
    }
    const { detector, settings } = await openDetector(values)
    try {
      const samples = dataset[split]
      const onImage = (done: number): void => {
        if (process.stderr.isTTY && !ctx.json) process.stderr.write(`\r${done}/${samples.length} images`)
      }
      const result = await evaluateSet(detector, samples, settings, { signal: ctx.signal, onImage })
      if (process.stderr.isTTY && !ctx.json) process.stderr.write('\r\x1b[2K')
      if (!samples.some(hasText)) ctx.err(`The ${split} images hold no readable text: nothing was measured.`)
      for (const { file, message } of result.unreadable) ctx.err(`${file}: left out. ${message}`)
      if (ctx.json) ctx.out(JSON.stringify({ data, split, model: detector.model, settings, ...result }))
      else for (const line of lines(result, settings)) ctx.out(line)
      return 0
    } finally {
      await detector.close()
    }
  },
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

function lines(result: SetEvaluation, at: { threshold: number; binarizeThreshold: number }): string[] {
  const { metrics, best, area } = result
  const row = (name: string, figures: { precision: number; recall: number; hmean: number }): string =>
    `${name.padEnd(44)}P ${percent(figures.precision)}  R ${percent(figures.recall)}  hmean ${percent(figures.hmean)}`
  return [
    `${result.images} images in ${result.seconds.toFixed(1)} s`,
    row(`At threshold ${at.threshold}, binarize ${at.binarizeThreshold}:`, metrics),
    `${'mAP (over all candidates):'.padEnd(44)}${percent(metrics.ap)}`,
    row(`Best of the grid (${best.threshold}, binarize ${best.binarizeThreshold}):`, best),
    `${'Area, however cut into boxes:'.padEnd(44)}P ${percent(area.areaPrecision)}  R ${percent(area.areaRecall)}`,
  ]
}
