import { basename, extname } from 'node:path'
import type { ErrorBody } from '../../detector/errors'
import type { DetectionSettings } from '../../detector/inference/types'
import type { JobState } from '../../detector/training/events'
import type { Prisma } from '../../generated/prisma/client'
import type { BatchInfo } from '../api/schemas/batch'
import type { Counts } from './batch-items'

type Job = Prisma.JobGetPayload<object>

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
