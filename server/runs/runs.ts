import { basename, join } from 'node:path'
import { UserError } from '../../detector/errors'
import { parseOptions } from '../../detector/options/spec'
import { trainOptions } from '../../detector/options/train'
import { newConfig, writeConfig } from '../../detector/training/config-file'
import type { RunEvent } from '../../detector/training/events'
import { createRunDirectory, runFiles } from '../../detector/training/run-directory'
import { isRunHeld } from '../../detector/training/run-lock'
import type { ServerConfig } from '../config/config'
import type { Datasets } from '../datasets/datasets'
import { asJson, jsonOrNull } from '../db/database'
import { newId } from '../db/ids'
import { Decimator } from '../events/decimate'
import type { EventHub } from '../events/event-hub'
import { RESUMABLE, WAITING, WORKING } from '../events/job-states'
import type { JournalReader } from '../events/read-journal'
import { ThinnedJournals } from '../events/thinned-journals'
import type { Accepted } from '../http/schema'
import type { Models } from '../models/models'
import { removeFolder } from '../storage/remove-folder'
import { toStored } from '../storage/stored-path'
import type { RunFollower } from './run-follower'
import { openFiles, type RunRow, runInfo, sampleNames, withParts } from './run-info'
import { freshProgress } from './run-progress'
import type { RunQueue } from './run-queue'
import type { RunStore } from './run-store'
import type { RunEventsPage, RunInfo, RunRequest } from './schema'

interface RunsParts {
  config: ServerConfig
  store: RunStore
  queue: RunQueue
  follower: RunFollower
  hub: EventHub
  reader: JournalReader
  models: Models
  datasets: Datasets
}

/** Trainings as the API knows them. The journal in a run's directory is the truth; the `RunQueue` lets them work. */
export class Runs {
  private readonly thinned: ThinnedJournals

  constructor(private readonly parts: RunsParts) {
    this.thinned = new ThinnedJournals(parts.reader)
  }

  /** Makes a run and queues it. @throws UserError of options, data set and model */
  async create({ name, dataset: datasetId, options: given }: RunRequest): Promise<Accepted> {
    const dataset = await this.parts.datasets.forRun(datasetId, given.data)
    const modelId = typeof given.model === 'string' ? given.model : trainOptions.model.default
    const model = modelId === 'random' ? undefined : await this.parts.models.file(modelId)
    if (model && model.format !== 'pth') {
      throw new UserError({
        code: 'model-not-trainable',
        message: `${model.name} is an exported .onnx file and cannot be trained further.`,
        fix: 'Start from the .pth file that it was exported from.',
      })
    }
    const options = parseOptions(trainOptions, { ...given, data: dataset.path, model: model?.file ?? 'random' })
    const id = newId()
    await this.parts.store.alone(async () => {
      const directory = createRunDirectory(this.parts.config.workDir)
      try {
        await writeConfig(directory, { ...newConfig(options), confined: dataset.confined })
        await this.parts.store.db.run.create({
          data: {
            id,
            name: name ?? basename(directory),
            state: 'queued',
            queuedAt: await this.parts.store.queueTime(),
            directory: toStored(this.parts.config.root, directory),
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
        await removeFolder(directory)
        throw error
      }
    })
    this.parts.hub.changed('run', id)
    this.parts.queue.pump()
    return { id, state: 'queued' }
  }

  async list(): Promise<RunInfo[]> {
    const rows = await this.parts.store.db.run.findMany({ include: withParts, orderBy: { createdAt: 'desc' } })
    const queue = rows.filter((row) => row.state === 'queued').sort((a, b) => +a.queuedAt - +b.queuedAt)
    return Promise.all(rows.map((row) => this.info(row, row.state === 'queued' ? queue.indexOf(row) : null)))
  }

  async get(id: string): Promise<RunInfo> {
    const row = await this.parts.store.row(id)
    const before =
      row.state === 'queued'
        ? await this.parts.store.db.run.count({ where: { state: 'queued', queuedAt: { lt: row.queuedAt } } })
        : null
    return this.info(row, before)
  }

  async rename(id: string, name: string): Promise<RunInfo> {
    await this.parts.store.row(id)
    await this.parts.store.db.run.update({ where: { id }, data: { name } })
    this.parts.hub.changed('run', id)
    return this.get(id)
  }

  /** Events after a number; with `points`, step events are thinned out to about as many. */
  async events(id: string, after: number, points: number | undefined): Promise<RunEventsPage> {
    const row = await this.parts.store.row(id)
    const generation = (row.cuts as unknown as number[]).length
    const journal = this.parts.store.journal(row)
    if (after === 0 && points !== undefined)
      return { ...(await this.thinned.read(journal, points, generation)), generation }
    const decimator = new Decimator(points ?? Number.POSITIVE_INFINITY)
    let lastSeq = after
    for await (const events of this.parts.reader.read<RunEvent>(journal, after)) {
      for (const event of events) decimator.add(event)
      lastSeq = events[events.length - 1].seq
    }
    return { events: decimator.events(), lastSeq, generation, steps: decimator.steps }
  }

  /** Where a watcher's events come from, and what was taken back since the generation it knows. */
  async watched(id: string, generation: number | undefined) {
    const row = await this.parts.store.row(id)
    const cuts = row.cuts as unknown as number[]
    const missed = generation === undefined ? [] : cuts.slice(generation)
    return {
      file: this.parts.store.journal(row),
      generation: cuts.length,
      cut: missed.length > 0 ? Math.min(...missed) : undefined,
    }
  }

  /** @throws UserError `file-missing` */
  async file(id: string, name: string): Promise<string> {
    const directory = this.parts.store.directory(await this.parts.store.row(id))
    if (!openFiles.includes(name)) throw noFile(name)
    return join(directory, name)
  }

  /** A validation picture. @throws UserError `file-missing` */
  async sample(id: string, name: string): Promise<string> {
    const directory = this.parts.store.directory(await this.parts.store.row(id))
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
    const row = await this.parts.store.row(id)
    if (!RESUMABLE.includes(row.state)) throw stateRefused(row, 'resumed')
    if (isRunHeld(this.parts.store.directory(row))) throw external(row)
    await this.parts.store.alone(async () => {
      const queuedAt = await this.parts.store.queueTime()
      await this.parts.store.set(id, { state: 'queued', queuedAt, endedAt: null, error: jsonOrNull(null) })
    })
    this.parts.queue.pump()
    return { id, state: 'queued' }
  }

  /** Removes a run with its directory. @throws UserError `run-protected` */
  async remove(id: string, force: boolean): Promise<void> {
    const row = await this.parts.store.row(id)
    if (isRunHeld(this.parts.store.directory(row)) && !this.parts.queue.working.includes(id)) throw external(row)
    if (this.parts.queue.working.includes(id) || WORKING.includes(row.state)) {
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
    const used = await this.parts.models.nameInUse(row.checkpoints.map((c) => c.modelId))
    if (used) {
      throw new UserError({ code: 'run-protected', message: `The model ${used} of this run is in use.` })
    }
    const modelIds = row.checkpoints.map((c) => c.modelId)
    await this.parts.store.alone(async () => {
      await this.parts.store.db.$transaction([
        this.parts.store.db.run.delete({ where: { id } }),
        this.parts.store.db.model.deleteMany({ where: { id: { in: modelIds } } }),
      ])
      await removeFolder(this.parts.store.directory(row))
    })
    this.parts.reader.forget(this.parts.store.journal(row))
    this.thinned.forget(this.parts.store.journal(row))
    this.parts.hub.changed('run', id)
    for (const modelId of modelIds) this.parts.hub.changed('model', modelId)
  }

  /** Runs in work, for the header of the page. */
  async active() {
    const ids = [...this.parts.queue.working, ...this.parts.follower.working]
    const rows = await this.parts.store.db.run.findMany({ where: { id: { in: ids } }, include: withParts })
    return Promise.all(
      rows.map(async (row) => {
        const { id, name, step, steps } = await this.info(row, null)
        return { kind: 'run' as const, id, name, share: steps > 0 ? step / steps : 0 }
      }),
    )
  }

  private async endEarly(id: string, reason: 'paused' | 'stopped', idle: readonly string[]): Promise<Accepted> {
    const row = await this.parts.store.row(id)
    if (await this.parts.queue.endEarly(id, reason)) return { id, state: 'pausing' }
    if (row.external && WORKING.includes(row.state)) throw external(row)
    if (!idle.includes(row.state)) throw stateRefused(row, reason)
    await this.parts.store.set(id, { state: reason, ...(reason === 'stopped' && { endedAt: new Date() }) })
    return { id, state: reason }
  }

  private async info(row: RunRow, queuePosition: number | null): Promise<RunInfo> {
    const lastSeq = await this.parts.reader.lastSeq(this.parts.store.journal(row))
    return runInfo(
      row,
      this.parts.store.directory(row),
      this.parts.config.root,
      this.parts.queue.progressOf(row.id) ?? this.parts.follower.progressOf(row.id),
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
