import { UserError } from '../detector/errors'
import { nearestName, type OptionTable, parseOptions } from '../detector/options/spec'
import { type AssetOptions, loadSyntheticAssets } from '../synthetic/drawing/synthetic-assets'
import { SCENE_NAMES, type SceneName } from '../synthetic/scenes/scene-catalogue'
import { writeSyntheticSet } from '../synthetic/write-set'
import type { Command } from './command'

const options = {
  output: {
    type: 'string',
    default: '',
    required: true,
    label: { zh: '输出目录', en: 'Output folder' },
    help: {
      zh: '新目录，写入 ICDAR2015 格式的数据集。',
      en: 'A new folder for a data set in the layout of ICDAR2015.',
    },
  },
  count: {
    type: 'number',
    default: 1000,
    min: 1,
    max: 10_000_000,
    integer: true,
    label: { zh: '图片数', en: 'Pictures' },
    help: { zh: '生成多少张图片。', en: 'How many pictures to make.' },
  },
  seed: {
    type: 'number',
    default: 1,
    min: 0,
    max: 2_147_483_647,
    integer: true,
    label: { zh: '随机种子', en: 'Seed' },
    help: { zh: '相同种子与字体得到相同图片。', en: 'The same seed and fonts give the same pictures.' },
  },
  words: {
    type: 'boolean',
    default: false,
    label: { zh: '按单词标注', en: 'Words' },
    help: { zh: '标注单词而不是文本行。', en: 'Mark words instead of lines.' },
  },
  width: {
    type: 'number',
    default: 768,
    min: 128,
    max: 4096,
    integer: true,
    label: { zh: '宽度', en: 'Width' },
    help: { zh: '图片宽度（像素）。', en: 'Pixels of the pictures.' },
  },
  height: {
    type: 'number',
    default: 768,
    min: 128,
    max: 4096,
    integer: true,
    label: { zh: '高度', en: 'Height' },
    help: { zh: '图片高度（像素）。', en: 'Pixels of the pictures.' },
  },
  scenes: {
    type: 'string',
    default: '',
    label: { zh: '场景', en: 'Scenes' },
    help: {
      zh: `只用这些场景，逗号分隔：${SCENE_NAMES.join('、')}。`,
      en: `Only these, separated by commas: ${SCENE_NAMES.join(', ')}.`,
    },
  },
  testShare: {
    type: 'number',
    default: 0.1,
    min: 0,
    max: 0.9,
    label: { zh: '测试比例', en: 'Test share' },
    help: { zh: '划入测试部分的比例。', en: 'Share of the pictures that becomes the test part.' },
  },
  photographs: {
    type: 'string',
    default: '',
    advanced: true,
    label: { zh: '背景照片目录', en: 'Photographs' },
    help: { zh: '无文字的照片，用作背景。', en: 'A folder of photographs without text, for backgrounds.' },
  },
  assets: {
    type: 'string',
    default: '',
    advanced: true,
    label: { zh: '字体与词表目录', en: 'Fonts and words' },
    help: {
      zh: '代替系统目录，在其中查找字体和词表。',
      en: 'A folder searched for fonts and word lists in place of those of the system.',
    },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'synth',
  summary: 'Make pictures of text with exact boxes, for training with few labels.',
  usage: '--output DIR [options]',
  examples: [
    'ocr-detect synth --output pictures --count 2000 --seed 7',
    'ocr-detect synth --output receipts --count 500 --scenes receipt,receipt-photo --words',
  ],
  options,
  async run(values, positional, ctx) {
    if (positional.length > 0)
      throw new UserError({
        code: 'argument-unexpected',
        message: `synth takes no files: "${positional[0]}" was given.`,
        fix: 'Name the new folder with --output.',
      })
    const o = parseOptions(options, values)
    if (o.output === '')
      throw new UserError({ code: 'option-missing', message: 'synth needs a folder.', fix: 'Add --output DIR.' })
    const source: AssetOptions = {
      words: o.words,
      ...(o.assets !== '' && { folder: o.assets }),
      ...(o.photographs !== '' && { photographs: o.photographs }),
    }
    const scenes = scenesOf(o.scenes)
    const { assets, warnings } = await loadSyntheticAssets(source)
    for (const warning of warnings) ctx.err(`Note: ${warning}`)
    const report = await writeSyntheticSet({
      ...o,
      folder: o.output,
      assets,
      scenes,
      signal: ctx.signal,
      onProgress: (done, count) => {
        if (!ctx.json && (done % 500 === 0 || done === count)) ctx.err(`${done} of ${count}`)
      },
    })
    const made = report.train + report.test
    if (ctx.json) ctx.out(JSON.stringify({ output: o.output, ...report, faces: assets.fonts.faces.length }))
    else {
      ctx.out(`${report.train} pictures for training, ${report.test} for testing, ${report.texts} boxes`)
      ctx.out(`${(made / report.seconds).toFixed(1)} pictures/s. Train with: ocr-detect train --data ${o.output}`)
    }
    return made === o.count ? 0 : 1
  },
}

function scenesOf(list: string): SceneName[] | undefined {
  if (list.trim() === '') return undefined
  return list.split(',').map((part) => {
    const name = part.trim()
    const known = SCENE_NAMES.find((scene) => scene === name)
    if (known) return known
    const near = nearestName(name, SCENE_NAMES)
    throw new UserError({
      code: 'option-invalid',
      message: `--scenes: there is no scene "${name}".`,
      fix: near ? `Did you mean "${near}"?` : `Scenes: ${SCENE_NAMES.join(', ')}.`,
    })
  })
}
