import { appendFileSync, writeFileSync } from 'node:fs'
import { hmeanInterval } from '../evaluation/hmean-interval'
import { oneLine } from '../one-line'
import type { RunEvent } from './events'

type CalibrationFigures = Extract<RunEvent, { type: 'done' }>['calibration']

/** A loss that is not a number stands as null in the journal. */
const fixed = (value: number | null): string => (Number.isFinite(value) ? Number(value).toFixed(4) : 'nan')
const percent = (share: number): string => `${(100 * share).toFixed(2)}%`

/** What log.txt says of an event; the epoch's line has the form of the guide. */
export const logLines = (event: RunEvent): string[] => linesOf(event).map(oneLine)

function linesOf(event: RunEvent): string[] {
  switch (event.type) {
    case 'epoch':
      return [
        `Epoch [${event.epoch}/${event.epochs}], Loss: ${fixed(event.loss)}`,
        `  time ${event.seconds.toFixed(1)} s`,
      ]
    case 'evaluated':
      if (event.texts === 0) return ['  validation: nothing to measure, no readable text in the test part']
      return [
        `  ${event.epoch === 0 ? 'starting model' : 'validation'}: Precision ${percent(event.precision)}, Recall ${percent(event.recall)}, hmean ${percent(event.hmean)}, mAP ${percent(event.ap)} (threshold ${event.threshold}, binarize ${event.binarizeThreshold})`,
      ]
    case 'step':
      return event.step === 1 || event.step % 10 === 0
        ? [
            `  step ${event.step}, loss ${fixed(event.loss)} (prob ${fixed(event.prob)}, binary ${fixed(event.binary)}, thresh ${fixed(event.thresh)}), lr ${event.lr.toPrecision(4)}, ${event.imagesPerS.toFixed(2)} images/s`,
          ]
        : []
    case 'checkpoint':
      return event.kind === 'state' ? [] : [`  saved ${event.file}`]
    case 'warning':
      return [`WARNING ${event.code}: ${place(event.where)}${event.message}`]
    case 'log':
      return [`${place(event.where)}${event.message}`]
    case 'status':
      return [`[${event.time}] ${event.state}${event.reason ? `: ${event.reason.message}` : ''}`]
    case 'failed':
      return [`FAILED ${event.error.code}: ${event.error.message}${event.error.fix ? ` ${event.error.fix}` : ''}`]
    case 'done':
      return [`Done. Best model: ${event.best}; ${calibrated(event.calibration)}`]
    case 'machine':
      return []
  }
}

function calibrated({ threshold, binarizeThreshold, hmean, texts }: CalibrationFigures): string {
  const pair = `threshold ${threshold}, binarize ${binarizeThreshold}`
  if (texts === 0) return `nothing was measured (no readable text in the test part): ${pair} of the starting model stay`
  return `calibrated ${pair}, hmean ${percent(hmean)}${texts === undefined ? '' : ` ${sureness({ hmean, texts })}`}`
}

/** How far a figure of so few texts can be trusted. */
export function sureness({ hmean, texts }: { hmean: number; texts: number }): string {
  const [low, high] = hmeanInterval({ hmean, truths: texts })
  return `(${texts} texts: ${Math.floor(100 * low)}–${Math.ceil(100 * high)}% is as likely)`
}

function place(where: { file: string; line?: number } | undefined): string {
  return where ? `${where.file}${where.line === undefined ? '' : `:${where.line}`}: ` : ''
}

/** log.txt, written along with the journal. */
export class LogFile {
  constructor(
    private readonly file: string,
    before: readonly RunEvent[],
  ) {
    writeFileSync(file, before.flatMap(logLines).map(line).join(''))
  }

  append(event: RunEvent): void {
    const text = logLines(event).map(line).join('')
    if (text) appendFileSync(this.file, text)
  }
}

const line = (text: string): string => `${text}\n`
