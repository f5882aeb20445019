import type { Socket } from 'socket.io-client'
import type { RunEvent } from '../../detector/training/events'
import type { BatchEvent, ClientToServer, ExportEvent, ServerToClient, WatchKind } from '../../server/events/schema'

type Events = { run: RunEvent; batch: BatchEvent; export: ExportEvent }
type AppSocket = Socket<ServerToClient, ClientToServer>

let opening: Promise<AppSocket> | undefined

/** The one connection of the page, opened (and its code loaded) when first needed. */
function connect(): Promise<AppSocket> {
  opening ??= import('socket.io-client').then(({ io }) => {
    const socket: AppSocket = io({ transports: ['websocket', 'polling'] })
    socket.on('connect', () => tell(true))
    socket.on('disconnect', (reason) => reason !== 'io client disconnect' && tell(false))
    socket.on('connect_error', () => tell(false))
    return socket
  })
  return opening
}

const listeners = new Set<() => void>()
let live = true
function tell(now: boolean): void {
  if (live === now) return
  live = now
  for (const listener of listeners) listener()
}

/** Whether events flow; true until a connection was lost. For useSyncExternalStore. */
export const connection = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isLive: (): boolean => live,
  /** Tries at once instead of after the usual pause. */
  retry(): void {
    void connect().then((socket) => socket.connect())
  },
}

interface Watch<K extends WatchKind> {
  kind: K
  id: string
  /** Number of the last event that is known; 0 for all. */
  after: number
  /** Generation of the known events, where the kind has one. */
  generation?: number
  onEvent(event: Events[K]): void
  /** Events after `seq` were taken back by a resume. */
  onCut?(cut: { seq: number; generation: number }): void
}

/**
 * Follows a job: every event after `after` once and in order, over reconnects too.
 * @returns a function that ends it
 */
export function watch<K extends WatchKind>({ kind, id, after, generation, onEvent, onCut }: Watch<K>): () => void {
  let ended = false
  let end = () => {}
  void connect().then((socket) => {
    if (ended) return
    let seen = after
    let current = generation
    const ask = () =>
      socket.emit('watch', { kind, id, after: seen, ...(current !== undefined && { generation: current }) })
    const event: ServerToClient['event'] = (message) => {
      if (message.kind !== kind || message.id !== id || message.event.seq <= seen) return
      seen = message.event.seq
      onEvent(message.event as Events[K])
    }
    const cut: ServerToClient['cut'] = (message) => {
      if (message.kind !== kind || message.id !== id) return
      seen = Math.min(seen, message.seq)
      current = message.generation
      onCut?.(message)
    }
    socket.on('event', event)
    socket.on('cut', cut)
    socket.on('connect', ask)
    if (socket.connected) ask()
    end = () => {
      socket.off('event', event)
      socket.off('cut', cut)
      socket.off('connect', ask)
      socket.emit('unwatch', { kind, id })
    }
  })
  return () => {
    ended = true
    end()
  }
}

/** Calls back when a list or row of these kinds is worth reading again, and after every reconnect. */
export function onChanged(kinds: readonly (WatchKind | 'model' | 'dataset')[], callback: () => void): () => void {
  let ended = false
  let end = () => {}
  void connect().then((socket) => {
    if (ended) return
    const changed: ServerToClient['changed'] = ({ kind }) => kinds.includes(kind) && callback()
    socket.on('changed', changed)
    socket.on('connect', callback)
    end = () => {
      socket.off('changed', changed)
      socket.off('connect', callback)
    }
  })
  return () => {
    ended = true
    end()
  }
}
