import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import { type ErrorBody, UserError } from '../../detector/errors'
import { readSidecar } from '../../detector/inference/model-file'
import { parseOptions } from '../../detector/options/spec'
import { type TrainOptions, trainOptions } from '../../detector/options/train'
import { newConfig, writeConfig } from '../../detector/training/config-file'
import type { RunEvent } from '../../detector/training/events'
import { createRunDirectory, runFiles } from '../../detector/training/run-directory'
import type { Accepted, RunEventsPage, RunInfo, RunRequest } from '../api/schemas'
import type { ServerConfig } from '../config'
import { Decimator } from '../events/decimate'
import type { EventHub } from '../events/event-hub'
import { EventLog } from '../events/event-log'
import type { JournalReader } from '../events/read-journal'
import { asJson, type Database, jsonOrNull } from '../store/database'
import { newId } from '../store/ids'
import { fromStored, toStored } from '../store/stored-path'
import type { Datasets } from './datasets'
import type { Models } from './models'
import { openFiles, type RunRow, runInfo, sampleNames, withParts } from './run-info'
import { type RunEnd, RunProcess } from './run-process'
import { addEvent, freshProgress, type RunProgress } from './run-progress'

interface Live {
  process: RunProcess
  directory: string
  progress: RunProgress
  /** When this start began, ms. */
  since: number
  /** Handles one event after the other. */
  chain: Promise<void>
  savedAt: number
}

const SAVE_EVERY = 1000
const SHUTDOWN_PATIENCE = 10_000
const ENDED = new Set(['done', 'failed', 'paused', 'stopped', 'interrupted'])
const RESUMABLE = new Set(['paused', 'stopped', 'failed', 'interrupted'])

/** Trainings: the queue, their processes, and what their events say. The journal in a run's directory is the truth. */
export class Runs {
  private readonly live = new Map<string, Live>()
  private closing = false
  private pumping = Promise.resolve()
  private readonly locks: string

  constructor(
    private readonly config: ServerConfig,
    private readonly db: Database,
    private readonly hub: EventHub,
    private readonly reader: JournalReader,
    private readonly models: Models,
    private readonly datasets: Datasets,
    private readonly log: Logger,
  ) {
    this.locks = join(config.dataDir, 'locks')
  }

  /** Makes a run and queues it. @throws UserError of options, data set and model */
  async create({ name, dataset: datasetId, options: given }: RunRequest): Promise<Accepted> {
    const dataset = await this.datasets.forRun(datasetId, given.data)
    const modelId = typeof given.model === 'string' ? given.model : trainOptions.model.default
    const model = modelId === 'random' ? undefined : await this.models.file(modelId)
    if (model && model.format !== 'pth') {
      throw new UserError({
        code: 'model-not-trainable',
        message: `${model.name} is an exported .onnx file and cannot be trained further.`,
        fix: 'Start from the .pth file that it was exported from.',
      })
    }
    const options = parseOptions(trainOptions, { ...given, data: dataset.path, model: model?.file ?? 'random' })
    const directory = createRunDirectory(this.config.workDir)
    await writeConfig(directory, newConfig(options))
    const id = newId()
    await this.db.run.create({
      data: {
        id,
        name: name ?? basename(directory),
        state: 'queued',
        directory: toStored(this.config.root, directory),
        datasetId: dataset.id,
        datasetName: dataset.name,
        dataPath: dataset.path,
        modelId: model?.id ?? null,
        modelName: model?.name ?? 'random',
        options: asJson(options),
        progress: asJson(freshProgress(options.epochs)),
        cuts: [],
      },
    })
    this.hub.changed('run', id)
    this.pump()
    return { id, state: 'queued' }
  }

  async list(): Promise<RunInfo[]> {
    const rows = await this.db.run.findMany({ include: withParts, orderBy: { createdAt: 'desc' } })
    const queue = rows.filter((row) => row.state === 'queued').sort((a, b) => +a.queuedAt - +b.queuedAt)
    return Promise.all(rows.map((row) => this.info(row, row.state === 'queued' ? queue.indexOf(row) : null)))
  }

  async get(id: string): Promise<RunInfo> {
    const row = await this.row(id)
    const before =
      row.state === 'queued'
        ? await this.db.run.count({ where: { state: 'queued', queuedAt: { lt: row.queuedAt } } })
        : null
    return this.info(row, before)
  }

  async rename(id: string, name: string): Promise<RunInfo> {
    await this.row(id)
    await this.db.run.update({ where: { id }, data: { name } })
    this.hub.changed('run', id)
    return this.get(id)
  }

  /** Events after a number; with `points`, step events are thinned out to about as many. */
  async events(id: string, after: number, points: number | undefined): Promise<RunEventsPage> {
    const row = await this.row(id)
    const generation = (row.cuts as unknown as number[]).length
    const decimator = new Decimator(points ?? Number.POSITIVE_INFINITY)
    let lastSeq = after
    for await (const events of this.reader.read<RunEvent>(this.journal(row), after)) {
      for (const event of events) decimator.add(event)
      lastSeq = events[events.length - 1].seq
    }
    return { events: decimator.events(), lastSeq, generation, steps: decimator.steps }
  }

  /** Where a watcher's events come from, and what was taken back since the generation it knows. */
  async watched(id: string, generation: number | undefined) {
    const row = await this.row(id)
    const cuts = row.cuts as unknown as number[]
    const missed = generation === undefined ? [] : cuts.slice(generation)
    return {
      file: this.journal(row),
      generation: cuts.length,
      cut: missed.length > 0 ? Math.min(...missed) : undefined,
    }
  }

  /** @throws UserError `file-missing` */
  async file(id: string, name: string): Promise<string> {
    const directory = this.directory(await this.row(id))
    if (!openFiles.includes(name)) throw noFile(name)
    return join(directory, name)
  }

  /** A validation picture. @throws UserError `file-missing` */
  async sample(id: string, name: string): Promise<string> {
    const directory = this.directory(await this.row(id))
    if (!sampleNames(directory).includes(name)) throw noFile(name)
    return join(directory, runFiles.samples, name)
  }

  async pause(id: string): Promise<Accepted> {
    return this.endEarly(id, 'paused', ['queued'])
  }

  async stop(id: string): Promise<Accepted> {
    return this.endEarly(id, 'stopped', ['queued', 'paused', 'interrupted'])
  }

  async resume(id: string): Promise<Accepted> {
    const row = await this.row(id)
    if (!RESUMABLE.has(row.state)) throw stateRefused(row, 'resumed')
    await this.set(id, { state: 'queued', queuedAt: new Date(), endedAt: null, error: jsonOrNull(null) })
    this.pump()
    return { id, state: 'queued' }
  }

  /** Removes a run with its directory. @throws UserError `run-protected` */
  async remove(id: string, force: boolean): Promise<void> {
    const row = await this.row(id)
    if (this.live.has(id) || ['preparing', 'running', 'pausing'].includes(row.state)) {
      throw new UserError({
        code: 'run-protected',
        message: `${row.name} is running.`,
        fix: 'Stop it first.',
      })
    }
    if (row.checkpoints.length > 0 && !force) {
      throw new UserError({
        code: 'run-protected',
        message: `The directory of ${row.name} holds the only copy of its models.`,
        fix: 'Confirm the deletion (force=true), after a download if they are worth it.',
      })
    }
    const used = await this.models.nameInUse(row.checkpoints.map((c) => c.modelId))
    if (used) {
      throw new UserError({ code: 'run-protected', message: `The model ${used} of this run is in use.` })
    }
    const modelIds = row.checkpoints.map((c) => c.modelId)
    await this.db.$transaction([
      this.db.run.delete({ where: { id } }),
      this.db.model.deleteMany({ where: { id: { in: modelIds } } }),
    ])
    await rm(this.directory(row), { recursive: true, force: true })
    this.reader.forget(this.journal(row))
    this.hub.changed('run', id)
    for (const modelId of modelIds) this.hub.changed('model', modelId)
  }

  /** Process of a run that works. */
  pidOf(id: string): number | undefined {
    return this.live.get(id)?.process.pid
  }

  /** Runs in work, for the header of the page. */
  async active() {
    const rows = await this.db.run.findMany({ where: { id: { in: [...this.live.keys()] } }, include: withParts })
    return Promise.all(
      rows.map(async (row) => {
        const { id, name, step, steps } = await this.info(row, null)
        return { kind: 'run' as const, id, name, share: steps > 0 ? step / steps : 0 }
      }),
    )
  }

  /**
   * Brings rows into accord with directories after a start: nothing is left that claims to run. What was cut off by a
   * crash or shutdown goes back to the queue, what the user had stopped stays stopped.
   */
  async reconcile(): Promise<void> {
    const rows = await this.db.run.findMany({
      where: { state: { in: ['preparing', 'running', 'pausing', 'interrupted'] } },
      include: withParts,
    })
    for (const row of rows) {
      const directory = this.directory(row)
      if (!existsSync(directory)) {
        const error: ErrorBody = { code: 'run-directory-missing', message: 'The directory of the run is gone.' }
        await this.set(row.id, { state: 'failed', error: jsonOrNull(error), endedAt: new Date() })
        continue
      }
      const progress = await this.fold(row)
      await this.registerModels(row)
      const wanted = row.state === 'pausing' ? (row.intent ?? 'stopped') : undefined
      const ended = progress.state === 'done' || progress.state === 'failed'
      const state = ended ? progress.state! : (wanted ?? 'queued')
      await this.set(row.id, {
        state,
        progress: asJson(progress),
        intent: null,
        ...(ended && { endedAt: new Date(), error: jsonOrNull(progress.error) }),
      })
      this.log.info({ run: row.name, before: row.state, state }, 'run reconciled')
    }
    this.pump()
  }

  /** Lets running runs save their state and end; they go on at the next start. */
  async close(): Promise<void> {
    this.closing = true
    await this.pumping
    const ends = [...this.live.values()].map(({ process }) => {
      if (!process.reason) process.end('interrupted')
      return process.ended
    })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_PATIENCE)
    })
    await Promise.race([Promise.all(ends), patience])
    clearTimeout(timer)
    await Promise.all([...this.live.values()].map(({ chain }) => chain))
    // Who is still saving goes on alone; the journal tells the next start how it ended.
    for (const { process } of this.live.values()) process.release()
  }

  private pump(): void {
    this.pumping = this.pumping.then(async () => {
      while (!this.closing && this.live.size < this.config.parallelRuns) {
        const row = await this.db.run.findFirst({
          where: { state: 'queued', id: { notIn: [...this.live.keys()] } },
          orderBy: { queuedAt: 'asc' },
          include: withParts,
        })
        if (!row) return
        await this.start(row)
      }
    })
    this.pumping = this.pumping.catch((error) => this.log.error({ err: error }, 'a run could not be started'))
  }

  private async start(row: RunRow): Promise<void> {
    const directory = this.directory(row)
    await mkdir(this.locks, { recursive: true })
    await this.set(row.id, { state: 'preparing', startedAt: row.startedAt ?? new Date(), endedAt: null })
    const live: Live = {
      process: new RunProcess(directory, join(this.locks, `${row.id}.db`), (event) => {
        live.chain = live.chain
          .then(() => this.receive(row, live, event))
          .catch((error) => this.log.error({ err: error, run: row.id }, 'an event was not handled'))
      }),
      directory,
      progress: await this.fold(row),
      since: Date.now(),
      chain: Promise.resolve(),
      savedAt: 0,
    }
    this.live.set(row.id, live)
    live.process.ended.then(async (end) => {
      await live.chain
      await this.finish(row, live, end).catch((error) => this.log.error({ err: error, run: row.id }, 'end of a run'))
      this.live.delete(row.id)
      this.hub.changed('run', row.id)
      this.pump()
    })
  }

  private async receive(row: RunRow, live: Live, event: RunEvent): Promise<void> {
    if (event.seq <= live.progress.seq) await this.takeBack(row, live, event.seq - 1)
    addEvent(live.progress, event)
    await this.keep(row, live, event)
    this.hub.publish('run', row.id, event)
    const now = Date.now()
    if (event.type !== 'step' || now - live.savedAt > SAVE_EVERY) {
      live.savedAt = now
      const state = event.type === 'status' && ['preparing', 'running'].includes(event.state) ? event.state : undefined
      const shown = state && (await this.row(row.id)).state !== 'pausing' ? { state } : {}
      await this.db.run.update({ where: { id: row.id }, data: { progress: asJson(live.progress), ...shown } })
      this.hub.changed('run', row.id)
    }
  }

  /** The run goes on from a state before events that were told already. */
  private async takeBack(row: RunRow, live: Live, seq: number): Promise<void> {
    this.reader.forget(join(live.directory, runFiles.journal))
    const { cuts } = await this.db.run.findUniqueOrThrow({ where: { id: row.id }, select: { cuts: true } })
    const all = [...(cuts as unknown as number[]), seq]
    const progress = freshProgress((row.options as unknown as TrainOptions).epochs)
    for await (const events of this.reader.read<RunEvent>(join(live.directory, runFiles.journal))) {
      for (const event of events) if (event.seq <= seq) addEvent(progress, event)
    }
    live.progress = progress
    await this.db.$transaction([
      this.db.run.update({ where: { id: row.id }, data: { cuts: all } }),
      this.db.epochMetric.deleteMany({ where: { runId: row.id, epoch: { gt: progress.epoch } } }),
    ])
    this.hub.publishCut('run', row.id, seq, all.length)
  }

  /** What of an event becomes a row. */
  private async keep(row: RunRow, live: Live, event: RunEvent): Promise<void> {
    if (event.type === 'checkpoint' && event.kind !== 'state') {
      await this.models.putCheckpoint(row, event.kind, join(live.directory, event.file), event.epoch)
    } else if (event.type === 'epoch') await this.putMetric(row.id, event.epoch, { loss: event.loss })
    else if (event.type === 'evaluated') {
      const { precision, recall, hmean, ap } = event
      await this.putMetric(row.id, event.epoch, { precision, recall, hmean, ap })
    } else if (event.type === 'done') await this.registerModels(row)
  }

  private async putMetric(runId: string, epoch: number, data: Record<string, number>): Promise<void> {
    const where = { runId_epoch: { runId, epoch } }
    await this.db.epochMetric.upsert({ where, create: { runId, epoch, ...data }, update: data })
  }

  /** Rows of the weights that lie in the directory, with what their sidecars say by now (calibration comes last). */
  private async registerModels(row: RunRow): Promise<void> {
    for (const kind of ['best', 'final'] as const) {
      const file = join(this.directory(row), runFiles[kind])
      const sidecar = existsSync(file) && (await readSidecar(file))
      if (sidecar) await this.models.putCheckpoint(row, kind, file, sidecar.source.epoch ?? 0)
    }
  }

  private async finish(row: RunRow, live: Live, { code, signal }: RunEnd): Promise<void> {
    const { process } = live
    // A former process may have ended the run while this one waited for it.
    const progress = ENDED.has(live.progress.state ?? '') ? live.progress : await this.fold(row)
    let state = progress.state ?? 'preparing'
    let error: ErrorBody | null = state === 'failed' ? progress.error : null
    if (!ENDED.has(state)) {
      // It ended without a word.
      if (process.reason && signal === 'SIGKILL') state = process.reason
      else if (this.closing) state = 'interrupted'
      else {
        state = 'failed'
        error = diedBody(code, signal)
        const journal = await EventLog.open<RunEvent>(join(live.directory, runFiles.journal), this.reader)
        for (const event of [
          journal.append({ type: 'failed', error }),
          journal.append({ type: 'status', state, reason: error }),
        ]) {
          addEvent(progress, event)
          this.hub.publish('run', row.id, event)
        }
      }
    }
    const { worked } = await this.db.run.findUniqueOrThrow({ where: { id: row.id }, select: { worked: true } })
    await this.set(row.id, {
      state,
      intent: null,
      error: jsonOrNull(error),
      progress: asJson(progress),
      worked: worked + (Date.now() - live.since) / 1000,
      endedAt: state === 'interrupted' ? null : new Date(),
    })
    this.log.info({ run: row.name, state, code, signal }, 'run ended')
  }

  private async endEarly(id: string, reason: 'paused' | 'stopped', idle: readonly string[]): Promise<Accepted> {
    const row = await this.row(id)
    const live = this.live.get(id)
    if (live) {
      await this.set(id, { state: 'pausing', intent: reason })
      live.process.end(reason)
      return { id, state: 'pausing' }
    }
    if (!idle.includes(row.state)) throw stateRefused(row, reason)
    await this.set(id, { state: reason, ...(reason === 'stopped' && { endedAt: new Date() }) })
    return { id, state: reason }
  }

  /** Progress from the journal, from its beginning. */
  private async fold(row: RunRow): Promise<RunProgress> {
    const progress = freshProgress((row.options as unknown as TrainOptions).epochs)
    for await (const events of this.reader.read<RunEvent>(this.journal(row))) {
      for (const event of events) addEvent(progress, event)
    }
    return progress
  }

  private async set(id: string, data: Parameters<Database['run']['update']>[0]['data']): Promise<void> {
    await this.db.run.update({ where: { id }, data })
    this.hub.changed('run', id)
  }

  private async info(row: RunRow, queuePosition: number | null): Promise<RunInfo> {
    const lastSeq = await this.reader.lastSeq(this.journal(row))
    return runInfo(row, this.directory(row), this.config.root, this.live.get(row.id), queuePosition, lastSeq)
  }

  private async row(id: string): Promise<RunRow> {
    const row = await this.db.run.findUnique({ where: { id }, include: withParts })
    if (!row) throw new UserError({ code: 'run-unknown', message: `There is no run ${id}.` })
    return row
  }

  private directory(row: { directory: string }): string {
    return fromStored(this.config.root, row.directory)
  }

  private journal(row: { directory: string }): string {
    return join(this.directory(row), runFiles.journal)
  }
}

const noFile = (name: string): UserError =>
  new UserError({ code: 'file-missing', message: 'The run has no such file.', where: { file: name.slice(0, 200) } })

const stateRefused = (row: { name: string; state: string }, what: string): UserError =>
  new UserError({ code: 'state-refused', message: `${row.name} is ${row.state} and cannot be ${what}.` })

/** SIGKILL that nobody here has sent comes from the system when memory runs out. */
function diedBody(code: number | null, signal: NodeJS.Signals | null): ErrorBody {
  if (signal === 'SIGKILL') {
    return {
      code: 'run-killed',
      message: 'The training process was ended by the system, most likely because memory ran out.',
      fix: 'Take a smaller batch size (with accumulation) or image size and start again, or resume when memory is free.',
    }
  }
  return {
    code: 'run-crashed',
    message: `The training process ended unexpectedly (${signal ?? `exit code ${code}`}).`,
    fix: 'Resume it: it goes on from its last saved state. The server log says more.',
  }
}
