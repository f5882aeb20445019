import { appendFileSync, writeFileSync } from 'node:fs'
import type { RunEvent } from './events'

/** A loss that is not a number stands as null in the journal. */
const fixed = (value: number | null): string => (Number.isFinite(value) ? Number(value).toFixed(4) : 'nan')
const percent = (share: number): string => `${(100 * share).toFixed(2)}%`

/** What log.txt says of an event; the epoch's line has the form of the guide. */
export function logLines(event: RunEvent): string[] {
  switch (event.type) {
    case 'epoch':
      return [
        `Epoch [${event.epoch}/${event.epochs}], Loss: ${fixed(event.loss)}`,
        `  time ${event.seconds.toFixed(1)} s`,
      ]
    case 'evaluated':
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
      return [
        `Done. Best model: ${event.best}; calibrated threshold ${event.calibration.threshold}, binarize ${event.calibration.binarizeThreshold}, hmean ${percent(event.calibration.hmean)}`,
      ]
    case 'machine':
      return []
  }
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
