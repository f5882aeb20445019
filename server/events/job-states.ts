import type { JobState } from '../../detector/training/events'

/**
 * What the states of runs, batches and exports mean; pages and server ask here alone. Nothing but types is imported, so
 * that pages can take it in.
 */

/** A process works on it. */
export const WORKING: readonly string[] = ['preparing', 'running', 'pausing'] satisfies JobState[]
/** Waits for its turn, or is worked on. */
export const UNDER_WAY: readonly string[] = ['queued', ...WORKING]
/** Goes on when it is its turn, when the user says so, or at the next start. */
export const WAITING: readonly string[] = ['queued', 'paused', 'interrupted'] satisfies JobState[]
/** Not over: what it needs (data set, starting model) must stay. */
export const LIVE: readonly string[] = [...WORKING, ...WAITING]
/** Rests, and can be resumed. */
export const RESUMABLE: readonly string[] = ['paused', 'stopped', 'failed', 'interrupted'] satisfies JobState[]
/** What a journal ends with when the process had time to say so. */
export const ENDED: readonly string[] = ['done', ...RESUMABLE]

/** States of one picture of a batch. */
export const ITEM_STATES = ['queued', 'running', 'done', 'failed', 'stopped'] as const
export type ItemState = (typeof ITEM_STATES)[number]
/** A picture that is still to come. */
export const ITEM_OPEN: readonly string[] = ['queued', 'running'] satisfies ItemState[]
/** A picture that has its result or its fault. */
export const ITEM_OVER: readonly string[] = ['done', 'failed'] satisfies ItemState[]
/** A picture that is tried again when the whole batch is. */
export const ITEM_AGAIN: readonly string[] = ['failed', 'stopped'] satisfies ItemState[]
