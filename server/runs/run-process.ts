import type { ChildProcess } from 'node:child_process'
import type { ErrorBody } from '../../detector/errors'
import type { RunEvent } from '../../detector/training/events'
import type { StopReason } from '../../detector/training/train'
import { startChild } from '../children/start-child'
import type { FromTraining, ToTraining } from '../children/training-protocol'

export interface RunEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

/** The process of one running run. */
export class RunProcess {
  private readonly child: ChildProcess
  private asked: StopReason | undefined
  private told: ErrorBody | undefined
  /** Ends after the last event was handed on. */
  readonly ended: Promise<RunEnd>

  constructor(runDir: string, onEvent: (event: RunEvent) => void) {
    this.child = startChild('training-child')
    this.child.on('message', (message: FromTraining) => {
      if (message.type === 'event') onEvent(message.event)
      else this.told = message.error
    })
    this.ended = new Promise((resolve) => {
      // `close` comes after the channel is empty, `exit` may come before.
      this.child.on('close', (code, signal) => resolve({ code, signal }))
      this.child.on('error', () => resolve({ code: -1, signal: null }))
    })
    this.send({ type: 'start', runDir })
  }

  /** Asks for an end with everything saved; asked a second time for the same, it is ended at once. */
  end(reason: StopReason): void {
    if (this.asked === reason) this.child.kill('SIGKILL')
    this.asked = reason
    this.send({ type: 'end', reason })
  }

  /** What was asked for last. */
  get reason(): StopReason | undefined {
    return this.asked
  }

  /** What ended it, by its own word. */
  get fault(): ErrorBody | undefined {
    return this.told
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** Cuts the channel, upon which the process saves and ends by itself. */
  release(): void {
    if (this.child.connected) this.child.disconnect()
    this.child.unref()
  }

  private send(message: ToTraining): void {
    if (this.child.connected) this.child.send(message, () => undefined)
  }
}
