import type { RunEvent } from '../../detector/training/events'
import type { JournalReader } from './read-journal'
import type { BatchEvent, ExportEvent, WatchKind } from './schema'

export type AnyEvent = RunEvent | BatchEvent | ExportEvent
export interface Listener {
  event(event: AnyEvent): void
  cut?(seq: number, generation: number): void
}
export type ChangeKind = WatchKind | 'model' | 'dataset'

const CHANGE_PAUSE = 250

/** Hands events from where they arise to those who follow them. Events are on the disk before they come here. */
export class EventHub {
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly changeListeners = new Set<(kind: ChangeKind, id: string) => void>()
  private readonly changes = new Map<string, { timer: NodeJS.Timeout; again: boolean }>()

  constructor(private readonly reader: JournalReader) {}

  publish(kind: WatchKind, id: string, event: AnyEvent): void {
    for (const listener of this.listeners.get(`${kind}:${id}`) ?? []) listener.event(event)
  }

  /** Events after `seq` were taken back. */
  publishCut(kind: WatchKind, id: string, seq: number, generation: number): void {
    for (const listener of this.listeners.get(`${kind}:${id}`) ?? []) listener.cut?.(seq, generation)
  }

  /**
   * All events of a journal after a number, then those that follow: no gap, no double, in order. What arrives while the
   * file is read waits behind it.
   *
   * @param more false ends the replay (the client has gone)
   * @returns number of the last event that was replayed, and the function that ends following
   */
  async follow(
    kind: WatchKind,
    id: string,
    file: string,
    after: number,
    listener: Listener,
    more: () => boolean = () => true,
  ): Promise<{ lastSeq: number; stop: () => void }> {
    const key = `${kind}:${id}`
    let last = after
    let waiting: (() => void)[] | undefined = []
    const deliver = (event: AnyEvent): void => {
      if (event.seq <= last) return
      last = event.seq
      listener.event(event)
    }
    const inner: Listener = {
      event: (event) => (waiting ? waiting.push(() => deliver(event)) : deliver(event)),
      cut: (seq, generation) => {
        const act = (): void => {
          last = Math.min(last, seq)
          listener.cut?.(seq, generation)
        }
        waiting ? waiting.push(act) : act()
      },
    }
    const group = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, group.add(inner))
    const stop = (): void => {
      group.delete(inner)
      if (group.size === 0 && this.listeners.get(key) === group) this.listeners.delete(key)
    }
    try {
      for await (const events of this.reader.read<AnyEvent>(file, after)) {
        if (!more()) break
        for (const event of events) deliver(event)
      }
    } catch (error) {
      stop()
      throw error
    }
    for (const act of waiting) act()
    waiting = undefined
    return { lastSeq: last, stop }
  }

  /** Says that a row is worth reading again; at once, then at most four times a second. */
  changed(kind: ChangeKind, id: string): void {
    const key = `${kind}:${id}`
    const open = this.changes.get(key)
    if (open) {
      open.again = true
      return
    }
    for (const listener of this.changeListeners) listener(kind, id)
    const timer = setTimeout(() => {
      const again = this.changes.get(key)?.again
      this.changes.delete(key)
      if (again) this.changed(kind, id)
    }, CHANGE_PAUSE)
    timer.unref()
    this.changes.set(key, { timer, again: false })
  }

  onChange(listener: (kind: ChangeKind, id: string) => void): () => void {
    this.changeListeners.add(listener)
    return () => this.changeListeners.delete(listener)
  }
}
