import type { Cell } from '../../bench/report'
import { cellOf, column, DASH, markdownTable, type ReadReport, shortName } from './table'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** Sets that mark lines, which is what the base model finds. */
const LINE_SETS = ['receipts', 'typewritten', 'chinese', 'industrial-labels', 'handwriting']
const OWN = 'base'

/** A figure of another detector, with its name. */
export interface Peer {
  name: string
  value: number
}

/** Of every other detector that was measured on all these sets: the mean of a column. */
function peers(read: ReadReport, sets: string[], figure: string): Peer[] {
  return [
    { report: read('quality'), by: 'model' },
    { report: read('packages'), by: 'package' },
  ].flatMap(({ report, by }) => {
    const names = [...new Set(report.rows.map((cells) => cells[column(report, by)]))].filter((name) => name !== OWN)
    return names.map((name) => {
      const values = sets.map((set) => Number(cellOf(report, { set, [by]: name }, figure)))
      return { name: shortName(name), value: values.reduce((sum, value) => sum + value, 0) / sets.length }
    })
  })
}

export function bestPeer(read: ReadReport, sets: string[]): Peer {
  return peers(read, sets, 'hmean').reduce((best, peer) => (peer.value > best.value ? peer : best))
}

export function ownHmean(read: ReadReport, sets: string[]): number {
  const values = sets.map((set) => Number(cellOf(read('quality'), { set, model: OWN }, 'hmean')))
  return values.reduce((sum, value) => sum + value, 0) / sets.length
}

const WORDS: Record<Language, { columns: string[]; rows: string[] }> = {
  en: {
    columns: ['what was measured', 'this detector', 'the original', 'best of the others'],
    rows: [
      'lines of text found (mean hmean of five sets, %)',
      'words of street photographs (hmean, %)',
      'a receipt, ms (busy machine)',
      '37 German receipts, ten epochs: hmean before and after',
      'one training step, eight crops of 320², ms',
      'memory of the detecting process, first and last quarter of 10,000 pictures, MB',
      'finished pictures lost in 200 × `kill -9`',
      'pictures with the same boxes from the exported file',
    ],
  },
  zh: {
    columns: ['测量内容', '本项目', '原版', '其他检测器中最好的'],
    rows: [
      '文字行检测（五个数据集 hmean 平均值，%）',
      '街景照片中的单词（hmean，%）',
      '一张小票，毫秒（机器繁忙时）',
      '37 张德国小票，10 个 epoch：微调前后的 hmean',
      '一个训练步（8 个 320² 裁剪），毫秒',
      '检测进程内存：一万张图片的第一个和最后一个四分之一，MB',
      '200 次 `kill -9` 后丢失的已完成图片',
      '导出文件与应用检测框数目相同的图片',
    ],
  },
}

/** The figures of the first screen. The original publishes none, so its column is empty until somebody measures it. */
export function headline(read: ReadReport, language: Language): string {
  const show = ({ name, value }: Peer, decimals: number): string => `${value.toFixed(decimals)} (${name})`
  const fastest = peers(read, ['receipts'], 'ms a picture').reduce((a, b) => (b.value < a.value ? b : a))
  const step = (figure: string): Cell => cellOf(read('step'), { batch: '8×320²' }, figure)
  const memory = (quarter: string): Cell => cellOf(read('soak'), { process: 'inference' }, quarter)
  const taught = read('german-receipts')
  const epochs = taught.rows.map((cells) => cells[column(taught, 'defaults')])
  const figures: [own: Cell, peer: Cell][] = [
    [ownHmean(read, LINE_SETS).toFixed(1), show(bestPeer(read, LINE_SETS), 1)],
    [ownHmean(read, ['icdar2015']).toFixed(1), show(bestPeer(read, ['icdar2015']), 1)],
    [cellOf(read('quality'), { set: 'receipts', model: OWN }, 'ms a picture'), show(fastest, 0)],
    [`${epochs[0]} → ${epochs.at(-1)}`, DASH],
    [step('onnxruntime ms'), `${step('PyTorch ms')} (PyTorch 2.13)`],
    [`${memory('quarter 1')} → ${memory('quarter 4')}`, DASH],
    [cellOf(read('kill-server'), { what: 'finished pictures lost' }, 'figure'), DASH],
    [sameCounts(read), DASH],
  ]
  const { columns, rows } = WORDS[language]
  return markdownTable(
    columns,
    rows.map((label, i) => [label, String(figures[i][0]), DASH, String(figures[i][1])]),
  )
}

/** The sum of `same count` over all sets, for boxes in 32 bits: "217 / 217". */
function sameCounts(read: ReadReport): string {
  const report = read('export')
  const [form, precision, same] = ['form', 'precision', 'same count'].map((name) => column(report, name))
  const counts = report.rows
    .filter((cells) => cells[form] === 'boxes' && cells[precision] === 'fp32')
    .map((cells) => String(cells[same]).split(' / ').map(Number))
  return [0, 1].map((k) => counts.reduce((sum, pair) => sum + pair[k], 0)).join(' / ')
}
