import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { LineFile } from '../files/line-file'
import type { RunEvent, RunEventBody } from './events'

/**
 * metrics.jsonl: every event of a run, one a line, numbered from 1 without gaps. What is in the file is the truth; a line
 * that a crash cut short is dropped when the file is opened again, one that a full disk cut short at once.
 */
export class Journal {
  private last = 0
  private lines: LineFile

  private constructor(
    private readonly file: string,
    private readonly now: () => Date,
  ) {
    this.lines = new LineFile(file, 0)
  }

  /** Opens a new or existing journal; an incomplete last line goes. */
  static open(file: string, now: () => Date = () => new Date()): Journal {
    const journal = new Journal(file, now)
    journal.keep(() => true)
    return journal
  }

  get lastSeq(): number {
    return this.last
  }

  append(body: RunEventBody): RunEvent {
    const event: RunEvent = { seq: this.last + 1, time: this.now().toISOString(), ...body }
    this.lines.append(JSON.stringify(event))
    this.last = event.seq
    return event
  }

  /** Removes the events after `seq`: what a restored state does not know has not happened. */
  cutAfter(seq: number): RunEvent[] {
    return this.keep((event) => event.seq <= seq)
  }

  private keep(wanted: (event: RunEvent) => boolean): RunEvent[] {
    const { events, bytes } = readEvents(this.file, wanted)
    this.last = events.at(-1)?.seq ?? 0
    if (existsSync(this.file)) truncateSync(this.file, bytes)
    this.lines = new LineFile(this.file, bytes)
    return events
  }
}

/** The events of a journal from its beginning up to the first that is damaged, out of order or unwanted. */
export function readEvents(
  file: string,
  wanted: (event: RunEvent) => boolean = () => true,
): { events: RunEvent[]; bytes: number } {
  const events: RunEvent[] = []
  let bytes = 0
  if (!existsSync(file)) return { events, bytes }
  const content = readFileSync(file)
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, bytes)) {
    let event: RunEvent
    try {
      event = JSON.parse(content.toString('utf8', bytes, end))
    } catch {
      break
    }
    if (event.seq !== events.length + 1 || !wanted(event)) break
    events.push(event)
    bytes = end + 1
  }
  return { events, bytes }
}
