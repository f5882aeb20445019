import { relative } from 'node:path'
import { type CheckReport, checkDataset } from '../detector/dataset/check/check'
import type { PartFigures } from '../detector/dataset/check/figures'
import type { Finding, Place } from '../detector/dataset/check/findings'
import { UserError } from '../detector/errors'
import { type OptionTable, parseOptions } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { CheckProgress } from './check-progress'
import type { Command, CommandContext } from './command'

const options = {
  data: { ...trainOptions.data, required: false },
  imageSize: trainOptions.imageSize,
  seed: trainOptions.seed,
  places: {
    type: 'number',
    default: 10,
    min: 1,
    max: 1000,
    integer: true,
    label: { zh: '位置数', en: 'Places' },
    help: { zh: '每类问题最多列出多少处。', en: 'How many places are listed of each kind of fault.' },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'check',
  summary: 'Look for every fault of a data set before training, with file and line.',
  usage: 'DIR [options]',
  examples: [
    'ocr-detect check custom_data',
    'ocr-detect check --data custom_data --image-size 320',
    'ocr-detect check custom_data --json > report.json',
  ],
  options,
  async run(values, positional, ctx) {
    const { data, imageSize, seed, places } = parseOptions(options, values)
    const root = folderOf(data, positional)
    const progress = new CheckProgress()
    let report: CheckReport
    try {
      const onProgress = (done: number, total: number): void => progress.show(done, total)
      report = await checkDataset(root, { imageSize, seed, signal: ctx.signal, onProgress })
    } finally {
      progress.clear()
    }
    if (ctx.json) ctx.out(JSON.stringify(report))
    else print(report, places, ctx)
    return report.ok ? 0 : 2
  },
}

function folderOf(data: string, positional: readonly string[]): string {
  const given = data === '' ? positional : [data, ...positional]
  if (given.length === 1) return given[0]
  throw new UserError({
    code: given.length === 0 ? 'argument-missing' : 'argument-unexpected',
    message:
      given.length === 0 ? 'check needs the folder of a data set.' : `check takes one folder, not ${given.length}.`,
    fix: 'Write: ocr-detect check DIR',
  })
}

const formats: Record<CheckReport['format'], string> = {
  icdar: 'ICDAR2015 lists',
  paddle: 'PaddleOCR label files',
  folders: 'folders without lists',
  unknown: 'not recognised',
}

const testOrigins: Record<CheckReport['testFrom'], string> = {
  list: '',
  split: ', split off the training images',
  train: ', the same as the training images',
}

function print(report: CheckReport, places: number, { out }: CommandContext): void {
  out(`${report.root}: ${formats[report.format]}`)
  if (report.format !== 'unknown') {
    out(`Training: ${partLine(report.train)}`)
    out(`Test:     ${partLine(report.test)}${testOrigins[report.testFrom]}`)
    for (const line of heightLines(report)) out(line)
  }
  for (const finding of report.findings) {
    if (finding.severity === 'passed') continue
    out('')
    for (const line of findingLines(finding, places, report.root)) out(line)
  }
  const passed = report.findings.filter(({ severity }) => severity === 'passed')
  if (passed.length > 0) out('')
  for (const { message } of passed) out(`ok       ${message}`)
  const count = (severity: Finding['severity']): number =>
    report.findings.filter((finding) => finding.severity === severity).length
  out('')
  out(
    `${report.ok ? 'Training can start' : 'Training cannot start'}: ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('note'), 'note')} (${report.seconds.toFixed(1)} s).`,
  )
}

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

function partLine({ images, listed, boxes, ignored }: PartFigures): string {
  const missing = listed > images ? ` of ${listed}` : ''
  return `${images}${missing} images, ${boxes - ignored} readable texts, ${ignored} unreadable (###)`
}

const BAR = 40

/** Distribution of the text heights, as bars. */
function heightLines({ train, medianTextHeight, imageSize }: CheckReport): string[] {
  if (medianTextHeight === undefined) return []
  const lines = [
    `Text height in the training images: median ${medianTextHeight} px (${train.medianScaledHeight} px when scaled to ${imageSize})`,
  ]
  const filled = train.heights.filter(({ count }) => count > 0)
  const [first, last] = [train.heights.indexOf(filled[0]), train.heights.indexOf(filled[filled.length - 1])]
  const most = Math.max(...filled.map(({ count }) => count))
  for (let i = first; i <= last; i++) {
    const { from, count } = train.heights[i]
    const next = train.heights[i + 1]
    const range = next ? `${from}–${next.from - 1}` : `${from} and more`
    const bar = '█'.repeat(Math.ceil((BAR * count) / most))
    lines.push(`  ${range.padStart(12)} px  ${bar}${bar ? ' ' : ''}${count}`)
  }
  return lines
}

function findingLines({ severity, code, message, fix, count, where }: Finding, places: number, root: string): string[] {
  const lines = [`${severity.padEnd(8)} ${code}: ${message}`]
  if (fix) lines.push(`         ${fix}`)
  for (const place of where.slice(0, places)) {
    lines.push(`         ${placeText(place, root)}${count > 1 ? `: ${place.detail}` : ''}`)
  }
  if (where.length > places)
    lines.push(`         … and ${count - places} more (--places ${Math.min(count, 1000)}, --json)`)
  return lines
}

/** A path that can be clicked or pasted: from here where that is shorter. */
function placeText({ file, line }: Place, root: string): string {
  const full = file.startsWith('/') ? file : `${root}/${file}`
  const near = relative(process.cwd(), full)
  return `${near.startsWith('..') ? full : near}${line === undefined ? '' : `:${line}`}`
}
