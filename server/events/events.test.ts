import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../detector/training/events'
import { Decimator } from './decimate'
import { EventHub } from './event-hub'
import { EventLog } from './event-log'
import { JournalReader } from './read-journal'
import type { BatchEvent } from './schema'
import { ThinnedJournals } from './thinned-journals'

let folder: string
let n = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'))
})
afterAll(() => rm(folder, { recursive: true }))
const newFile = (): string => join(folder, `${n++}.jsonl`)

const step = (seq: number, loss = seq): RunEvent => ({
  ...{ seq, time: '2026-01-01T00:00:00.000Z', type: 'step', step: seq, epoch: 1, lr: 0.005, loss },
  ...{ prob: 0.1, binary: 0.2, thresh: 0.3, imagesPerS: 2, dataWait: 0 },
})
const lines = (events: RunEvent[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('')
const steps = (from: number, to: number): RunEvent[] => Array.from({ length: to - from + 1 }, (_, i) => step(from + i))

async function seqs(reader: JournalReader, file: string, after = 0): Promise<number[]> {
  const all: number[] = []
  for await (const events of reader.read(file, after)) all.push(...events.map(({ seq }) => seq))
  return all
}

describe('JournalReader', () => {
  it('reads from any number on, also what is appended later', async () => {
    const file = newFile()
    const reader = new JournalReader()
    expect(await seqs(reader, file)).toEqual([])
    expect(await reader.lastSeq(file)).toBe(0)
    await writeFile(file, lines(steps(1, 1000)))
    for (const after of [0, 1, 255, 256, 257, 700, 999]) {
      expect((await seqs(reader, file, after))[0]).toBe(after + 1)
      expect((await seqs(reader, file, after)).length).toBe(1000 - after)
    }
    expect(await seqs(reader, file, 1000)).toEqual([])
    await appendFile(file, lines(steps(1001, 1300)))
    expect(await seqs(reader, file, 1000)).toHaveLength(300)
    expect(await reader.lastSeq(file)).toBe(1300)
  })

  it('counts whole lines only', async () => {
    const file = newFile()
    const reader = new JournalReader()
    const text = lines(steps(1, 3))
    await writeFile(file, text.slice(0, -10))
    expect(await seqs(reader, file)).toEqual([1, 2])
    await writeFile(file, text)
    expect(await seqs(reader, file, 2)).toEqual([3])
    await appendFile(file, 'garbage\n')
    expect(await reader.lastSeq(file)).toBe(3)
  })

  it('finds the last number without reading all, at any length and beyond damage', async () => {
    for (const count of [1, 255, 256, 257, 512, 3000]) {
      const file = newFile()
      await writeFile(file, lines(steps(1, count)))
      const reader = new JournalReader()
      expect(await reader.lastSeq(file)).toBe(count)
      // What it noted on the way is used by later readings.
      expect(await seqs(reader, file, count - 1)).toEqual([count])
      await appendFile(file, lines(steps(count + 1, count + 700)))
      expect(await reader.lastSeq(file)).toBe(count + 700)
      expect(await seqs(reader, file, count + 300)).toHaveLength(400)
      await appendFile(file, `garbage\n${lines(steps(count + 701, count + 702))}`)
      expect(await reader.lastSeq(file)).toBe(count + 700)
    }
  })

  it('notices a journal that became shorter, and one that it is told of', async () => {
    const file = newFile()
    const reader = new JournalReader()
    await writeFile(file, lines(steps(1, 600)))
    expect(await reader.lastSeq(file)).toBe(600)
    await truncate(file, lines(steps(1, 300)).length)
    expect(await reader.lastSeq(file)).toBe(300)
    await writeFile(file, lines([...steps(1, 299), ...steps(300, 700).map((e) => ({ ...e, epoch: 2 }) as RunEvent)]))
    reader.forget(file)
    expect(await seqs(reader, file, 290)).toHaveLength(410)
  })

  it('reads 100,000 steps and thins them out in under a second', async () => {
    const file = newFile()
    await writeFile(file, lines(steps(1, 100_000)))
    const begun = performance.now()
    const decimator = new Decimator(2000)
    for await (const events of new JournalReader().read<RunEvent>(file)) for (const e of events) decimator.add(e)
    const kept = decimator.events()
    const ms = performance.now() - begun
    expect(decimator.steps).toBe(100_000)
    expect(kept.length).toBeGreaterThan(900)
    expect(kept.length).toBeLessThanOrEqual(2002)
    // The limit is 1 s; test machines are shared.
    expect(ms).toBeLessThan(3000)
  })
})

describe('ThinnedJournals', () => {
  it('reads what has come since, and everything anew after a cut', async () => {
    const file = newFile()
    const reader = new JournalReader()
    const journals = new ThinnedJournals(reader)
    await writeFile(file, lines(steps(1, 5000)))
    const first = await journals.read(file, 100, 0)
    expect(first).toMatchObject({ lastSeq: 5000, steps: 5000 })
    await appendFile(file, lines(steps(5001, 9000)))
    const [second, third] = await Promise.all([journals.read(file, 100, 0), journals.read(file, 100, 0)])
    expect(second).toMatchObject({ lastSeq: 9000, steps: 9000 })
    expect(third).toEqual(second)
    expect(second.events.length).toBeLessThanOrEqual(102)
    expect([second.events[0].seq, second.events.at(-1)?.seq]).toEqual([1, 9000])
    await writeFile(file, lines(steps(1, 300)))
    reader.forget(file)
    expect(await journals.read(file, 100, 1)).toMatchObject({ lastSeq: 300, steps: 300 })
  })
})

describe('Decimator', () => {
  it('keeps ends, peaks and all other events in order', () => {
    const events: RunEvent[] = []
    for (let i = 1; i <= 5000; i++) {
      events.push(step(events.length + 1, i === 3333 ? 99 : i === 1234 ? -5 : Math.sin(i / 50)))
      if (i % 100 === 0) {
        const seq = events.length + 1
        events.push({ seq, time: '', type: 'epoch', epoch: i / 100, epochs: 50, loss: 1, seconds: 1 })
      }
    }
    const decimator = new Decimator(200)
    for (const event of events) decimator.add(event)
    const kept = decimator.events()
    const losses = kept.flatMap((e) => (e.type === 'step' ? [e.loss] : []))
    expect(losses.length).toBeLessThanOrEqual(202)
    expect(losses).toContain(99)
    expect(losses).toContain(-5)
    expect(kept.filter((e) => e.type === 'epoch')).toHaveLength(50)
    expect(kept[0]).toBe(events[0])
    expect(kept.at(-1)?.seq).toBe(events.length)
    expect(kept.every((e, i) => i === 0 || e.seq > kept[i - 1].seq)).toBe(true)
  })

  it('lets few events pass whole', () => {
    const decimator = new Decimator(100)
    for (const event of steps(1, 60)) decimator.add(event)
    expect(decimator.events()).toEqual(steps(1, 60))
  })
})

describe('EventLog', () => {
  it('goes on where a crash cut a line', async () => {
    const file = newFile()
    const open = () => EventLog.open<BatchEvent>(file, new JournalReader())
    const first = await open()
    const body = { type: 'status', state: 'running', done: 0, failed: 0, total: 1 } as const
    expect(first.append(body).seq).toBe(1)
    first.append(body)
    await appendFile(file, '{"seq":3,"ti')
    const second = await open()
    expect(second.lastSeq).toBe(2)
    second.append(body)
    const read = (await readFile(file, 'utf8')).trim().split('\n')
    expect(read.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3])
  })
})

describe('EventHub.follow', () => {
  it('loses and doubles nothing while events arrive during the replay', async () => {
    const file = newFile()
    const reader = new JournalReader()
    const hub = new EventHub(reader)
    await writeFile(file, lines(steps(1, 2000)))
    let written = 2000
    let writing = true
    const writer = (async () => {
      while (writing) {
        written++
        await appendFile(file, lines([step(written)]))
        hub.publish('run', 'a', step(written))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const followers = await Promise.all(
      [0, 500, 1999].map(async (after) => {
        const got: number[] = []
        const { stop } = await hub.follow('run', 'a', file, after, { event: (e) => got.push(e.seq) })
        return { after, got, stop }
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    writing = false
    await writer
    for (const { after, got, stop } of followers) {
      expect(got).toEqual(Array.from({ length: written - after }, (_, i) => after + 1 + i))
      stop()
    }
    hub.publish('run', 'a', step(written + 1))
    expect(followers[0].got.at(-1)).toBe(written)
  })

  it('tells a cut in its place', async () => {
    const file = newFile()
    await writeFile(file, lines(steps(1, 10)))
    const hub = new EventHub(new JournalReader())
    const got: (number | string)[] = []
    await hub.follow('run', 'a', file, 8, {
      event: (e) => got.push(e.seq),
      cut: (seq, generation) => got.push(`cut ${seq} ${generation}`),
    })
    hub.publishCut('run', 'a', 7, 1)
    hub.publish('run', 'a', step(8))
    hub.publish('run', 'a', step(8))
    expect(got).toEqual([9, 10, 'cut 7 1', 8])
  })
})
