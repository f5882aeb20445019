import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBytes } from '../../files/read-bytes'
import { parameters } from '../../network/parameters'
import type { TensorDict } from '../../network/types'
import { toFloat32, toHalves } from './element-types'
import { readWeights } from './read-weights'
import { writeWeights } from './write-weights'
import { readZipDirectory } from './zip-directory'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The whole network with a different number in every element (of 4093). */
function network(): TensorDict {
  let next = 0
  return new Map(
    parameters.map(({ name, dims, role }) => {
      const data = new Float32Array(dims.reduce((a, b) => a * b, 1))
      for (let i = 0; i < data.length; i++) data[i] = role === 'batches-tracked' ? 1544 : (next++ % 4093) / 4096 - 0.25
      return [name, { dims, data }]
    }),
  )
}

const small: TensorDict = new Map([
  ['conv.weight', { dims: [2, 1, 1, 2], data: Float32Array.of(1, -2, 0.5, 1e-3) }],
  ['bn.running_var', { dims: [1], data: Float32Array.of(123456) }],
  ['bn.num_batches_tracked', { dims: [], data: Float32Array.of(70000) }],
])

describe('weights written here', () => {
  it('come back unchanged, under a prefix too', async () => {
    const tensors = network()
    const path = join(folder, 'whole.pth')
    await writeWeights(path, tensors, { prefix: 'model.module.' })
    const back = await readWeights(path)
    expect(back.layout).toBe('modelscope-training')
    for (const [name, { dims, data }] of tensors) {
      expect(back.tensors.get(name)?.dims, name).toEqual(dims)
      expect(Buffer.compare(bytes(back.tensors.get(name)?.data), bytes(data)), name).toBe(0)
    }
  })

  it('take half the space in half precision, statistics and counters unharmed', async () => {
    const tensors = network()
    tensors.set('backbone.bn1.running_var', { dims: [64], data: new Float32Array(64).fill(250_000) })
    const path = join(folder, 'half.pth')
    await writeWeights(path, tensors, { half: true })
    expect((await readFile(path)).length).toBeLessThan(25_000_000)
    const back = await readWeights(path)
    expect(back.report).toMatchObject({ type: 'float16', saturated: [] })
    expect(back.tensors.get('backbone.bn1.running_var')?.data[0]).toBe(250_000)
    const name = 'backbone.layer1.0.conv1.weight'
    const expected = tensors.get(name)?.data ?? new Float32Array()
    const halves = toFloat32('float16', new Uint8Array(toHalves(expected).buffer))
    expect(back.tensors.get(name)?.data).toEqual(halves)
  })

  it('are the same bytes each time, every part aligned to 64', async () => {
    const [a, b] = [join(folder, 'a.pth'), join(folder, 'b.pth')]
    await writeWeights(a, small)
    await writeWeights(b, small)
    expect(await readFile(a)).toEqual(await readFile(b))
    const source = await openBytes(a)
    for (const { headerAt, name } of (await readZipDirectory(source)).values()) {
      const header = new DataView((await source.read(headerAt, 30)).buffer)
      expect((headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true)) % 64, name).toBe(0)
    }
    await source.close()
  })

  it('equal the file that PyTorch was seen to accept', async () => {
    const path = join(folder, 'small.pth')
    await writeWeights(path, small, { half: true, prefix: 'p.' })
    expect(await readFile(path)).toEqual(await readFile(join(import.meta.dirname, '../../../fixtures/pth/written.pth')))
  })

  it('are not written when they hold NaN or do not fit, and the old file stays', async () => {
    const path = join(folder, 'kept.pth')
    await writeFile(path, 'old')
    const broken: TensorDict = new Map([['w', { dims: [1], data: Float32Array.of(Number.NaN) }]])
    await expect(writeWeights(path, broken)).rejects.toMatchObject({ code: 'weights-not-finite' })
    const large: TensorDict = new Map([['w', { dims: [1], data: Float32Array.of(1e6) }]])
    await expect(writeWeights(path, large, { half: true })).rejects.toMatchObject({ code: 'half-overflow' })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([])
  })
})

const python = ['/usr/bin/python3', 'python3'].find((p) => spawnSync(p, ['-c', 'import torch']).status === 0)

describe.skipIf(!python)('PyTorch itself', () => {
  it('loads what is written here, weights only', async () => {
    const path = join(folder, 'torch.pth')
    await writeWeights(path, small, { half: true })
    const script = `
import sys, torch
for strict in (True, False):
    d = torch.load(sys.argv[1], weights_only=strict)
    assert type(d).__name__ == 'OrderedDict' and list(d) == ['conv.weight', 'bn.running_var', 'bn.num_batches_tracked']
    w, v, n = d.values()
    assert w.dtype == torch.float16 and w.shape == (2, 1, 1, 2) and w.is_contiguous() and w.flatten().tolist()[:3] == [1, -2, 0.5]
    assert v.dtype == torch.float32 and v.tolist() == [123456]
    assert n.dtype == torch.int64 and n.shape == () and int(n) == 70000
`
    const { status, stderr } = spawnSync(python as string, ['-c', script, path], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

describe('half precision', () => {
  it('rounds to the nearest, ties to even, at every edge', () => {
    const cases: [number, number][] = [
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [65504, 0x7bff],
      [65519.99, 0x7bff],
      [65520, 0x7c00],
      [Infinity, 0x7c00],
      [2 ** -14, 0x0400],
      [2 ** -14 - 2 ** -25, 0x0400],
      [2 ** -24, 1],
      [2 ** -25, 0],
      [1.5 * 2 ** -24, 2],
      [2 ** -25 * 1.01, 1],
      [1e-30, 0],
    ]
    expect([...toHalves(Float32Array.from(cases, ([value]) => value))]).toEqual(cases.map(([, bits]) => bits))
  })

  it('every half survives the way through float32', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i)
    const back = toHalves(toFloat32('float16', new Uint8Array(all.buffer)))
    const isNan = (bits: number): boolean => (bits & 0x7fff) > 0x7c00
    expect(all.every((bits, i) => back[i] === bits || (isNan(bits) && isNan(back[i])))).toBe(true)
  })
})

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array = new Float32Array()): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)
