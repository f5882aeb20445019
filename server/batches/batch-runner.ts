import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type ErrorBody, UserError } from '../../detector/errors'
import type { DetectionSettings } from '../../detector/options/detect'
import { leftOutPages } from '../../detector/picture/left-out'
import { errorBody } from '../children/protocol'
import type { ServerConfig } from '../config/config'
import { type Database, jsonOrNull } from '../db/database'
import { ITEM_OPEN } from '../events/job-states'
import type { InferenceQueue } from '../inference/inference-queue'
import type { ModelFile, Models } from '../models/models'
import type { UntilWritten } from '../storage/until-written'
import type { Batches } from './batches'
import { writeResultsTable } from './results-table-file'

/** Pictures of batches in work at a time: one is decoded or drawn while the network has another. */
const AT_ONCE = 2

interface NextItem {
  id: string
  batchId: string
}

interface BatchRunnerParts {
  config: ServerConfig
  db: Database
  batches: Batches
  models: Models
  inference: InferenceQueue
  disk: UntilWritten
  log: Logger
}

/** Takes pictures of batches one after another, first batch first; one that fails does not hold up the others. */
export class BatchRunner {
  private active = 0
  private closing = false
  private picking: Promise<void> = Promise.resolve()
  private readonly settled = new Set<Promise<void>>()

  constructor(private readonly parts: BatchRunnerParts) {
    parts.batches.onWork = () => this.advance()
  }

  /** What is in work goes back to the queue at the next start. */
  async close(): Promise<void> {
    this.closing = true
    await this.picking
    await Promise.all(this.settled)
  }

  private advance(): void {
    this.picking = this.picking
      .then(() => this.pick())
      .catch((error) => {
        this.parts.log.error({ err: error }, 'batches')
        void this.parts.disk.pause().then(() => this.closing || this.advance())
      })
  }

  private async pick(): Promise<void> {
    while (!this.closing && this.active < AT_ONCE) {
      const [next] = await this.parts.db.$queryRaw<NextItem[]>`
        SELECT i."id", i."batchId" FROM "BatchItem" i JOIN "Batch" b ON b."id" = i."batchId"
        WHERE i."state" = 'queued' AND b."state" IN ('running', 'preparing')
        ORDER BY b.rowid, i."position" LIMIT 1`
      if (!next) return this.finishBatches()
      await this.parts.db.batchItem.update({ where: { id: next.id }, data: { state: 'running' } })
      this.active++
      const work = this.run(next)
        .catch((error) => this.parts.log.error({ err: error, item: next.id }, 'a picture of a batch was not handled'))
        .finally(() => {
          this.active--
          this.settled.delete(work)
          this.advance()
        })
      this.settled.add(work)
    }
  }

  private async run({ id, batchId }: NextItem): Promise<void> {
    const { batch, item, files } = await this.parts.batches.item(batchId, id)
    const { position: index, name } = item
    await this.parts.batches.tell(batchId, { type: 'item', itemId: id, index, name, state: 'running' })
    try {
      const model = await this.modelOf(batch.modelId)
      const { pages, ...answer } = await this.parts.inference.later('batch-item', {
        model: { file: model.file, name: model.name, sha256: model.sha256 },
        picture: files.picture,
        name: name.split('/').pop()!,
        settings: batch.settings as unknown as DetectionSettings,
        maxPixels: this.parts.config.limits.pixels,
        json: files.json,
        visualization: files.visualization,
        thumbnail: files.thumbnail,
      })
      const unread = leftOutPages(name, pages)
      if (unread) await this.parts.disk.write(() => this.parts.batches.leaveOut(batchId, [unread]))
      const data = { state: 'done', error: jsonOrNull(null), ...answer }
      await this.parts.disk.write(() => this.parts.db.batchItem.update({ where: { id }, data }))
      const event = { type: 'item', itemId: id, index, name, state: 'done', boxes: answer.boxes } as const
      await this.parts.disk.write(() => this.parts.batches.tell(batchId, event))
      await this.parts.disk.write(() => this.parts.batches.tellState(batchId, batch.state as 'running'))
    } catch (error) {
      if (this.closing) return
      await this.fail(error, { id, batchId, index, name })
    }
  }

  private async fail(
    error: unknown,
    { id, batchId, index, name }: NextItem & { index: number; name: string },
  ): Promise<void> {
    // Deleted with its batch meanwhile.
    if (!(await this.parts.db.batchItem.findUnique({ where: { id }, select: { id: true } }))) return
    if (!(error instanceof UserError)) this.parts.log.warn({ err: error, name }, 'a picture of a batch failed')
    const body = errorBody(error)
    if (body.where) body.where = { file: name }
    const data = { state: 'failed', error: jsonOrNull(body) }
    await this.parts.disk.write(() => this.parts.db.batchItem.update({ where: { id }, data }))
    const event = { type: 'item', itemId: id, index, name, state: 'failed', error: body } as const
    await this.parts.disk.write(() => this.parts.batches.tell(batchId, event))
    await this.parts.disk.write(() => this.parts.batches.tellState(batchId, 'running'))
  }

  private async modelOf(id: string | null): Promise<ModelFile> {
    if (id !== null) return this.parts.models.file(id)
    throw new UserError({ code: 'model-missing', message: 'The model of this batch was deleted.' })
  }

  /** Closed batches without a picture that waits or is in work are done. */
  private async finishBatches(): Promise<void> {
    const ended = await this.parts.db.batch.findMany({
      where: { state: 'running', open: false, items: { none: { state: { in: [...ITEM_OPEN] } } } },
    })
    for (const batch of ended) {
      const directory = this.parts.batches.files.directory(batch)
      let error: ErrorBody | undefined
      if (existsSync(directory)) {
        // A table that cannot be written is said with the result, which is no worse for it.
        await writeResultsTable(this.parts.db, this.parts.batches, batch, join(directory, 'results.csv')).catch(
          (fault: unknown) => {
            if (!(fault instanceof UserError)) throw fault
            this.parts.log.warn({ code: fault.code, batch: batch.name }, 'results.csv was not written')
            error = fault.toBody()
          },
        )
      }
      await this.parts.batches.setState(batch.id, 'done', error)
    }
  }
}
