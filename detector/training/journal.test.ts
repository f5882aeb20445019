import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Journal, readEvents } from './journal'
import { LogFile } from './log-file'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const epoch = (n: number) => ({ type: 'epoch' as const, epoch: n, epochs: 9, loss: 1 / n, seconds: 2 })

describe('Journal', () => {
  it('numbers from 1 without gaps, over reopening, a torn line and a cut', () => {
    const file = join(directory, 'metrics.jsonl')
    const journal = Journal.open(file)
    for (let n = 1; n <= 4; n++) journal.append(epoch(n))
    appendFileSync(file, '{"seq":5,"type":"epo')
    const reopened = Journal.open(file)
    expect(reopened.lastSeq).toBe(4)
    expect(reopened.append(epoch(5)).seq).toBe(5)
    expect(reopened.cutAfter(3).map((e) => e.seq)).toEqual([1, 2, 3])
    reopened.append(epoch(6))
    expect(readEvents(file).events.map((e) => [e.seq, e.type === 'epoch' && e.epoch])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 6],
    ])
  })
})

describe('LogFile', () => {
  it('has the line of the guide, and after a resume the same lines as the journal', () => {
    const journal = Journal.open(join(directory, 'metrics.jsonl'))
    const file = join(directory, 'log.txt')
    const log = new LogFile(file, [])
    for (let n = 1; n <= 3; n++) log.append(journal.append(epoch(n)))
    expect(readFileSync(file, 'utf8')).toContain('Epoch [3/9], Loss: 0.3333\n')
    new LogFile(file, journal.cutAfter(2)).append(journal.append(epoch(7)))
    expect(readFileSync(file, 'utf8').match(/Epoch \[\d/g)).toEqual(['Epoch [1', 'Epoch [2', 'Epoch [7'])
  })
})
