import type { RunEvent } from '../../detector/training/events'
import { Decimator } from './decimate'
import type { JournalReader } from './read-journal'

interface Thinned {
  generation: number
  decimator: Decimator
  lastSeq: number
  /** Readers come one after the other. */
  turn: Promise<unknown>
}

const MOST = 32

/**
 * Journals of runs with their steps thinned out. What was read once is kept, so that a page that is opened again, or by
 * several people, costs only what has come since.
 */
export class ThinnedJournals {
  private readonly kept = new Map<string, Thinned>()

  constructor(private readonly reader: JournalReader) {}

  /**
   * @param points about as many steps are left
   * @param generation grows whenever events were taken back; everything is read anew then
   */
  async read(
    file: string,
    points: number,
    generation: number,
  ): Promise<{ events: RunEvent[]; lastSeq: number; steps: number }> {
    const key = `${points} ${file}`
    const before = this.kept.get(key)
    const thinned: Thinned =
      before?.generation === generation
        ? before
        : { generation, decimator: new Decimator(points), lastSeq: 0, turn: Promise.resolve() }
    this.kept.delete(key)
    this.kept.set(key, thinned)
    if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value!)
    const result = thinned.turn.then(() => this.advance(file, thinned))
    thinned.turn = result.catch(() => this.kept.delete(key))
    return result
  }

  /** Must be told when a journal was removed. */
  forget(file: string): void {
    for (const key of this.kept.keys()) if (key.endsWith(` ${file}`)) this.kept.delete(key)
  }

  private async advance(file: string, thinned: Thinned) {
    const { decimator } = thinned
    for await (const events of this.reader.read<RunEvent>(file, thinned.lastSeq)) {
      for (const event of events) decimator.add(event)
      thinned.lastSeq = events[events.length - 1].seq
    }
    return { events: decimator.events(), lastSeq: thinned.lastSeq, steps: decimator.steps }
  }
}
