import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Prisma } from '../../generated/prisma/client'
import type { Database } from '../db/database'
import type { Batches } from './batches'
import { resultsTable } from './results-table-file'

type Batch = Prisma.BatchGetPayload<object>
const PAGE = 500

/**
 * The output folder of a batch as zip, made while it is sent: pictures as they are, JSON and table packed.
 * Files are opened one at a time.
 */
export async function batchZip(db: Database, batches: Batches, batch: Batch): Promise<ReadableStream> {
  const zip = new ZipFile()
  const folder = basename(batch.directory)
  const table = Readable.from(resultsTable(db, batches, batch))
  zip.addReadStream(table, `${folder}/results.csv`)
  const output = zip.outputStream as Readable
  // A missing file ends the download as broken instead of the server.
  ;(zip as unknown as NodeJS.EventEmitter).on('error', (error: Error) => output.destroy(error))
  for (let after = -1; ; ) {
    const items = await db.batchItem.findMany({
      where: { batchId: batch.id, position: { gt: after }, state: 'done' },
      orderBy: { position: 'asc' },
      take: PAGE,
    })
    for (const item of items) {
      const files = batches.files.of(batch, item)
      if (existsSync(files.visualization)) {
        zip.addFile(files.visualization, `${folder}/visualization/${item.stem}.png`, { compress: false })
      }
      if (existsSync(files.json)) zip.addFile(files.json, `${folder}/json/${item.stem}.json`)
    }
    if (items.length < PAGE) break
    after = items[items.length - 1].position
  }
  zip.end()
  return Readable.toWeb(output) as ReadableStream
}
