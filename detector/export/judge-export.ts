import type { ExportOptions } from '../options/export'
import type { ExportCheck, Verification } from './export-report'

/** Fall of hmean (or, without annotations, of agreement) that an export may not pass, in points of 100. */
const ALLOWED_FALL: Record<ExportOptions['precision'], number> = { fp32: 0.1, fp16: 0.1, int8: 1 }
/** The same arithmetic in another order: differences are rounding. Smaller precisions are judged by their boxes. */
const MAP_LIMIT_FP32 = 1e-3

/** Turns measured figures into the lines of the proof. */
export function judgeExport(found: Verification, precision: ExportOptions['precision']): ExportCheck[] {
  const { boxes, mapDifference, milliseconds } = found
  const info = (name: ExportCheck['name'], value: string): ExportCheck => ({ name, value, limit: '–', ok: true })
  const map = significant(mapDifference.max)
  return [
    info('pictures', String(found.pictures)),
    precision === 'fp32'
      ? { name: 'map-difference', value: map, limit: '≤ 0.001', ok: mapDifference.max <= MAP_LIMIT_FP32 }
      : info('map-difference', map),
    info('boxes', `${boxes.found} / ${boxes.expected}`),
    info('matched', share(boxes.matched, boxes.expected)),
    info('corners', share(boxes.near, boxes.expected)),
    found.hmean ? judgeHmean(found.hmean, boxes, precision) : judgeAgreement(found, precision),
    info('time', `${milliseconds.model.toFixed(0)} / ${milliseconds.file.toFixed(0)} ms`),
  ]
}

/** On few pictures a single box is worth more than the limit; then one box is the limit, as rounding may turn one over. */
function judgeHmean(
  hmean: NonNullable<Verification['hmean']>,
  boxes: Verification['boxes'],
  precision: ExportOptions['precision'],
): ExportCheck {
  if (boxes.expected + boxes.found === 0) return nothingCompared('hmean')
  const oneBox = 200 / (hmean.truths + boxes.expected)
  const allowed = Math.max(ALLOWED_FALL[precision], oneBox)
  const fall = 100 * (hmean.model - hmean.file)
  return {
    name: 'hmean',
    value: `${hmean.model.toFixed(4)} → ${hmean.file.toFixed(4)}`,
    limit: `≥ ${(hmean.model - allowed / 100).toFixed(4)}`,
    ok: fall <= allowed + 1e-9,
  }
}

const nothingCompared = (name: ExportCheck['name']): ExportCheck => ({ name, value: '0 / 0', limit: '> 0', ok: null })

function judgeAgreement({ agreement, boxes }: Verification, precision: ExportOptions['precision']): ExportCheck {
  if (agreement === null) return nothingCompared('agreement')
  const oneBox = 100 / Math.max(1, boxes.expected)
  const least = 100 - Math.max(ALLOWED_FALL[precision], oneBox)
  return {
    name: 'agreement',
    value: percent(agreement),
    limit: `≥ ${least.toFixed(2)} %`,
    ok: 100 * agreement >= least - 1e-9,
  }
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`
const share = (part: number, whole: number): string => (whole === 0 ? '–' : percent(part / whole))
const significant = (value: number): string => (value === 0 ? '0' : value.toPrecision(2))
