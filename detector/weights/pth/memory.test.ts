import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { entryPoint } from '../../entry-point'
import { parameters } from '../../network/parameters'

/** Floats of a part: as much as one may unpack to. */
const FLOATS = (128 << 20) / 4

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pth-memory-'))
})
afterAll(() => rm(folder, { recursive: true }))

const int32 = (value: number): number[] => [0x4a, ...Buffer.from(Int32Array.of(value).buffer)]
const tuple = (values: readonly number[]): number[] => [0x28, ...values.flatMap(int32), 0x74]
const text = (value: string): number[] => [
  0x58,
  ...Buffer.from(Int32Array.of(value.length).buffer),
  ...Buffer.from(value),
]
const global = (value: string): number[] => [0x63, ...Buffer.from(`${value}\n`)]

/** Every tensor of the network as a view of the beginning of one of `parts` packed parts of zeros, in turn. */
async function packed(name: string, parts: number): Promise<string> {
  const items = parameters.flatMap(({ name, dims }, i) => [
    ...text(name),
    ...global('torch._utils\n_rebuild_tensor_v2'),
    ...[0x28, 0x28, ...text('storage'), ...global('torch\nFloatStorage'), ...text(String(i % parts)), ...text('cpu')],
    ...[...int32(FLOATS / parts), 0x74, 0x51, ...int32(0), ...tuple(dims)],
    ...tuple(dims.map((_, d) => dims.slice(d + 1).reduce((product, dim) => product * dim, 1))),
    ...[0x89, 0x7d, 0x74, 0x52],
  ])
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from([0x80, 2, 0x7d, 0x28, ...items, 0x75, 0x2e]), 'a/data.pkl')
  for (let part = 0; part < parts; part++) zip.addBuffer(Buffer.alloc((4 * FLOATS) / parts), `a/data/${part}`)
  zip.end()
  const path = join(folder, name)
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

/** What reading the weights comes to, and the most memory that its process had, in MB. */
async function read(path: string): Promise<{ outcome: string; megabytes: number }> {
  const { execArgv } = entryPoint('', '')
  const code = `
    import { readWeights } from ${JSON.stringify(new URL('read-weights.ts', import.meta.url).href)}
    const outcome = await readWeights(${JSON.stringify(path)}).then(({ tensors }) => String(tensors.size), (e) => e.code)
    console.log(JSON.stringify({ outcome, megabytes: process.resourceUsage().maxRSS / 1024 }))`
  const { stdout } = await promisify(execFile)(process.execPath, [...execArgv, '--input-type=module', '-e', code])
  return JSON.parse(stdout) as { outcome: string; megabytes: number }
}

it('a small file whose 158 tensors share one part of 128 MB unpacks it once and keeps none of it', async () => {
  const path = await packed('one.pth', 1)
  expect((await stat(path)).size).toBeLessThan(200_000)
  const { outcome, megabytes } = await read(path)
  expect(outcome).toBe('158')
  expect(megabytes).toBeLessThan(600)
})

it('nor does it help to take turns between parts', async () => {
  const { outcome, megabytes } = await read(await packed('two.pth', 2))
  expect(outcome).toBe('weights-damaged')
  expect(megabytes).toBeLessThan(600)
})
