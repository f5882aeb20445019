import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ErrorBody, UserError } from '../../detector/errors'
import type { Prisma } from '../../generated/prisma/client'
import type { BoundedTasks } from '../children/bounded-tasks'
import { errorBody } from '../children/protocol'
import { ChildEnded } from '../children/request-child'
import type { ServerConfig } from '../config/config'
import { asJson, type Database, jsonOrNull } from '../db/database'
import type { EventHub } from '../events/event-hub'
import type { JournalReader } from '../events/read-journal'
import { removeFolder } from '../storage/remove-folder'
import { fromStored } from '../storage/stored-path'
import type { UntilWritten } from '../storage/until-written'
import { datasetPlace, isConfined, listFile, picturesOf } from './dataset-files'

type Row = Prisma.DatasetGetPayload<object>

/** Starts of a check that ended with the server before it came to an end. */
const MOST_STARTS = 2

export interface DatasetChecksParts {
  config: ServerConfig
  db: Database
  hub: EventHub
  reader: JournalReader
  tasks: BoundedTasks
  disk: UntilWritten
  onFailure(error: unknown): void
}

/** Checks of data sets under way, each at most once at a time. */
export class DatasetChecks {
  private readonly checking = new Set<string>()

  constructor(private readonly parts: DatasetChecksParts) {}

  /** Somebody wants it: how often it ended with the server before counts no more. */
  async ask(row: Row): Promise<void> {
    if (!this.checking.has(row.id)) await rm(this.startsFile(row.id), { force: true })
    await this.goOn(row)
  }

  /** Begins a check, or one anew that ended with the server; the answer does not wait for its end. */
  async goOn(row: Row): Promise<void> {
    if (this.checking.has(row.id)) return
    this.checking.add(row.id)
    await this.set(row.id, { state: 'checking', error: jsonOrNull(null) })
    this.run(row)
      .catch(this.parts.onFailure)
      .finally(() => this.checking.delete(row.id))
  }

  private async run(row: Row): Promise<void> {
    const path = fromStored(this.parts.config.root, row.path)
    const place = datasetPlace(this.parts.config, row.id)
    await mkdir(place, { recursive: true })
    // Those of the last check stay: they may be asked for just now.
    const old = (await readdir(place)).filter((name) => name.startsWith('pictures') && name !== picturesOf(row))
    await Promise.all(old.map((name) => removeFolder(join(place, name))))
    const starts = Number(await readFile(this.startsFile(row.id), 'utf8').catch(() => '0'))
    try {
      if (starts >= MOST_STARTS) throw givenUp(starts)
      await writeFile(this.startsFile(row.id), String(starts + 1))
      const report = await this.parts.tasks.request('check', {
        path,
        confined: isConfined(row),
        lists: {
          train: listFile(this.parts.config, row.id, 'train'),
          test: listFile(this.parts.config, row.id, 'test'),
        },
      })
      for (const split of ['train', 'test'] as const)
        this.parts.reader.forget(listFile(this.parts.config, row.id, split))
      await rm(this.startsFile(row.id), { force: true })
      const state = report.ok ? 'ready' : 'invalid'
      const data = { state, report: asJson(report), error: jsonOrNull(null), checkedAt: new Date() }
      await this.parts.disk.write(() => this.set(row.id, data))
    } catch (error) {
      if (error instanceof ChildEnded) {
        // The server closes in order: the check goes on after the next start, and this one does not count.
        await writeFile(this.startsFile(row.id), String(starts))
        return
      }
      if (!(error instanceof UserError)) this.parts.onFailure(error)
      const body: ErrorBody = errorBody(error)
      const data = { state: 'failed', error: jsonOrNull(body), checkedAt: new Date() }
      await this.parts.disk.write(() => this.set(row.id, data))
    }
  }

  private async set(id: string, data: Prisma.DatasetUpdateInput): Promise<void> {
    // The set may have been deleted while it was checked.
    await this.parts.db.dataset.updateMany({ where: { id }, data: data as Prisma.DatasetUpdateManyMutationInput })
    this.parts.hub.changed('dataset', id)
  }

  /** How often a check was begun that came to no end. */
  private startsFile(id: string): string {
    return join(datasetPlace(this.parts.config, id), 'check-starts')
  }
}

function givenUp(starts: number): UserError {
  return new UserError({
    code: 'task-given-up',
    message: `The check of the data was given up: it came to no end in ${starts} starts of the server.`,
    fix: 'Split the data into smaller sets, or check it again.',
  })
}
