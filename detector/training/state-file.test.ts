import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadState, type RunState, saveState } from './state-file'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const state = (value: number): RunState => ({
  progress: {
    epoch: 1,
    stepInEpoch: 1,
    lossSum: 0.1 + 0.2,
    lossCount: 1,
    epochSeconds: 2,
    best: { epoch: 1, hmean: 1 / 3 },
    nonFinite: 2,
    lrFactor: 0.5,
    seq: 12,
  },
  tensors: new Map([
    ['backbone.conv1.weight', { dims: [2, 1, 1, 1], data: Float32Array.of(value, -0) }],
    ['step', { dims: [], data: Float32Array.of(3) }],
  ]),
  ema: new Map([['backbone.conv1.weight', { dims: [2, 1, 1, 1], data: Float32Array.of(1e-40, 7) }]]),
})

describe('state file', () => {
  it('gives back what was saved, bit by bit, and leaves nothing beside it', async () => {
    await saveState(directory, state(1))
    await saveState(directory, state(0.1))
    expect(await loadState(directory)).toEqual(state(0.1))
    expect(readdirSync(directory)).toEqual(['state.bin'])
  })

  it('refuses a damaged file and says so when there is none', async () => {
    await expect(loadState(directory)).rejects.toMatchObject({ code: 'state-missing' })
    await saveState(directory, state(1))
    const file = join(directory, 'state.bin')
    const bytes = readFileSync(file)
    bytes[bytes.length - 70] ^= 1
    writeFileSync(file, bytes)
    await expect(loadState(directory)).rejects.toMatchObject({ code: 'state-damaged' })
    writeFileSync(file, bytes.subarray(0, 40))
    await expect(loadState(directory)).rejects.toMatchObject({ code: 'state-damaged' })
  })
})
