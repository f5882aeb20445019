import type { Logger } from 'pino'
import type { RunEvent } from '../../detector/training/events'
import { isRunHeld } from '../../detector/training/run-lock'
import { asJson, jsonOrNull } from '../db/database'
import { ENDED, RESUMABLE, WORKING } from '../events/job-states'
import type { JournalReader } from '../events/read-journal'
import type { FoundRuns } from './found-runs'
import { type RunRow, withParts } from './run-info'
import { addEvent, type RunProgress } from './run-progress'
import type { RunQueue } from './run-queue'
import type { Recording, RunRecorder } from './run-recorder'
import type { RunStore } from './run-store'
import { WorkClock } from './work-clock'

interface Followed extends Recording {
  row: RunRow
  clock: WorkClock
}

const READ_EVERY = 1000
/** New directories and runs that another process has taken up are looked for every so many readings. */
const SCAN_EVERY = 5

interface RunFollowerParts {
  store: RunStore
  queue: RunQueue
  found: FoundRuns
  recorder: RunRecorder
  reader: JournalReader
  log: Logger
}

/**
 * Runs that other processes train (`ocr-detect train`). Whoever holds the lock in a run's directory trains it; while that
 * is not this server, the run is shown as its journal tells, and neither started nor stopped nor deleted here.
 */
export class RunFollower {
  private readonly followed = new Map<string, Followed>()
  private timer: NodeJS.Timeout | undefined
  private turn: Promise<void> = Promise.resolve()
  private turns = 0
  private closing = false

  constructor(private readonly parts: RunFollowerParts) {}

  /** Begins to look; goes on until `close`. */
  start(): void {
    const turn = this.turns++ % SCAN_EVERY === 0 ? this.scan() : this.readAll()
    this.turn = turn
      .catch((error) => this.parts.log.error({ err: error }, 'runs of other processes were not read'))
      .then(() => {
        if (!this.closing) this.timer = setTimeout(() => this.start(), READ_EVERY).unref()
      })
  }

  async close(): Promise<void> {
    this.closing = true
    clearTimeout(this.timer)
    await this.turn
  }

  /** Progress of a run that is followed, and the seconds since its present start. */
  progressOf(id: string): { progress: RunProgress; seconds: number } | undefined {
    const followed = this.followed.get(id)
    if (!followed) return undefined
    // The other process's clock tells when it began; nothing goes back when that is set.
    const since = followed.clock.since ?? Date.now()
    return { progress: followed.progress, seconds: Math.max(0, (Date.now() - since) / 1000) }
  }

  get working(): string[] {
    return [...this.followed.keys()]
  }

  /** Looks for new directories and for runs that another process has taken up. */
  private async scan(): Promise<void> {
    for (const row of await this.parts.found.take()) await this.takeUp(row)
    const idle = await this.parts.store.db.run.findMany({
      where: {
        id: { notIn: [...this.followed.keys(), ...this.parts.queue.working] },
        OR: [{ state: { in: [...RESUMABLE] } }, { state: { in: [...WORKING] }, external: true }],
      },
      select: { id: true, state: true, directory: true },
    })
    for (const { id, state, directory } of idle) {
      if (!WORKING.includes(state) && !isRunHeld(this.parts.store.directory({ directory }))) continue
      // What this server has started meanwhile has another state by now.
      const row = await this.parts.store.db.run.findUnique({ where: { id }, include: withParts })
      if (row?.state === state) await this.takeUp(row)
    }
    await this.readAll()
  }

  private async takeUp(row: RunRow): Promise<void> {
    const directory = this.parts.store.directory(row)
    const clock = new WorkClock()
    const progress = structuredClone(row.progress) as unknown as RunProgress
    const isNew = progress.seq === 0
    for await (const events of this.parts.reader.read<RunEvent>(this.parts.store.journal(row))) {
      for (const event of events) {
        clock.add(event)
        if (!isNew) continue
        // Nobody watches it yet, so that the rows are all there is to do.
        addEvent(progress, event)
        if (event.type === 'epoch' || event.type === 'evaluated') await this.parts.recorder.keep(row, event)
      }
    }
    await this.parts.recorder.registerModels(row)
    this.followed.set(row.id, { row, directory, progress, clock, savedAt: 0 })
    if (!isRunHeld(directory)) return
    await this.parts.store.set(row.id, {
      ...{ state: progress.state === 'running' ? 'running' : 'preparing', external: true, error: jsonOrNull(null) },
      ...{ progress: asJson(progress), worked: clock.before, endedAt: null },
    })
  }

  private async readAll(): Promise<void> {
    for (const followed of this.followed.values()) {
      // Asked first: what was written before the lock was given back is then read for certain.
      const held = isRunHeld(followed.directory)
      await this.read(followed)
      if (!held) await this.settle(followed)
      if (this.closing) return
    }
  }

  private async read(followed: Followed): Promise<void> {
    const { row, clock } = followed
    const journal = this.parts.store.journal(row)
    const { before } = clock
    for await (const events of this.parts.reader.read<RunEvent>(journal, await this.known(followed, journal))) {
      for (const event of events) {
        clock.add(event)
        await this.parts.recorder.receive(row, followed, event)
      }
    }
    if (clock.before !== before) await this.parts.store.set(row.id, { worked: clock.before })
  }

  /** Number of the last event that is recorded and still in the journal; a resume may have cut and continued it. */
  private async known({ progress }: Followed, journal: string): Promise<number> {
    const { seq, time } = progress
    if (seq === 0) return 0
    for await (const [event] of this.parts.reader.read<RunEvent>(journal, seq - 1)) {
      if (event.time === time) return seq
      break
    }
    this.parts.reader.forget(journal)
    for await (const events of this.parts.reader.read<RunEvent>(journal)) {
      const next = events.find((event) => time === undefined || event.time > time)
      if (next) return next.seq - 1
    }
    // The clock was set back: then all of it is read again.
    return 0
  }

  /** The other process has ended: the journal says how, or it ended without a word. */
  private async settle({ row, progress, clock }: Followed): Promise<void> {
    await this.parts.recorder.registerModels(row)
    const state = ENDED.includes(progress.state ?? '') ? progress.state! : 'interrupted'
    const at = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms))
    await this.parts.store.set(row.id, {
      ...{ state, progress: asJson(progress), worked: clock.seconds, startedAt: at(clock.first) },
      ...{ error: jsonOrNull(state === 'failed' ? progress.error : null) },
      ...{ endedAt: state === 'interrupted' ? null : at(clock.last) },
    })
    this.followed.delete(row.id)
    this.parts.log.info({ run: row.name, state }, 'run of another process read')
  }
}
