import type { ErrorBody } from '../../detector/errors'
import type { DetectionSettings } from '../../detector/options/detect'
import type { LeftOut } from '../../detector/picture/left-out'
import type { JobState } from '../../detector/training/events'
import type { Prisma } from '../../generated/prisma/client'
import type { Counts } from './batch-items'
import type { BatchInfo } from './schema'

type Batch = Prisma.BatchGetPayload<object>

/**
 * A batch as the API shows it.
 * @param lastSeq number of its last event
 */
export function batchInfo(row: Batch, counts: Counts, lastSeq: number, leftOut: LeftOut[]): BatchInfo {
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
    leftOut,
    ...(row.error !== null && { error: row.error as unknown as ErrorBody }),
  }
}
