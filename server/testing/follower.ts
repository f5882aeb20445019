import { io, type Socket } from 'socket.io-client'
import type { RunEvent } from '../../detector/training/events'

/** A page that follows a run, with what it knows after cuts. */
export class Follower {
  readonly events: RunEvent[] = []
  faults: string[] = []
  drops = 0
  generation = 0
  private readonly socket: Socket

  constructor(
    url: string,
    private readonly id: string,
    dropAfterEach = false,
  ) {
    this.socket = io(url, { transports: ['websocket'], forceNew: true })
    this.socket.on('event', ({ event }: { event: RunEvent }) => {
      // Still in the buffer of a connection that was given up.
      if (!this.socket.connected) return
      if (event.seq !== this.last + 1) this.faults.push(`${event.seq} after ${this.last}`)
      this.events.push(event)
      if (dropAfterEach) void this.drop()
    })
    this.socket.on('cut', ({ seq, generation }: { seq: number; generation: number }) => {
      this.events.splice(seq)
      this.generation = generation
    })
    this.socket.on('connect', () => this.watch())
  }
  get last(): number {
    return this.events.at(-1)?.seq ?? 0
  }
  watch(): void {
    const request = { kind: 'run', id: this.id, after: this.last, generation: this.generation }
    this.socket.emit('watch', request, (answer: { generation: number }) => {
      this.generation = answer.generation
    })
  }
  /** Loses the connection for a moment. */
  async drop(): Promise<void> {
    this.drops++
    this.socket.disconnect()
    await new Promise((resolve) => setTimeout(resolve, 50))
    this.socket.connect()
  }
  close(): void {
    this.socket.close()
  }
}
