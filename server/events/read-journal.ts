import { open, stat } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'

export interface Numbered {
  seq: number
  time: string
}

interface Index {
  /** Byte position behind the last whole line that is known. */
  end: number
  lastSeq: number
  /** starts[i] = byte position of the event with number i · STRIDE + 1. */
  starts: number[]
}

const STRIDE = 256
const CHUNK = 1 << 19
const NEWLINE = 10

/**
 * Reads journals (one JSON event a line, numbered from 1) from any number on, while another process may append to them.
 * Only whole lines count. Positions are remembered, so that a reader who is nearly up to date costs little; the work is
 * done in slices, so that the server stays quick.
 */
export class JournalReader {
  private readonly indexes = new Map<string, Index>()

  /** Must be told when a journal was cut: lengths alone do not show it. */
  forget(file: string): void {
    this.indexes.delete(file)
  }

  /** Events with a number above `after`, in slices. A file that does not exist has none. */
  async *read<E extends Numbered>(file: string, after = 0): AsyncGenerator<E[]> {
    const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!handle) return
    try {
      const index = this.indexFor(file, (await handle.stat()).size)
      const slot = Math.min(Math.floor(after / STRIDE), index.starts.length - 1)
      let position = index.starts[slot]
      let rest: Buffer = Buffer.alloc(0)
      let expected = slot * STRIDE + 1
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK)
        const { bytesRead } = await handle.read(chunk, 0, CHUNK, position + rest.length)
        if (bytesRead === 0) return
        const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
        const events: E[] = []
        let at = 0
        for (let end = bytes.indexOf(NEWLINE, at); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
          // A line that is passed over needs no parsing.
          if (expected > after) {
            const event = parseLine<E>(bytes, at, end)
            if (event?.seq !== expected) {
              if (events.length > 0) yield events
              return
            }
            events.push(event)
          }
          if ((expected - 1) % STRIDE === 0) index.starts[(expected - 1) / STRIDE] = position + at
          expected++
          at = end + 1
        }
        position += at
        rest = bytes.subarray(at)
        if (position > index.end) {
          index.end = position
          index.lastSeq = expected - 1
        }
        if (events.length > 0) yield events
        await turn()
      }
    } finally {
      await handle.close()
    }
  }

  /** Number of the last whole event; 0 when there is none. */
  async lastSeq(file: string): Promise<number> {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    )
    const index = this.indexFor(file, size)
    if (index.end === size || (await this.count(file, index))) return index.lastSeq
    // Some line is damaged: everything up to it counts, and it has to be found.
    let last = index.lastSeq
    for await (const events of this.read(file, last)) last = events[events.length - 1].seq
    return last
  }

  /**
   * Counts the lines beyond what is known and reads only the last of them: when it has the number that it should have, all
   * before it are there. Parsing 100,000 lines would take a quarter of a second.
   * @returns false when the number is another one; nothing is known more then
   */
  private async count(file: string, index: Index): Promise<boolean> {
    const handle = await open(file, 'r').catch(() => undefined)
    if (!handle) return false
    try {
      const starts: number[] = []
      const from = index.lastSeq
      let lines = from
      let lineStart = index.end
      let previous = index.end
      const chunk = Buffer.allocUnsafe(CHUNK)
      for (let position = index.end; ; ) {
        const { bytesRead } = await handle.read(chunk, 0, CHUNK, position)
        if (bytesRead === 0) break
        const bytes = chunk.subarray(0, bytesRead)
        for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
          if (lines % STRIDE === 0) starts.push(lineStart)
          lines++
          previous = lineStart
          lineStart = position + at + 1
        }
        position += bytesRead
        await turn()
      }
      if (lines === from) return true
      const last = Buffer.allocUnsafe(lineStart - previous - 1)
      await handle.read(last, 0, last.length, previous)
      if (parseLine<Numbered>(last, 0, last.length)?.seq !== lines) return false
      // Somebody else may have come as far meanwhile, or further.
      if (index.end >= lineStart) return true
      const first = Math.ceil(from / STRIDE)
      for (const [i, start] of starts.entries()) index.starts[first + i] = start
      Object.assign(index, { end: lineStart, lastSeq: lines })
      return true
    } finally {
      await handle.close()
    }
  }

  /** Byte position behind the last whole event that `lastSeq` or `read` has seen. */
  async end(file: string): Promise<number> {
    await this.lastSeq(file)
    return this.indexes.get(file)?.end ?? 0
  }

  private indexFor(file: string, size: number): Index {
    let index = this.indexes.get(file)
    if (!index || size < index.end) {
      index = { end: 0, lastSeq: 0, starts: [0] }
      this.indexes.set(file, index)
      if (this.indexes.size > 200) this.indexes.delete(this.indexes.keys().next().value!)
    }
    return index
  }
}

function parseLine<E>(bytes: Buffer, start: number, end: number): E | undefined {
  try {
    return JSON.parse(bytes.toString('utf8', start, end)) as E
  } catch {
    return undefined
  }
}
