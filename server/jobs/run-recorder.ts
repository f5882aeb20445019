import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TrainOptions } from '../../detector/options/train'
import type { RunEvent } from '../../detector/training/events'
import { runFiles } from '../../detector/training/run-directory'
import { readSidecar } from '../../detector/weights/sidecar'
import type { EventHub } from '../events/event-hub'
import type { JournalReader } from '../events/read-journal'
import { asJson } from '../store/database'
import type { UntilWritten } from '../store/until-written'
import type { Models } from './models'
import type { RunRow } from './run-info'
import { addEvent, freshProgress, type RunProgress } from './run-progress'
import type { RunStore } from './run-store'

/** A run that works, as far as its events were recorded. */
export interface Recording {
  directory: string
  progress: RunProgress
  /** When the row was written last, ms of the clock that nobody sets. */
  savedAt: number
}

const SAVE_EVERY = 1000

/** Turns the events of runs into rows and hands them to those who follow, whichever process the run works in. */
export class RunRecorder {
  constructor(
    private readonly store: RunStore,
    private readonly hub: EventHub,
    private readonly reader: JournalReader,
    private readonly models: Models,
    private readonly disk: UntilWritten,
  ) {}

  /** Takes one event after the other; one with a number that was there already takes back what it replaces. */
  async receive(row: RunRow, recording: Recording, event: RunEvent): Promise<void> {
    if (event.seq <= recording.progress.seq) await this.takeBack(row, recording, event.seq - 1)
    addEvent(recording.progress, event)
    try {
      await this.disk.write(() => this.keep(row, event))
    } finally {
      // It is in the journal, so whoever follows gets it whether the database took it or not.
      this.hub.publish('run', row.id, event)
    }
    const now = performance.now()
    if (event.type !== 'step' || now - recording.savedAt > SAVE_EVERY) {
      recording.savedAt = now
      const state = event.type === 'status' && ['preparing', 'running'].includes(event.state) ? event.state : undefined
      const shown = state && (await this.store.row(row.id)).state !== 'pausing' ? { state } : {}
      await this.store.set(row.id, { progress: asJson(recording.progress), ...shown })
    }
  }

  /** What of an event becomes a row of its own. */
  async keep(row: RunRow, event: RunEvent): Promise<void> {
    if (event.type === 'checkpoint' && event.kind !== 'state') await this.registerModels(row)
    else if (event.type === 'epoch') await this.putMetric(row.id, event.epoch, { loss: event.loss })
    else if (event.type === 'evaluated') {
      const { precision, recall, hmean, ap } = event
      await this.putMetric(row.id, event.epoch, { precision, recall, hmean, ap })
    } else if (event.type === 'done') await this.registerModels(row)
  }

  /** Rows of the weights that lie in the directory, with what their sidecars say by now (calibration comes last). */
  async registerModels(row: RunRow): Promise<void> {
    for (const kind of ['best', 'final'] as const) {
      const file = join(this.store.directory(row), runFiles[kind])
      // Weights whose description cannot be read are not offered.
      const sidecar = existsSync(file) && (await readSidecar(file).catch(() => undefined))
      if (sidecar) await this.models.putCheckpoint(row, kind, file, sidecar.source.epoch ?? 0)
    }
  }

  /** The run goes on from a state before events that were told already. */
  private async takeBack(row: RunRow, recording: Recording, seq: number): Promise<void> {
    const journal = join(recording.directory, runFiles.journal)
    this.reader.forget(journal)
    const { cuts } = await this.store.db.run.findUniqueOrThrow({ where: { id: row.id }, select: { cuts: true } })
    const all = [...(cuts as unknown as number[]), seq]
    const progress = freshProgress((row.options as unknown as TrainOptions).epochs)
    for await (const events of this.reader.read<RunEvent>(journal)) {
      for (const event of events) if (event.seq <= seq) addEvent(progress, event)
    }
    recording.progress = progress
    await this.store.db.$transaction([
      this.store.db.run.update({ where: { id: row.id }, data: { cuts: all } }),
      this.store.db.epochMetric.deleteMany({ where: { runId: row.id, epoch: { gt: progress.epoch } } }),
    ])
    this.hub.publishCut('run', row.id, seq, all.length)
  }

  private async putMetric(runId: string, epoch: number, data: Record<string, number>): Promise<void> {
    const where = { runId_epoch: { runId, epoch } }
    await this.store.db.epochMetric.upsert({ where, create: { runId, epoch, ...data }, update: data })
  }
}
