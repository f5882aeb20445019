import type { RunEvent } from '../../detector/training/events'
import type { StopReason } from '../../detector/training/train'

export type ToTraining = { type: 'start'; runDir: string; lock: string } | { type: 'end'; reason: StopReason }
/** Events are on the disk when they are sent. */
export type FromTraining = { type: 'event'; event: RunEvent }
