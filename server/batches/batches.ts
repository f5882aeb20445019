import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import { type ErrorBody, UserError } from '../../detector/errors'
import { asUserError } from '../../detector/files/atomic-write'
import { ResultNames } from '../../detector/files/result-names'
import { resolveDetectionSettings } from '../../detector/options/presets'
import type { LeftOut } from '../../detector/picture/left-out'
import type { JobState } from '../../detector/training/events'
import type { Prisma } from '../../generated/prisma/client'
import type { ServerConfig } from '../config/config'
import { asJson, type Database, jsonOrNull } from '../db/database'
import { newId } from '../db/ids'
import type { EventHub } from '../events/event-hub'
import { EventLog } from '../events/event-log'
import { ITEM_AGAIN, UNDER_WAY } from '../events/job-states'
import type { JournalReader } from '../events/read-journal'
import type { BatchEvent } from '../events/schema'
import type { InferenceQueue } from '../inference/inference-queue'
import type { Models } from '../models/models'
import { removeFolder } from '../storage/remove-folder'
import { safeParts } from '../storage/resolve-inside'
import { stampedDirectory } from '../storage/stamped-directory'
import { toStored } from '../storage/stored-path'
import { BatchFiles, type ItemFiles } from './batch-files'
import { batchInfo } from './batch-info'
import { countItems, pageOfItems } from './batch-items'
import { addLeftOut, readLeftOut } from './left-out-list'
import type { BatchInfo, BatchRequest } from './schema'

type Batch = Prisma.BatchGetPayload<object>
type Item = Prisma.BatchItemGetPayload<object>

interface BatchesParts {
  config: ServerConfig
  db: Database
  hub: EventHub
  reader: JournalReader
  models: Models
  inference: InferenceQueue
  log: Logger
}

/** Batches of pictures: their rows and files. What runs them is the `BatchRunner`. */
export class Batches {
  private readonly logs = new Map<string, Promise<EventLog<BatchEvent>>>()
  /** Batches that take pictures; none outlives the process. */
  private readonly open = new Map<string, { batch: Batch; next: number; names: ResultNames; touched: number }>()
  /** Tells the runner that there is work. */
  onWork: () => void = () => undefined

  readonly files: BatchFiles

  constructor(private readonly parts: BatchesParts) {
    this.files = new BatchFiles(parts.config)
  }

  /** Makes a batch that takes pictures until it is closed. @throws UserError of settings and model */
  async create({ name, model: modelId = 'base', settings: given = {} }: BatchRequest): Promise<BatchInfo> {
    const model = await this.parts.models.file(modelId)
    const settings = resolveDetectionSettings(given, model.sidecar)
    const id = newId()
    const directory = await stampedDirectory(this.parts.config.outputDir)
    let batch: Batch
    try {
      await Promise.all(['visualization', 'json'].map((folder) => mkdir(join(directory, folder))))
      await Promise.all(
        ['pictures', 'thumbnails'].map((folder) => mkdir(join(this.files.place(id), folder), { recursive: true })),
      )
      batch = await this.parts.db.batch.create({
        data: {
          id,
          name: name || basename(directory),
          state: 'preparing',
          open: true,
          modelId: model.id,
          modelName: model.name,
          settings: asJson(settings),
          directory: toStored(this.parts.config.root, directory),
        },
      })
    } catch (error) {
      for (const folder of [directory, this.files.place(id)]) await removeFolder(folder)
      throw asUserError(error, directory)
    }
    this.open.set(id, { batch, next: 0, names: new ResultNames(), touched: performance.now() })
    this.parts.hub.changed('batch', id)
    return this.get(id)
  }

  /**
   * Adds a picture to an open batch; the file is moved.
   * @param name with the folders inside the upload
   * @throws UserError `path-refused`, `state-refused`
   */
  async add(id: string, name: string, path: string): Promise<void> {
    const open = this.open.get(id)
    if (!open) throw refused(await this.row(id), 'takes no more pictures')
    const shown = safeParts(name.replaceAll('\\', '/').replace(/^\/+/, '')).join('/')
    const position = open.next++
    open.touched = performance.now()
    const item = { id: newId(), batchId: id, position, name: shown, stem: open.names.of(shown), state: 'queued' }
    await rename(path, this.files.of(open.batch, item).picture)
    await this.parts.db.batchItem.create({ data: item })
    await this.tell(id, { type: 'item', itemId: item.id, index: position, name: shown, state: 'queued' })
    if (position === 0) await this.setState(id, 'running')
    this.parts.hub.changed('batch', id)
    this.onWork()
  }

  /** Notes what was given and not read. */
  async leaveOut(id: string, list: readonly LeftOut[]): Promise<void> {
    await addLeftOut(this.files.leftOut(id), list)
  }

  /** No more pictures come. */
  async close(id: string): Promise<BatchInfo> {
    await this.row(id)
    if (this.open.delete(id)) {
      const counts = await countItems(this.parts.db, id)
      if (counts.total === 0) {
        await this.remove(id)
        throw new UserError({ code: 'batch-empty', message: 'The batch holds no picture.' })
      }
      await this.parts.db.batch.update({ where: { id }, data: { open: false } })
      this.onWork()
    }
    return this.get(id)
  }

  /** Closes what nobody has added to for long: its browser has gone in the middle of an upload. */
  async closeForgotten(idleMs: number): Promise<void> {
    for (const [id, { touched }] of this.open) {
      if (performance.now() - touched < idleMs) continue
      this.parts.log.info({ batch: id }, 'no picture came for long; the batch is closed')
      await this.close(id).catch(
        (error) => error instanceof UserError || this.parts.log.error({ err: error }, 'batches'),
      )
    }
  }

  async list(): Promise<BatchInfo[]> {
    const rows = await this.parts.db.batch.findMany({ orderBy: { createdAt: 'desc' }, take: 500 })
    return Promise.all(rows.map((row) => this.info(row)))
  }

  async get(id: string): Promise<BatchInfo> {
    return this.info(await this.row(id))
  }

  async items(id: string, after: number, limit: number, filter: string) {
    await this.row(id)
    return pageOfItems(this.parts.db, id, after, limit, filter)
  }

  /** @throws UserError `item-unknown` */
  async item(id: string, itemId: string): Promise<{ batch: Batch; item: Item; files: ItemFiles }> {
    const batch = await this.row(id)
    const item = await this.parts.db.batchItem.findFirst({ where: { id: itemId, batchId: id } })
    if (!item) throw new UserError({ code: 'item-unknown', message: `The batch has no picture ${itemId}.` })
    return { batch, item, files: this.files.of(batch, item) }
  }

  /** The upright picture of an item in a form that browsers show. */
  async image(id: string, itemId: string): Promise<string> {
    const { item, files } = await this.item(id, itemId)
    const target = join(this.files.place(id), 'thumbnails', `${item.id}-image.webp`)
    if (!existsSync(target)) {
      const { pixels: maxPixels } = this.parts.config.limits
      await this.parts.inference.ask('image', { picture: files.picture, name: item.name, maxPixels, target })
    }
    return target
  }

  /** Pictures that wait are left out; those in work come to their end. */
  async cancel(id: string): Promise<BatchInfo> {
    const batch = await this.row(id)
    if (!UNDER_WAY.includes(batch.state)) throw refused(batch, 'is not running')
    this.open.delete(id)
    await this.parts.db.batch.update({ where: { id }, data: { open: false } })
    const { count } = await this.parts.db.batchItem.updateMany({
      where: { batchId: id, state: 'queued' },
      data: { state: 'stopped' },
    })
    // With nothing left to leave out, the batch simply comes to its end.
    if (count > 0) {
      await this.parts.db.batch.update({ where: { id }, data: { state: 'stopped', endedAt: new Date() } })
      await this.tellState(id, 'stopped')
    } else this.onWork()
    return this.get(id)
  }

  /** Failed and left out pictures again, or those that are named. */
  async retry(id: string, itemIds?: string[]): Promise<BatchInfo> {
    const batch = await this.row(id)
    const which = itemIds ? { id: { in: itemIds }, state: { not: 'running' } } : { state: { in: [...ITEM_AGAIN] } }
    const { count } = await this.parts.db.batchItem.updateMany({
      where: { batchId: id, ...which },
      data: { state: 'queued', error: jsonOrNull(null) },
    })
    if (count > 0) {
      await this.parts.db.batch.update({ where: { id }, data: { state: 'running', endedAt: null } })
      await this.tellState(id, 'running')
      this.onWork()
    } else if (itemIds) throw refused(batch, 'has no such picture to be tried again')
    return this.get(id)
  }

  /** Row, results and pictures. */
  async remove(id: string): Promise<void> {
    const batch = await this.row(id)
    this.open.delete(id)
    await this.parts.db.batch.delete({ where: { id } })
    this.logs.delete(id)
    this.parts.reader.forget(this.files.journal(id))
    await removeFolder(this.files.directory(batch))
    await removeFolder(this.files.place(id))
    this.parts.hub.changed('batch', id)
  }

  async active() {
    const rows = await this.parts.db.batch.findMany({ where: { state: { in: [...UNDER_WAY] } } })
    return Promise.all(
      rows.map(async ({ id, name }) => {
        const { total, done, failed } = await countItems(this.parts.db, id)
        return { kind: 'batch' as const, id, name, share: total > 0 ? (done + failed) / total : 0 }
      }),
    )
  }

  /** What was in work at a crash goes back to the queue. An upload that was cut off leaves what has come. */
  async reconcile(): Promise<void> {
    const cut = await this.parts.db.batchItem.updateMany({ where: { state: 'running' }, data: { state: 'queued' } })
    const open = await this.parts.db.batch.updateMany({ where: { open: true }, data: { open: false } })
    if (cut.count + open.count > 0) this.parts.log.info({ items: cut.count, batches: open.count }, 'batches reconciled')
    for (const { id } of await this.parts.db.batch.findMany({ where: { state: 'preparing' } })) {
      if ((await countItems(this.parts.db, id)).total === 0) await this.remove(id)
    }
    this.onWork()
  }

  /** Writes an event down and tells it. */
  async tell(id: string, body: Parameters<EventLog<BatchEvent>['append']>[0]): Promise<void> {
    this.parts.hub.publish('batch', id, (await this.eventLog(id)).append(body))
  }

  async tellState(id: string, state: JobState): Promise<void> {
    const { total, done, failed } = await countItems(this.parts.db, id)
    await this.tell(id, { type: 'status', state, done, failed, total })
    this.parts.hub.changed('batch', id)
  }

  async setState(id: string, state: JobState, error?: ErrorBody): Promise<void> {
    const end = state === 'done' && { endedAt: new Date(), error: jsonOrNull(error) }
    await this.parts.db.batch.update({ where: { id }, data: { state, ...end } })
    await this.tellState(id, state)
  }

  async row(id: string): Promise<Batch> {
    const row = await this.parts.db.batch.findUnique({ where: { id } })
    if (!row) throw new UserError({ code: 'batch-unknown', message: `There is no batch ${id}.` })
    return row
  }

  /** The journal that a watcher's events come from. */
  async watched(id: string): Promise<{ file: string }> {
    await this.row(id)
    return { file: this.files.journal(id) }
  }

  private eventLog(id: string): Promise<EventLog<BatchEvent>> {
    const known = this.logs.get(id)
    if (known) return known
    const open = EventLog.open<BatchEvent>(this.files.journal(id), this.parts.reader)
    this.logs.set(id, open)
    open.catch(() => this.logs.delete(id))
    return open
  }

  private async info(row: Batch): Promise<BatchInfo> {
    const lastSeq = await this.parts.reader.lastSeq(this.files.journal(row.id))
    return batchInfo(
      row,
      await countItems(this.parts.db, row.id),
      lastSeq,
      await readLeftOut(this.files.leftOut(row.id)),
    )
  }
}

const refused = (batch: Batch, what: string): UserError =>
  new UserError({ code: 'state-refused', message: `The batch ${batch.name} (${batch.state}) ${what}.` })
