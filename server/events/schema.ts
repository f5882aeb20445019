import type { ErrorBody } from '../../detector/errors'
import type { ExportStage } from '../../detector/export/export-report'
import type { JobState, RunEvent } from '../../detector/training/events'
import type { ItemState } from './job-states'

interface EventBase {
  seq: number
  time: string
}
export type BatchEvent = EventBase &
  (
    | {
        type: 'item'
        itemId: string
        index: number
        name: string
        state: ItemState
        boxes?: number
        error?: ErrorBody
      }
    | { type: 'status'; state: JobState; done: number; failed: number; total: number }
  )
export type ExportEvent = EventBase &
  ({ type: 'progress'; share: number; stage: ExportStage } | { type: 'status'; state: JobState; error?: ErrorBody })
export type WatchKind = 'run' | 'batch' | 'export'
interface WatchRequest {
  kind: WatchKind
  id: string
  /** Sequence number of the last event the client has; 0 for all. */
  after: number
  /** The generation its events are of; lets the server tell a client that some were taken back. */
  generation?: number
}
export interface ServerToClient {
  event(message: { kind: WatchKind; id: string; event: RunEvent | BatchEvent | ExportEvent }): void
  /** A resume restored an earlier state: events after `seq` have not happened, new ones follow. */
  cut(message: { kind: 'run'; id: string; seq: number; generation: number }): void
  /** Something in a list changed (made, deleted, other state); at most four a second for one id. */
  changed(message: { kind: WatchKind | 'model' | 'dataset'; id: string }): void
}
export interface ClientToServer {
  watch(
    request: WatchRequest,
    answer?: (result: { ok: true; lastSeq: number; generation: number } | { ok: false; error: ErrorBody }) => void,
  ): void
  unwatch(request: { kind: WatchKind; id: string }): void
}
