import { join } from 'node:path'
import type { Logger } from 'pino'
import { type ErrorBody, UserError } from '../../detector/errors'
import { exportOptionsFor } from '../../detector/export/export-options-for'
import type { ExportOptions } from '../../detector/options/export'
import type { JobState } from '../../detector/training/events'
import type { Prisma } from '../../generated/prisma/client'
import { errorBody } from '../children/protocol'
import { ChildEnded, RequestChild } from '../children/request-child'
import type { ServerConfig } from '../config/config'
import { asJson, type Database, jsonOrNull } from '../db/database'
import { newId } from '../db/ids'
import type { EventHub } from '../events/event-hub'
import { EventLog } from '../events/event-log'
import { ENDED, UNDER_WAY } from '../events/job-states'
import type { JournalReader } from '../events/read-journal'
import type { ExportEvent } from '../events/schema'
import type { Accepted } from '../http/schema'
import type { Models } from '../models/models'
import { removeFolder } from '../storage/remove-folder'
import type { UntilWritten } from '../storage/until-written'
import type { ExportAnswer, ExportProgress } from './export-requests'
import type { ExportInfo, ExportRequest } from './schema'

type Row = Prisma.ExportGetPayload<object>
const TIMEOUT = 30 * 60_000
const PROGRESS_EVERY = 250

interface ExportsParts {
  config: ServerConfig
  db: Database
  hub: EventHub
  reader: JournalReader
  models: Models
  disk: UntilWritten
  log: Logger
}

/** ONNX exports: one after another, each in a process of its own. */
export class Exports {
  private current: { id: string; child: RequestChild; progress: ExportProgress } | undefined
  private pumping = Promise.resolve()
  private readonly logs = new Map<string, Promise<EventLog<ExportEvent>>>()
  private closing = false

  constructor(private readonly parts: ExportsParts) {}

  /** @throws UserError of options and model */
  async create({ model: modelId, options: given = {} }: ExportRequest): Promise<Accepted> {
    const model = await this.parts.models.file(modelId)
    if (model.format !== 'pth') {
      throw new UserError({
        code: 'model-exported',
        message: `${model.name} is an ONNX file already.`,
        fix: 'Choose a .pth model.',
      })
    }
    const options = exportOptionsFor(model.sidecar, given)
    const id = newId()
    await this.parts.db.export.create({
      data: { id, state: 'queued', modelId: model.id, modelName: model.name, options: asJson(options) },
    })
    await this.tell(id, { type: 'status', state: 'queued' })
    this.pump()
    return { id, state: 'queued' }
  }

  async list(): Promise<ExportInfo[]> {
    const rows = await this.parts.db.export.findMany({ orderBy: { createdAt: 'desc' }, take: 200 })
    return Promise.all(rows.map((row) => this.info(row)))
  }

  async get(id: string): Promise<ExportInfo> {
    return this.info(await this.row(id))
  }

  /** @throws UserError `state-refused` before the export is done */
  async file(id: string): Promise<{ path: string; name: string }> {
    const row = await this.row(id)
    if (row.state !== 'done' || row.file === null) {
      throw new UserError({ code: 'state-refused', message: `The export is ${row.state}; there is no file.` })
    }
    return { path: join(this.place(id), row.file), name: row.file }
  }

  async cancel(id: string): Promise<Accepted> {
    const row = await this.row(id)
    if (!UNDER_WAY.includes(row.state)) {
      throw new UserError({ code: 'state-refused', message: `The export is ${row.state} already.` })
    }
    await this.end(id, 'stopped')
    if (this.current?.id === id) this.current.child.close()
    return { id, state: 'stopped' }
  }

  async remove(id: string): Promise<void> {
    const row = await this.row(id)
    if (UNDER_WAY.includes(row.state)) await this.cancel(id)
    await this.parts.db.export.delete({ where: { id } })
    await removeFolder(this.place(id))
    this.logs.delete(id)
    this.parts.reader.forget(this.journal(id))
    this.parts.hub.changed('export', id)
  }

  async active() {
    if (!this.current) return []
    const { id, progress } = this.current
    const row = await this.row(id)
    return [{ kind: 'export' as const, id, name: row.modelName, share: progress.share }]
  }

  async watched(id: string): Promise<{ file: string }> {
    await this.row(id)
    return { file: this.journal(id) }
  }

  /** An export that was cut off begins anew; it takes seconds. */
  async reconcile(): Promise<void> {
    await this.parts.db.export.updateMany({ where: { state: 'running' }, data: { state: 'queued' } })
    this.pump()
  }

  async close(): Promise<void> {
    this.closing = true
    this.current?.child.close()
    await this.pumping
  }

  private pump(): void {
    this.pumping = this.pumping.then(async () => {
      while (!this.closing) {
        // By the order in which rows came, not by times: clocks are set.
        const [next] = await this.parts.db.$queryRaw<{ id: string }[]>`
          SELECT "id" FROM "Export" WHERE "state" = 'queued' ORDER BY rowid LIMIT 1`
        if (!next) return
        await this.run(await this.row(next.id))
      }
    })
    this.pumping = this.pumping.catch((error) => {
      this.parts.log.error({ err: error }, 'exports')
      void this.parts.disk.pause().then(() => this.closing || this.pump())
    })
  }

  private async run(row: Row): Promise<void> {
    const { id } = row
    const child = new RequestChild('export-child', TIMEOUT)
    const current = { id, child, progress: { share: 0, stage: 'build' } as ExportProgress }
    this.current = current
    const folder = this.place(id)
    await this.parts.db.export.update({ where: { id }, data: { state: 'running', startedAt: new Date() } })
    await this.tell(id, { type: 'status', state: 'running' })
    let told = Number.NEGATIVE_INFINITY
    try {
      const model = await this.parts.models.file(row.modelId ?? '')
      const answer = await child.request<ExportAnswer>(
        'export',
        { model: { file: model.file, name: model.name }, options: row.options as unknown as ExportOptions, folder },
        (progress) => {
          const before = current.progress
          current.progress = progress as ExportProgress
          if (before.stage === current.progress.stage && performance.now() - told < PROGRESS_EVERY) return
          told = performance.now()
          this.tell(id, { type: 'progress', ...current.progress }).catch((error) =>
            this.parts.log.error({ err: error }),
          )
        },
      )
      const { file, size, sha256, ...report } = answer
      const data = { file, size, sha256, report: asJson(report) }
      const { count } = await this.parts.disk.write(() =>
        this.parts.db.export.updateMany({ where: { id, state: 'running' }, data }),
      )
      if (count > 0) await this.parts.disk.write(() => this.end(id, 'done'))
    } catch (error) {
      if (this.closing) return
      const now = await this.parts.db.export.findUnique({ where: { id }, select: { state: true } })
      const body = this.explain(error)
      if (now?.state === 'running') await this.parts.disk.write(() => this.end(id, 'failed', body))
    } finally {
      child.close()
      this.current = undefined
    }
  }

  private explain(error: unknown): ErrorBody {
    if (error instanceof ChildEnded) {
      return {
        code: 'export-crashed',
        message: `The export process ended unexpectedly (${error.message}).`,
        fix: 'Try a smaller size, or when more memory is free.',
      }
    }
    if (!(error instanceof UserError)) this.parts.log.error({ err: error }, 'export failed')
    return errorBody(error)
  }

  private async end(id: string, state: JobState, error?: ErrorBody): Promise<void> {
    await this.parts.db.export.updateMany({
      where: { id },
      data: { state, endedAt: new Date(), error: jsonOrNull(error) },
    })
    await this.tell(id, { type: 'status', state, ...(error && { error }) })
  }

  private async tell(id: string, body: Parameters<EventLog<ExportEvent>['append']>[0]): Promise<void> {
    // One log for all who tell at the same time: each event has a number of its own.
    const log = this.logs.get(id) ?? EventLog.open<ExportEvent>(this.journal(id), this.parts.reader)
    this.logs.set(id, log)
    try {
      this.parts.hub.publish('export', id, (await log).append(body))
    } catch (error) {
      this.logs.delete(id)
      throw error
    }
    if (body.type === 'status' && ENDED.includes(body.state)) this.logs.delete(id)
    this.parts.hub.changed('export', id)
  }

  private async row(id: string): Promise<Row> {
    const row = await this.parts.db.export.findUnique({ where: { id } })
    if (!row) throw new UserError({ code: 'export-unknown', message: `There is no export ${id}.` })
    return row
  }

  private place(id: string): string {
    return join(this.parts.config.dataDir, 'exports', id)
  }

  private journal(id: string): string {
    return join(this.place(id), 'events.jsonl')
  }

  private async info(row: Row): Promise<ExportInfo> {
    const report = row.report as unknown as Omit<ExportAnswer, 'file' | 'size' | 'sha256'> | null
    const live = this.current?.id === row.id && row.state === 'running' ? this.current.progress : undefined
    return {
      id: row.id,
      state: row.state as JobState,
      model: { id: row.modelId ?? '', name: row.modelName },
      options: row.options as unknown as ExportOptions,
      createdAt: row.createdAt.toISOString(),
      ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
      seconds: row.startedAt && row.endedAt ? (row.endedAt.getTime() - row.startedAt.getTime()) / 1000 : null,
      stage: live?.stage ?? null,
      share: row.state === 'done' ? 1 : (live?.share ?? 0),
      file: row.file,
      size: row.size,
      sha256: row.sha256,
      opset: report?.opset ?? null,
      inputs: report?.inputs ?? [],
      outputs: report?.outputs ?? [],
      checks: report?.checks ?? [],
      lastSeq: await this.parts.reader.lastSeq(this.journal(row.id)),
      error: (row.error as unknown as ErrorBody | null) ?? null,
    }
  }
}
