import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { hmeanInterval } from '../evaluation/hmean-interval'
import type { TrainOptions } from '../options/train'
import type { Calibration } from './calibration'
import { chartSvg, type Series } from './chart-svg'
import { bestEvaluation, type RunEvent } from './events'

type EventOf<T extends 'step' | 'epoch' | 'evaluated'> = Extract<RunEvent, { type: T }>

export interface ReportInput {
  runDir: string
  runName: string
  options: TrainOptions
  /** Of the starting model. */
  base: string
  events: readonly RunEvent[]
  calibration: Calibration | undefined
}

/** More points than this on a curve only make the file larger. */
const MOST_POINTS = 600

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
const percent = (v: number): string => `${(100 * v).toFixed(2)}%`

function eventsOf<T extends 'step' | 'epoch' | 'evaluated'>(events: readonly RunEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

/** Every n-th point, so that at most MOST_POINTS remain; the last one always does. */
function thinned<P>(points: P[]): P[] {
  const n = Math.ceil(points.length / MOST_POINTS)
  return points.filter((_, i) => (points.length - 1 - i) % n === 0)
}

/** Moving mean over a twentieth of the run. */
function smoothed(points: (readonly [number, number])[]): (readonly [number, number])[] {
  const weight = 1 / Math.max(1, Math.min(50, points.length / 20))
  let mean: number | undefined
  return points.map(([x, y]) => {
    if (Number.isFinite(y)) mean = mean === undefined ? y : mean + weight * (y - mean)
    return [x, mean ?? y] as const
  })
}

function lossCharts(steps: EventOf<'step'>[]): string[] {
  const line = (pick: (s: EventOf<'step'>) => number): (readonly [number, number])[] =>
    thinned(steps.map((s) => [s.step, pick(s)] as const))
  const total = line((s) => s.loss)
  const part = (name: string, colour: string, pick: (s: EventOf<'step'>) => number): Series => ({
    name,
    colour,
    points: smoothed(line(pick)),
  })
  return [
    chartSvg({
      title: '训练损失 Loss',
      xLabel: '步 step',
      wholeX: true,
      series: [
        { name: 'loss', colour: '#6a5acd', points: total, faint: true },
        { name: 'loss', colour: '#6a5acd', points: smoothed(total) },
      ],
    }),
    chartSvg({
      title: '损失分量 Parts of the loss',
      xLabel: '步 step',
      wholeX: true,
      series: [
        part('prob', '#d9480f', (s) => s.prob),
        part('binary', '#2b8a3e', (s) => s.binary),
        part('thresh', '#1971c2', (s) => s.thresh),
      ],
    }),
    chartSvg({
      title: '学习率 Learning rate',
      xLabel: '步 step',
      wholeX: true,
      series: [{ name: 'lr', colour: '#4169e1', points: line((s) => s.lr) }],
    }),
  ]
}

function metricChart(evaluated: EventOf<'evaluated'>[]): string {
  const line = (name: 'precision' | 'recall' | 'hmean' | 'ap', label: string, colour: string): Series => ({
    name: label,
    colour,
    points: evaluated.map((e) => [e.epoch, e[name]] as const),
  })
  return chartSvg({
    title: '验证指标 Validation',
    xLabel: '轮 epoch',
    wholeX: true,
    yRange: [0, 1],
    series: [
      line('precision', 'Precision', '#d9480f'),
      line('recall', 'Recall', '#1971c2'),
      line('hmean', 'hmean', '#2b8a3e'),
      line('ap', 'mAP', '#862e9c'),
    ],
  })
}

function calibrationChart(calibration: Calibration): string {
  const line = (name: 'precision' | 'recall' | 'hmean', label: string, colour: string): Series => ({
    name: label,
    colour,
    // Where nothing is detected any more there is no precision to speak of.
    points: calibration.curve.map((p) => [p.threshold, p.recall > 0 ? p[name] : Number.NaN] as const),
  })
  return chartSvg({
    title: `检测阈值 Threshold (binarize ${calibration.binarizeThreshold})`,
    xLabel: '检测阈值 threshold',
    yRange: [0, 1],
    mark: { x: calibration.threshold, label: String(calibration.threshold) },
    series: [
      line('precision', 'Precision', '#d9480f'),
      line('recall', 'Recall', '#1971c2'),
      line('hmean', 'hmean', '#2b8a3e'),
    ],
  })
}

function picture(runDir: string, file: string): string {
  const type = extname(file) === '.png' ? 'image/png' : 'image/jpeg'
  const data = readFileSync(join(runDir, file)).toString('base64')
  return `<figure><img src="data:${type};base64,${data}" alt=""><figcaption>${escapeHtml(file)}</figcaption></figure>`
}

function table(rows: [string, string][]): string {
  return `<table>${rows.map(([k, v]) => `<tr><th>${escapeHtml(k)}</th><td>${escapeHtml(v)}</td></tr>`).join('')}</table>`
}

/** report.html: curves, figures and validation pictures of a run in one file that needs nothing else. */
export function reportHtml(input: ReportInput): string {
  const { events, calibration, options } = input
  const steps = eventsOf(events, 'step')
  const evaluated = eventsOf(events, 'evaluated')
  const best = bestEvaluation(evaluated)
  const before = evaluated.find(({ epoch }) => epoch === 0)
  const seconds = eventsOf(events, 'epoch').reduce((sum, e) => sum + e.seconds, 0)
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event] : []))
  const figures: [string, string][] = [
    ['起始模型 Starting model', input.base],
    ['轮数 Epochs', `${eventsOf(events, 'epoch').length} / ${options.epochs}`],
    ['步数 Steps', String(steps.at(-1)?.step ?? 0)],
    ['训练用时 Training time', `${(seconds / 60).toFixed(1)} min`],
  ]
  const measured = best?.texts !== 0
  if (before && best && measured) {
    figures.unshift(['微调前 → 微调后 hmean before → after', `${percent(before.hmean)} → ${percent(best.hmean)}`])
  }
  if (best && !measured) {
    figures.push([
      '未测量 Not measured',
      '验证集没有可读文字：检测阈值沿用起始模型。 The test part holds no readable text: the thresholds of the starting model stay.',
    ])
  }
  if (best && measured) {
    figures.push(
      ['最佳轮 Best epoch', String(best.epoch)],
      ['Precision', percent(best.precision)],
      ['Recall', percent(best.recall)],
      ['hmean', percent(best.hmean)],
      ['mAP', percent(best.ap)],
    )
  }
  if (calibration) {
    figures.push(
      ['校准检测阈值 Calibrated threshold', String(calibration.threshold)],
      ['校准二值化阈值 Calibrated binarisation', String(calibration.binarizeThreshold)],
    )
    if (calibration.truths > 0) {
      const [low, high] = hmeanInterval(calibration)
      figures.push([
        '指标的把握 How sure: hmean',
        `${percent(low)} – ${percent(high)} (95 %; ${calibration.truths} texts, ${calibration.images} images)`,
      ])
    }
  }
  const charts = [
    ...(steps.length > 0 ? lossCharts(steps) : []),
    ...(evaluated.length > 0 && measured ? [metricChart(evaluated)] : []),
    ...(calibration && calibration.truths > 0 ? [calibrationChart(calibration)] : []),
  ]
  const samples = (best ?? evaluated.at(-1))?.samples ?? []
  const section = (title: string, body: string): string => (body ? `<section><h2>${title}</h2>${body}</section>` : '')
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(input.runName)}</title><style>
:root{color-scheme:light dark;--line:#8884;--soft:#8882}
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:1400px;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .75rem}
.grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem}
.card{border:1px solid var(--line);border-radius:.75rem;padding:.75rem}
svg{width:100%;height:auto;font-size:12px;fill:currentColor}svg .title{font-weight:600;font-size:14px}
svg .grid{stroke:var(--line)}svg .mark{stroke:currentColor;stroke-dasharray:4 3}
table{border-collapse:collapse}th{text-align:left;font-weight:500;padding:.2rem 1.5rem .2rem 0}td{font-variant-numeric:tabular-nums}
figure{margin:0}img{width:100%;border-radius:.5rem}figcaption{font-size:.8rem;opacity:.7}
details{margin-top:2rem}
</style></head><body>
<h1>${escapeHtml(input.runName)}</h1>
<div class="card">${table(figures)}</div>
${section('曲线 Curves', charts.length > 0 ? `<div class="grid2">${charts.map((c) => `<div class="card">${c}</div>`).join('')}</div>` : '')}
${section('验证图片（绿：标注，橙：检测） Validation pictures (green: truth, orange: detected)', samples.length > 0 ? `<div class="grid2">${samples.map((s) => picture(input.runDir, s)).join('')}</div>` : '')}
${section('提醒 Warnings', warnings.length > 0 ? `<ul>${warnings.map((w) => `<li>${escapeHtml(`${w.where ? `${w.where.file}: ` : ''}${w.message}`)}</li>`).join('')}</ul>` : '')}
<details><summary>全部参数 All options</summary>${table(Object.entries(options).map(([k, v]) => [k, String(v)]))}</details>
</body></html>
`
}
