import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TrainOptions } from '../../detector/options/train'
import type { RunEvent } from '../../detector/training/events'
import { runFiles } from '../../detector/training/run-directory'
import { readSidecar } from '../../detector/weights/sidecar'
import { asJson } from '../db/database'
import type { EventHub } from '../events/event-hub'
import type { JournalReader } from '../events/read-journal'
import type { Models } from '../models/models'
import type { UntilWritten } from '../storage/until-written'
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

interface RunRecorderParts {
  store: RunStore
  hub: EventHub
  reader: JournalReader
  models: Models
  disk: UntilWritten
}

/** Turns the events of runs into rows and hands them to those who follow, whichever process the run works in. */
export class RunRecorder {
  constructor(private readonly parts: RunRecorderParts) {}

  /** Takes one event after the other; one with a number that was there already takes back what it replaces. */
  async receive(row: RunRow, recording: Recording, event: RunEvent): Promise<void> {
    if (event.seq <= recording.progress.seq) await this.takeBack(row, recording, event.seq - 1)
    addEvent(recording.progress, event)
    try {
      await this.parts.disk.write(() => this.keep(row, event))
    } finally {
      // It is in the journal, so whoever follows gets it whether the database took it or not.
      this.parts.hub.publish('run', row.id, event)
    }
    const now = performance.now()
    if (event.type !== 'step' || now - recording.savedAt > SAVE_EVERY) {
      recording.savedAt = now
      const state = event.type === 'status' && ['preparing', 'running'].includes(event.state) ? event.state : undefined
      const shown = state && (await this.parts.store.row(row.id)).state !== 'pausing' ? { state } : {}
      await this.parts.store.set(row.id, { progress: asJson(recording.progress), ...shown })
    }
  }

  /** What of an event becomes a row of its own. */
  async keep(row: RunRow, event: RunEvent): Promise<void> {
    const weights = event.type === 'checkpoint' && event.kind !== 'state'
    if (weights || event.type === 'done') await this.registerModels(row)
  }

  /** Rows of the weights that lie in the directory, with what their sidecars say by now (calibration comes last). */
  async registerModels(row: RunRow): Promise<void> {
    for (const kind of ['best', 'final'] as const) {
      const file = join(this.parts.store.directory(row), runFiles[kind])
      // Weights whose description cannot be read are not offered.
      const sidecar = existsSync(file) && (await readSidecar(file).catch(() => undefined))
      if (sidecar) await this.parts.models.putCheckpoint(row, kind, file, sidecar.source.epoch ?? 0)
    }
  }

  /** The run goes on from a state before events that were told already. */
  private async takeBack(row: RunRow, recording: Recording, seq: number): Promise<void> {
    const journal = join(recording.directory, runFiles.journal)
    this.parts.reader.forget(journal)
    const { cuts } = await this.parts.store.db.run.findUniqueOrThrow({ where: { id: row.id }, select: { cuts: true } })
    const all = [...(cuts as unknown as number[]), seq]
    const progress = freshProgress((row.options as unknown as TrainOptions).epochs)
    for await (const events of this.parts.reader.read<RunEvent>(journal)) {
      for (const event of events) if (event.seq <= seq) addEvent(progress, event)
    }
    recording.progress = progress
    await this.parts.store.db.run.update({ where: { id: row.id }, data: { cuts: all } })
    this.parts.hub.publishCut('run', row.id, seq, all.length)
  }
}
