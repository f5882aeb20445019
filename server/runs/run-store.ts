import { join } from 'node:path'
import { UserError } from '../../detector/errors'
import type { TrainOptions } from '../../detector/options/train'
import type { RunEvent } from '../../detector/training/events'
import { runFiles } from '../../detector/training/run-directory'
import type { Prisma } from '../../generated/prisma/client'
import type { ServerConfig } from '../config/config'
import type { Database } from '../db/database'
import type { EventHub } from '../events/event-hub'
import type { JournalReader } from '../events/read-journal'
import { fromStored } from '../storage/stored-path'
import { type RunRow, withParts } from './run-info'
import { addEvent, freshProgress, type RunProgress } from './run-progress'

interface RunStoreParts {
  config: Pick<ServerConfig, 'root'>
  db: Database
  hub: EventHub
  reader: JournalReader
}

/** Rows of runs, and where their files lie. */
export class RunStore {
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: RunStoreParts) {}

  get db(): Database {
    return this.parts.db
  }

  /** @throws UserError `run-unknown` */
  async row(id: string): Promise<RunRow> {
    const row = await this.db.run.findUnique({ where: { id }, include: withParts })
    if (!row) throw new UserError({ code: 'run-unknown', message: `There is no run ${id}.` })
    return row
  }

  /** One after the other: what makes or removes a directory together with its row. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work)
    this.last = done.catch(() => undefined)
    return done
  }

  /** When a run joins the queue: never before one that waits already, even if the clock was set back meanwhile. */
  async queueTime(): Promise<Date> {
    const { _max } = await this.db.run.aggregate({ where: { state: 'queued' }, _max: { queuedAt: true } })
    return new Date(Math.max(Date.now(), (_max.queuedAt?.getTime() ?? 0) + 1))
  }

  /** Changes a row and says so. */
  async set(id: string, data: Prisma.RunUpdateInput): Promise<void> {
    await this.db.run.update({ where: { id }, data })
    this.parts.hub.changed('run', id)
  }

  directory(row: { directory: string }): string {
    return fromStored(this.parts.config.root, row.directory)
  }

  journal(row: { directory: string }): string {
    return join(this.directory(row), runFiles.journal)
  }

  /** What the journal adds up to, from its beginning. */
  async fold(row: RunRow): Promise<RunProgress> {
    const progress = freshProgress((row.options as unknown as TrainOptions).epochs)
    for await (const events of this.parts.reader.read<RunEvent>(this.journal(row))) {
      for (const event of events) addEvent(progress, event)
    }
    return progress
  }
}
