import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { ErrorBody } from '../../detector/errors'
import { readSidecar } from '../../detector/formats/sidecar'
import type { TrainOptions } from '../../detector/options/train'
import type { RunEvent } from '../../detector/training/events'
import { runFiles } from '../../detector/training/run-directory'
import type { ServerConfig } from '../config'
import type { EventHub } from '../events/event-hub'
import { EventLog } from '../events/event-log'
import type { JournalReader } from '../events/read-journal'
import { asJson, jsonOrNull } from '../store/database'
import type { Models } from './models'
import { type RunRow, withParts } from './run-info'
import { type RunEnd, RunProcess } from './run-process'
import { addEvent, freshProgress, type RunProgress } from './run-progress'
import type { RunStore } from './run-store'

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

/** Which runs work: starts their processes in turn, turns their events into rows, and finds out how they ended. */
export class RunQueue {
  private readonly live = new Map<string, Live>()
  private closing = false
  private pumping = Promise.resolve()
  private readonly locks: string

  constructor(
    private readonly config: ServerConfig,
    private readonly store: RunStore,
    private readonly hub: EventHub,
    private readonly reader: JournalReader,
    private readonly models: Models,
    private readonly log: Logger,
  ) {
    this.locks = join(config.dataDir, 'locks')
  }

  /** Progress of a run that works, and when its present start began (ms). */
  progressOf(id: string): { progress: RunProgress; since: number } | undefined {
    return this.live.get(id)
  }

  /** Process of a run that works. */
  pidOf(id: string): number | undefined {
    return this.live.get(id)?.process.pid
  }

  get working(): string[] {
    return [...this.live.keys()]
  }

  /**
   * Asks a run that works to end with everything saved.
   * @returns false when it does not work
   */
  async endEarly(id: string, reason: 'paused' | 'stopped'): Promise<boolean> {
    const live = this.live.get(id)
    if (!live) return false
    await this.store.set(id, { state: 'pausing', intent: reason })
    live.process.end(reason)
    return true
  }

  /**
   * Brings rows into accord with directories after a start: nothing is left that claims to run. What was cut off by a
   * crash or shutdown goes back to the queue, what the user had stopped stays stopped.
   */
  async reconcile(): Promise<void> {
    const rows = await this.store.db.run.findMany({
      where: { state: { in: ['preparing', 'running', 'pausing', 'interrupted'] } },
      include: withParts,
    })
    for (const row of rows) {
      const directory = this.store.directory(row)
      if (!existsSync(directory)) {
        const error: ErrorBody = { code: 'run-directory-missing', message: 'The directory of the run is gone.' }
        await this.store.set(row.id, { state: 'failed', error: jsonOrNull(error), endedAt: new Date() })
        continue
      }
      const progress = await this.store.fold(row)
      await this.registerModels(row)
      const wanted = row.state === 'pausing' ? (row.intent ?? 'stopped') : undefined
      const ended = progress.state === 'done' || progress.state === 'failed'
      const state = ended ? progress.state! : (wanted ?? 'queued')
      await this.store.set(row.id, {
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

  /** Starts what waits, as far as there is room. */
  pump(): void {
    this.pumping = this.pumping.then(async () => {
      while (!this.closing && this.live.size < this.config.parallelRuns) {
        const row = await this.store.db.run.findFirst({
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
    const directory = this.store.directory(row)
    await mkdir(this.locks, { recursive: true })
    await this.store.set(row.id, { state: 'preparing', startedAt: row.startedAt ?? new Date(), endedAt: null })
    const live: Live = {
      process: new RunProcess(directory, join(this.locks, `${row.id}.db`), (event) => {
        live.chain = live.chain
          .then(() => this.receive(row, live, event))
          .catch((error) => this.log.error({ err: error, run: row.id }, 'an event was not handled'))
      }),
      directory,
      progress: await this.store.fold(row),
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
      const shown = state && (await this.store.row(row.id)).state !== 'pausing' ? { state } : {}
      await this.store.db.run.update({ where: { id: row.id }, data: { progress: asJson(live.progress), ...shown } })
      this.hub.changed('run', row.id)
    }
  }

  /** The run goes on from a state before events that were told already. */
  private async takeBack(row: RunRow, live: Live, seq: number): Promise<void> {
    this.reader.forget(join(live.directory, runFiles.journal))
    const { cuts } = await this.store.db.run.findUniqueOrThrow({ where: { id: row.id }, select: { cuts: true } })
    const all = [...(cuts as unknown as number[]), seq]
    const progress = freshProgress((row.options as unknown as TrainOptions).epochs)
    for await (const events of this.reader.read<RunEvent>(join(live.directory, runFiles.journal))) {
      for (const event of events) if (event.seq <= seq) addEvent(progress, event)
    }
    live.progress = progress
    await this.store.db.$transaction([
      this.store.db.run.update({ where: { id: row.id }, data: { cuts: all } }),
      this.store.db.epochMetric.deleteMany({ where: { runId: row.id, epoch: { gt: progress.epoch } } }),
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
    await this.store.db.epochMetric.upsert({ where, create: { runId, epoch, ...data }, update: data })
  }

  /** Rows of the weights that lie in the directory, with what their sidecars say by now (calibration comes last). */
  private async registerModels(row: RunRow): Promise<void> {
    for (const kind of ['best', 'final'] as const) {
      const file = join(this.store.directory(row), runFiles[kind])
      const sidecar = existsSync(file) && (await readSidecar(file))
      if (sidecar) await this.models.putCheckpoint(row, kind, file, sidecar.source.epoch ?? 0)
    }
  }

  private async finish(row: RunRow, live: Live, { code, signal }: RunEnd): Promise<void> {
    const { process } = live
    // A former process may have ended the run while this one waited for it.
    const progress = ENDED.has(live.progress.state ?? '') ? live.progress : await this.store.fold(row)
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
    const { worked } = await this.store.db.run.findUniqueOrThrow({ where: { id: row.id }, select: { worked: true } })
    await this.store.set(row.id, {
      state,
      intent: null,
      error: jsonOrNull(error),
      progress: asJson(progress),
      worked: worked + (Date.now() - live.since) / 1000,
      endedAt: state === 'interrupted' ? null : new Date(),
    })
    this.log.info({ run: row.name, state, code, signal }, 'run ended')
  }
}

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
