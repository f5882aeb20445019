import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UserError } from '../../detector/errors'
import { parseOptions } from '../../detector/options/spec'
import { trainOptions } from '../../detector/options/train'
import { newConfig, writeConfig } from '../../detector/training/config-file'
import type { RunEvent } from '../../detector/training/events'
import { createRunDirectory, runFiles } from '../../detector/training/run-directory'
import { isRunHeld } from '../../detector/training/run-lock'
import type { Accepted } from '../api/schemas/common'
import type { RunEventsPage, RunInfo, RunRequest } from '../api/schemas/run'
import type { ServerConfig } from '../config'
import { Decimator } from '../events/decimate'
import type { EventHub } from '../events/event-hub'
import type { JournalReader } from '../events/read-journal'
import { ThinnedJournals } from '../events/thinned-journals'
import { asJson, jsonOrNull } from '../store/database'
import { newId } from '../store/ids'
import { toStored } from '../store/stored-path'
import type { Datasets } from './datasets'
import { RESUMABLE, WAITING, WORKING } from './job-states'
import type { Models } from './models'
import type { RunFollower } from './run-follower'
import { openFiles, type RunRow, runInfo, sampleNames, withParts } from './run-info'
import { freshProgress } from './run-progress'
import type { RunQueue } from './run-queue'
import type { RunStore } from './run-store'

/** Trainings as the API knows them. The journal in a run's directory is the truth; the `RunQueue` lets them work. */
export class Runs {
  private readonly thinned: ThinnedJournals

  constructor(
    private readonly config: ServerConfig,
    private readonly store: RunStore,
    private readonly queue: RunQueue,
    private readonly follower: RunFollower,
    private readonly hub: EventHub,
    private readonly reader: JournalReader,
    private readonly models: Models,
    private readonly datasets: Datasets,
  ) {
    this.thinned = new ThinnedJournals(reader)
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
    const id = newId()
    await this.store.alone(async () => {
      const directory = createRunDirectory(this.config.workDir)
      try {
        await writeConfig(directory, { ...newConfig(options), confined: dataset.confined })
        await this.store.db.run.create({
          data: {
            id,
            name: name ?? basename(directory),
            state: 'queued',
            queuedAt: await this.store.queueTime(),
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
      } catch (error) {
        await rm(directory, { recursive: true, force: true })
        throw error
      }
    })
    this.hub.changed('run', id)
    this.queue.pump()
    return { id, state: 'queued' }
  }

  async list(): Promise<RunInfo[]> {
    const rows = await this.store.db.run.findMany({ include: withParts, orderBy: { createdAt: 'desc' } })
    const queue = rows.filter((row) => row.state === 'queued').sort((a, b) => +a.queuedAt - +b.queuedAt)
    return Promise.all(rows.map((row) => this.info(row, row.state === 'queued' ? queue.indexOf(row) : null)))
  }

  async get(id: string): Promise<RunInfo> {
    const row = await this.store.row(id)
    const before =
      row.state === 'queued'
        ? await this.store.db.run.count({ where: { state: 'queued', queuedAt: { lt: row.queuedAt } } })
        : null
    return this.info(row, before)
  }

  async rename(id: string, name: string): Promise<RunInfo> {
    await this.store.row(id)
    await this.store.db.run.update({ where: { id }, data: { name } })
    this.hub.changed('run', id)
    return this.get(id)
  }

  /** Events after a number; with `points`, step events are thinned out to about as many. */
  async events(id: string, after: number, points: number | undefined): Promise<RunEventsPage> {
    const row = await this.store.row(id)
    const generation = (row.cuts as unknown as number[]).length
    const journal = this.store.journal(row)
    if (after === 0 && points !== undefined)
      return { ...(await this.thinned.read(journal, points, generation)), generation }
    const decimator = new Decimator(points ?? Number.POSITIVE_INFINITY)
    let lastSeq = after
    for await (const events of this.reader.read<RunEvent>(journal, after)) {
      for (const event of events) decimator.add(event)
      lastSeq = events[events.length - 1].seq
    }
    return { events: decimator.events(), lastSeq, generation, steps: decimator.steps }
  }

  /** Where a watcher's events come from, and what was taken back since the generation it knows. */
  async watched(id: string, generation: number | undefined) {
    const row = await this.store.row(id)
    const cuts = row.cuts as unknown as number[]
    const missed = generation === undefined ? [] : cuts.slice(generation)
    return {
      file: this.store.journal(row),
      generation: cuts.length,
      cut: missed.length > 0 ? Math.min(...missed) : undefined,
    }
  }

  /** @throws UserError `file-missing` */
  async file(id: string, name: string): Promise<string> {
    const directory = this.store.directory(await this.store.row(id))
    if (!openFiles.includes(name)) throw noFile(name)
    return join(directory, name)
  }

  /** A validation picture. @throws UserError `file-missing` */
  async sample(id: string, name: string): Promise<string> {
    const directory = this.store.directory(await this.store.row(id))
    if (!sampleNames(directory).includes(name)) throw noFile(name)
    return join(directory, runFiles.samples, name)
  }

  async pause(id: string): Promise<Accepted> {
    return this.endEarly(id, 'paused', ['queued'])
  }

  async stop(id: string): Promise<Accepted> {
    return this.endEarly(id, 'stopped', WAITING)
  }

  async resume(id: string): Promise<Accepted> {
    const row = await this.store.row(id)
    if (!RESUMABLE.includes(row.state)) throw stateRefused(row, 'resumed')
    if (isRunHeld(this.store.directory(row))) throw external(row)
    await this.store.alone(async () => {
      const queuedAt = await this.store.queueTime()
      await this.store.set(id, { state: 'queued', queuedAt, endedAt: null, error: jsonOrNull(null) })
    })
    this.queue.pump()
    return { id, state: 'queued' }
  }

  /** Removes a run with its directory. @throws UserError `run-protected` */
  async remove(id: string, force: boolean): Promise<void> {
    const row = await this.store.row(id)
    if (isRunHeld(this.store.directory(row)) && !this.queue.working.includes(id)) throw external(row)
    if (this.queue.working.includes(id) || WORKING.includes(row.state)) {
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
    await this.store.alone(async () => {
      await this.store.db.$transaction([
        this.store.db.run.delete({ where: { id } }),
        this.store.db.model.deleteMany({ where: { id: { in: modelIds } } }),
      ])
      await rm(this.store.directory(row), { recursive: true, force: true })
    })
    this.reader.forget(this.store.journal(row))
    this.thinned.forget(this.store.journal(row))
    this.hub.changed('run', id)
    for (const modelId of modelIds) this.hub.changed('model', modelId)
  }

  /** Runs in work, for the header of the page. */
  async active() {
    const ids = [...this.queue.working, ...this.follower.working]
    const rows = await this.store.db.run.findMany({ where: { id: { in: ids } }, include: withParts })
    return Promise.all(
      rows.map(async (row) => {
        const { id, name, step, steps } = await this.info(row, null)
        return { kind: 'run' as const, id, name, share: steps > 0 ? step / steps : 0 }
      }),
    )
  }

  private async endEarly(id: string, reason: 'paused' | 'stopped', idle: readonly string[]): Promise<Accepted> {
    const row = await this.store.row(id)
    if (await this.queue.endEarly(id, reason)) return { id, state: 'pausing' }
    if (row.external && WORKING.includes(row.state)) throw external(row)
    if (!idle.includes(row.state)) throw stateRefused(row, reason)
    await this.store.set(id, { state: reason, ...(reason === 'stopped' && { endedAt: new Date() }) })
    return { id, state: reason }
  }

  private async info(row: RunRow, queuePosition: number | null): Promise<RunInfo> {
    const lastSeq = await this.reader.lastSeq(this.store.journal(row))
    return runInfo(
      row,
      this.store.directory(row),
      this.config.root,
      this.queue.progressOf(row.id) ?? this.follower.progressOf(row.id),
      queuePosition,
      lastSeq,
    )
  }
}

const noFile = (name: string): UserError =>
  new UserError({ code: 'file-missing', message: 'The run has no such file.', where: { file: name.slice(0, 200) } })

const external = (row: { name: string }): UserError =>
  new UserError({
    code: 'run-external',
    message: `${row.name} is trained by another process.`,
    fix: 'Stop it where it was started (Ctrl+C there saves everything), then go on here.',
  })

const stateRefused = (row: { name: string; state: string }, what: string): UserError =>
  new UserError({ code: 'state-refused', message: `${row.name} is ${row.state} and cannot be ${what}.` })
