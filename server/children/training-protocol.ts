import type { ErrorBody } from '../../detector/errors'
import type { RunEvent } from '../../detector/training/events'
import type { StopReason } from '../../detector/training/train'

export type ToTraining = { type: 'start'; runDir: string } | { type: 'end'; reason: StopReason }
/** Events are on the disk when they are sent. A fault is told at the end, for a full disk takes no `failed` event. */
export type FromTraining = { type: 'event'; event: RunEvent } | { type: 'fault'; error: ErrorBody }
/** Exit code of a process that found its run held by another one. */
export const LOCKED_EXIT = 4
