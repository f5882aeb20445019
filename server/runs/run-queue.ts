import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { ErrorBody } from '../../detector/errors'
import { failure, type RunEvent } from '../../detector/training/events'
import { runFiles } from '../../detector/training/run-directory'
import { LOCKED_EXIT } from '../children/training-protocol'
import type { ServerConfig } from '../config/config'
import { asJson, jsonOrNull } from '../db/database'
import type { EventHub } from '../events/event-hub'
import { EventLog } from '../events/event-log'
import { ENDED, WORKING } from '../events/job-states'
import type { JournalReader } from '../events/read-journal'
import type { UntilWritten } from '../storage/until-written'
import { type RunRow, withParts } from './run-info'
import { type RunEnd, RunProcess } from './run-process'
import { addEvent, type RunProgress } from './run-progress'
import type { Recording, RunRecorder } from './run-recorder'
import type { RunStore } from './run-store'

interface Live extends Recording {
  process: RunProcess
  /** When this start began, ms of the clock that nobody sets. */
  since: number
  /** Handles one event after the other. */
  chain: Promise<void>
}

const SHUTDOWN_PATIENCE = 10_000
interface RunQueueParts {
  config: ServerConfig
  store: RunStore
  hub: EventHub
  reader: JournalReader
  recorder: RunRecorder
  disk: UntilWritten
  log: Logger
}

/** Which runs work: starts their processes in turn, and finds out how they ended. */
export class RunQueue {
  private readonly live = new Map<string, Live>()
  private closing = false
  private pumping = Promise.resolve()

  constructor(private readonly parts: RunQueueParts) {}

  /** Progress of a run that works, and the seconds since its present start. */
  progressOf(id: string): { progress: RunProgress; seconds: number } | undefined {
    const live = this.live.get(id)
    return live && { progress: live.progress, seconds: secondsSince(live.since) }
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
    await this.parts.store.set(id, { state: 'pausing', intent: reason })
    live.process.end(reason)
    return true
  }

  /**
   * Brings rows into accord with directories after a start: nothing is left that claims to run. What was cut off by a
   * crash or shutdown goes back to the queue, what the user had stopped stays stopped. Runs of other processes are left to
   * the `RunFollower`.
   */
  async reconcile(): Promise<void> {
    const rows = await this.parts.store.db.run.findMany({
      where: { state: { in: [...WORKING, 'interrupted'] }, external: false },
      include: withParts,
    })
    for (const row of rows) {
      const directory = this.parts.store.directory(row)
      if (!existsSync(directory)) {
        const error: ErrorBody = { code: 'run-directory-missing', message: 'The directory of the run is gone.' }
        await this.parts.store.set(row.id, { state: 'failed', error: jsonOrNull(error), endedAt: new Date() })
        continue
      }
      const progress = await this.parts.store.fold(row)
      await this.parts.recorder.registerModels(row)
      const wanted = row.state === 'pausing' ? (row.intent ?? 'stopped') : undefined
      const ended = progress.state === 'done' || progress.state === 'failed'
      const state = ended ? progress.state! : (wanted ?? 'queued')
      await this.parts.store.set(row.id, {
        state,
        progress: asJson(progress),
        intent: null,
        ...(ended && { endedAt: new Date(), error: jsonOrNull(progress.error) }),
      })
      this.parts.log.info({ run: row.name, before: row.state, state }, 'run reconciled')
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
      while (!this.closing && this.live.size < this.parts.config.parallelRuns) {
        const row = await this.parts.store.db.run.findFirst({
          where: { state: 'queued', id: { notIn: [...this.live.keys()] } },
          orderBy: { queuedAt: 'asc' },
          include: withParts,
        })
        if (!row) return
        await this.start(row)
      }
    })
    this.pumping = this.pumping.catch((error) => {
      this.parts.log.error({ err: error }, 'a run could not be started')
      void this.parts.disk.pause().then(() => this.closing || this.pump())
    })
  }

  private async start(row: RunRow): Promise<void> {
    const directory = this.parts.store.directory(row)
    const startedAt = row.startedAt ?? new Date()
    await this.parts.store.set(row.id, { state: 'preparing', startedAt, endedAt: null, external: false })
    const live: Live = {
      process: new RunProcess(directory, (event) => {
        live.chain = live.chain
          .then(() => this.parts.recorder.receive(row, live, event))
          .catch((error) => this.parts.log.error({ err: error, run: row.id }, 'an event was not handled'))
      }),
      directory,
      // A process that was killed had last said that it was running.
      progress: { ...(await this.parts.store.fold(row)), state: 'preparing' },
      since: performance.now(),
      chain: Promise.resolve(),
      savedAt: 0,
    }
    this.live.set(row.id, live)
    live.process.ended.then(async (end) => {
      await live.chain
      await this.finish(row, live, end).catch((error) =>
        this.parts.log.error({ err: error, run: row.id }, 'end of a run'),
      )
      this.live.delete(row.id)
      this.parts.hub.changed('run', row.id)
      this.pump()
    })
  }

  private async finish(row: RunRow, live: Live, { code, signal }: RunEnd): Promise<void> {
    const { process } = live
    if (code === LOCKED_EXIT) {
      // Nothing was done here, and the journal is the other process's; the follower finds out how it goes on.
      await this.parts.store.set(row.id, { state: 'interrupted', external: true, intent: null })
      this.parts.log.warn({ run: row.name }, 'another process trains this run')
      return
    }
    // A former process may have ended the run while this one waited for it.
    const progress = ENDED.includes(live.progress.state ?? '') ? live.progress : await this.parts.store.fold(row)
    let state = progress.state ?? 'preparing'
    let error: ErrorBody | null = state === 'failed' ? progress.error : null
    if (!ENDED.includes(state)) {
      // It ended without a word.
      if (process.reason && signal === 'SIGKILL') state = process.reason
      else if (this.closing) state = 'interrupted'
      else {
        state = 'failed'
        error = process.fault ?? diedBody(code, signal)
        const journal = await EventLog.open<RunEvent>(join(live.directory, runFiles.journal), this.parts.reader)
        for (const body of failure(error)) {
          const event = await this.parts.disk.write(() => journal.append(body))
          addEvent(progress, event)
          this.parts.hub.publish('run', row.id, event)
        }
      }
    }
    const { worked } = await this.parts.store.db.run.findUniqueOrThrow({
      where: { id: row.id },
      select: { worked: true },
    })
    const end = {
      state,
      intent: null,
      error: jsonOrNull(error),
      progress: asJson(progress),
      worked: worked + secondsSince(live.since),
      endedAt: state === 'interrupted' ? null : new Date(),
    }
    await this.parts.disk.write(() => this.parts.store.set(row.id, end))
    this.parts.log.info({ run: row.name, state, code, signal }, 'run ended')
  }
}

const secondsSince = (ms: number): number => (performance.now() - ms) / 1000

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
