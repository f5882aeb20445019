import { basename, extname } from 'node:path'
import type { ErrorBody } from '../../detector/errors'
import type { DetectionSettings } from '../../detector/inference/types'
import type { JobState } from '../../detector/training/events'
import type { Prisma } from '../../generated/prisma/client'
import type { BatchInfo, BatchItemInfo } from '../api/schemas/batch'

type Job = Prisma.JobGetPayload<object>
type Item = Prisma.JobItemGetPayload<object>

/** Pictures of a batch by state; boxes found and seconds spent in all. */
export interface Counts {
  total: number
  done: number
  empty: number
  failed: number
  stopped: number
  boxes: number
  seconds: number
}

/**
 * A batch as the API shows it.
 * @param lastSeq number of its last event
 */
export function batchInfo(row: Job, counts: Counts, lastSeq: number): BatchInfo {
  const { total, done, empty, failed, boxes, seconds } = counts
  return {
    id: row.id,
    name: row.name,
    state: row.state as JobState,
    createdAt: row.createdAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    model: { id: row.modelId ?? '', name: row.modelName },
    settings: row.settings as unknown as DetectionSettings,
    total,
    done,
    empty,
    failed,
    boxes,
    seconds: Math.round(seconds * 1000) / 1000,
    directory: row.directory,
    open: row.open,
    lastSeq,
    ...(row.error !== null && { error: row.error as unknown as ErrorBody }),
  }
}

/** `a.jpg` and `a.png`, or equal names of two folders, get numbers; names that only differ in case too. */
export function freeStem(taken: Set<string>, name: string): string {
  const stem = basename(name, extname(name)).slice(0, 180) || 'image'
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? stem : `${stem}_${n}`
    const key = candidate.toLowerCase()
    if (taken.has(key)) continue
    taken.add(key)
    return candidate
  }
}

/** A picture of a batch as the API shows it. */
export function itemInfo(item: Item): BatchItemInfo {
  return {
    id: item.id,
    index: item.position,
    name: item.name,
    state: item.state as BatchItemInfo['state'],
    ...(item.boxes !== null && { boxes: item.boxes }),
    ...(item.width !== null && { width: item.width }),
    ...(item.height !== null && { height: item.height }),
    ...(item.seconds !== null && { seconds: item.seconds }),
    ...(item.error !== null && { error: item.error as unknown as ErrorBody }),
  }
}
