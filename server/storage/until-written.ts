import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { UserError } from '../../detector/errors'

/** Faults that pass when somebody frees space or gives back permission. */
const PASSING = new Set(['disk-full', 'write-refused'])
const PAUSE_MS = 2000

/**
 * Writes down what must not be lost, above all how work ended: while the disk takes nothing, it is tried again every two
 * seconds, so that rows and journals are right as soon as there is room, not only after a restart.
 */
export class UntilWritten {
  private readonly ending = new AbortController()

  constructor(
    private readonly log: Logger,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  /** @throws what `work` throws, when it is no fault of the disk or when the server ends */
  async write<T>(work: () => T | Promise<T>): Promise<T> {
    for (let told = false; ; told = true) {
      try {
        return await work()
      } catch (error) {
        if (!isPassing(error) || this.ending.signal.aborted) throw error
        if (!told)
          this.log.error({ code: error.code, where: error.where }, `${error.message} Tried again until it works.`)
        await this.pause()
      }
    }
  }

  /** As long as between two tries; shorter when the server ends. */
  async pause(): Promise<void> {
    await sleep(this.pauseMs, undefined, { signal: this.ending.signal }).catch(() => undefined)
  }

  /** Nothing is tried again from now on: the next start brings rows into accord. */
  close(): void {
    this.ending.abort()
  }
}

const isPassing = (error: unknown): error is UserError => error instanceof UserError && PASSING.has(error.code)
