import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasState, loadState, type RunState, removeState, saveState } from './state-file'

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
  it('gives back what was saved, bit by bit, and leaves nothing beside it but the one before', async () => {
    for (const value of [1, 2, 0.1]) await saveState(directory, state(value))
    expect(await loadState(directory)).toEqual({ ...state(0.1), fallback: false })
    expect(readdirSync(directory).sort()).toEqual(['previous.bin', 'state.bin'])
    await removeState(directory)
    expect(readdirSync(directory)).toEqual([])
    expect(hasState(directory)).toBe(false)
  })

  it('cut off anywhere, or gone, the one before is used and said so, until the next is saved', async () => {
    const large = (value: number): RunState => ({
      ...state(value),
      tensors: new Map([['weight', { dims: [10_000], data: new Float32Array(10_000).fill(value) }]]),
    })
    const found = async (): Promise<unknown[]> => {
      const { tensors, fallback } = await loadState(directory)
      return [tensors.get('weight')?.data.at(-1), fallback]
    }
    await saveState(directory, large(1))
    await saveState(directory, large(2))
    const file = join(directory, 'state.bin')
    const bytes = readFileSync(file)
    expect(bytes.length).toBeGreaterThan(40_000)
    for (let length = 0; length < bytes.length; length += 4096) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(await found()).toEqual([1, true])
      // The torn one is gone; a second look says the same.
      expect(await found()).toEqual([1, true])
    }
    expect(hasState(directory)).toBe(true)
    await saveState(directory, large(3))
    expect(await found()).toEqual([3, false])
    expect(existsSync(join(directory, 'previous.bin'))).toBe(true)
  })

  it('a save that fails in its middle leaves the newest as it was', async () => {
    await saveState(directory, state(1))
    await saveState(directory, state(2))
    const data = new Float32Array(8)
    structuredClone(data, { transfer: [data.buffer] })
    await expect(
      saveState(directory, { ...state(3), tensors: new Map([['w', { dims: [8], data }]]) }),
    ).rejects.toThrow()
    expect(await loadState(directory)).toEqual({ ...state(2), fallback: false })
    expect(readdirSync(directory).sort()).toEqual(['previous.bin', 'state.bin'])
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
