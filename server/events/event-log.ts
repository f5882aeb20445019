import { appendFileSync, existsSync, truncateSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { JournalReader, Numbered } from './read-journal'

/** What an event says, without number and time. */
export type BodyOf<E> = E extends Numbered ? Omit<E, 'seq' | 'time'> : never

/** A journal that the server itself writes (batches, exports). */
export class EventLog<E extends Numbered> {
  private constructor(
    private readonly file: string,
    private last: number,
  ) {}

  /** Opens or makes it; a line that a crash cut short is dropped. */
  static async open<E extends Numbered>(file: string, reader: JournalReader): Promise<EventLog<E>> {
    await mkdir(dirname(file), { recursive: true })
    const last = await reader.lastSeq(file)
    if (existsSync(file)) truncateSync(file, await reader.end(file))
    return new EventLog<E>(file, last)
  }

  get lastSeq(): number {
    return this.last
  }

  append(body: BodyOf<E>): E {
    const event = { seq: this.last + 1, time: new Date().toISOString(), ...body } as unknown as E
    appendFileSync(this.file, `${JSON.stringify(event)}\n`)
    this.last = event.seq
    return event
  }
}
