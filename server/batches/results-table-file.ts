import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { failedResult } from '../../detector/detection/result'
import { tableHead, tableRow } from '../../detector/detection/results-table'
import type { DetectionResult } from '../../detector/detection/types'
import type { ErrorBody } from '../../detector/errors'
import { asUserError } from '../../detector/files/atomic-write'
import type { DetectionSettings } from '../../detector/options/detect'
import type { Prisma } from '../../generated/prisma/client'
import type { Database } from '../db/database'
import { ITEM_OVER } from '../events/job-states'
import type { Batches } from './batches'

type Batch = Prisma.BatchGetPayload<object>
const PAGE = 200

/** results.csv of the finished and failed pictures of a batch, line by line in their order. */
export async function* resultsTable(db: Database, batches: Batches, batch: Batch): AsyncGenerator<string> {
  yield tableHead
  for (let after = -1; ; ) {
    const items = await db.batchItem.findMany({
      where: { batchId: batch.id, position: { gt: after }, state: { in: [...ITEM_OVER] } },
      orderBy: { position: 'asc' },
      take: PAGE,
    })
    for (const item of items) {
      if (item.state === 'done') {
        const text = await readFile(batches.files.of(batch, item).json, 'utf8').catch(() => undefined)
        if (text !== undefined) yield tableRow(item.name, JSON.parse(text) as DetectionResult)
      } else {
        const settings = batch.settings as unknown as DetectionSettings
        const rest = { model: { name: batch.modelName, sha256: '' }, settings }
        yield tableRow(item.name, failedResult(item.name, item.error as unknown as ErrorBody, rest))
      }
    }
    if (items.length < PAGE) return
    after = items[items.length - 1].position
  }
}

/** Writes the table under another name until it is complete. */
export async function writeResultsTable(db: Database, batches: Batches, batch: Batch, file: string): Promise<void> {
  const temporary = `${file}.tmp`
  try {
    await pipeline(Readable.from(resultsTable(db, batches, batch)), createWriteStream(temporary))
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw asUserError(error, file)
  }
}
