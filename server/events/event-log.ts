import { existsSync, truncateSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LineFile } from '../../detector/files/line-file'
import type { JournalReader, Numbered } from './read-journal'

/** What an event says, without number and time. */
export type BodyOf<E> = E extends Numbered ? Omit<E, 'seq' | 'time'> : never

/** A journal that the server itself writes (batches, exports). */
export class EventLog<E extends Numbered> {
  private constructor(
    private readonly lines: LineFile,
    private last: number,
  ) {}

  /** Opens or makes it; a line that a crash cut short is dropped. */
  static async open<E extends Numbered>(file: string, reader: JournalReader): Promise<EventLog<E>> {
    await mkdir(dirname(file), { recursive: true })
    const last = await reader.lastSeq(file)
    const end = await reader.end(file)
    if (existsSync(file)) truncateSync(file, end)
    return new EventLog<E>(new LineFile(file, end), last)
  }

  get lastSeq(): number {
    return this.last
  }

  append(body: BodyOf<E>): E {
    const event = { seq: this.last + 1, time: new Date().toISOString(), ...body } as unknown as E
    this.lines.append(JSON.stringify(event))
    this.last = event.seq
    return event
  }
}
