/**
 * Memory under load that does not end: junk of many kinds is uploaded, then a batch of many tiny pictures is worked off,
 * while the memory of the server and of the inference process is sampled. Linux only (/proc).
 *
 *     npx tsx bench/soak.ts [--junk-mb 500] [--pictures 10000]
 *
 * Needs a build (`bash scripts/prepare.sh`). Ends with 1 when junk meets anything but a clear refusal, when a picture is
 * lost, or when memory grows from the second quarter of the batch to the last by more than a fifth.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { AppServer } from '../e2e/app-server'
import { samplePath } from '../e2e/sample-data'
import type { BatchInfo, BatchItemInfo } from '../server/batches/schema'
import type { Accepted } from '../server/http/schema'
import { BenchTable, digits } from './report'

const { values: o } = parseArgs({
  options: { 'junk-mb': { type: 'string', default: '500' }, pictures: { type: 'string', default: '10000' } },
})
const [junkBytes, pictures] = [1e6 * Number(o['junk-mb']), Number(o.pictures)]
const PER_FORM = 100
const PIECE = 2_000_000
const GROWTH = 1.2

const app = await AppServer.start()
const faults: string[] = []

/** Megabytes resident: of the server, and of its child that detects. */
function memory(): [number, number] {
  const mb = (pid: number | string): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  const child = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const isOurs = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === app.pid
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inference-child')
    } catch {
      return false
    }
  })
  return [mb(app.pid as number), child === undefined ? 0 : mb(child)]
}
const sendFile = async (path: string, field: string, name: string, content: Uint8Array): Promise<Response> => {
  const form = new FormData()
  form.append(field, new Blob([content as Uint8Array<ArrayBuffer>]), name)
  return fetch(`${app.url}/api${path}`, { method: 'POST', body: form })
}

/** Noise under every name, real pictures cut off, zips that are none. @returns how each was answered */
async function junk(): Promise<string> {
  const real = await readFile(samplePath('receipt'))
  const noise = Buffer.alloc(PIECE)
  const kinds: [path: string, field: string, name: string, content: (n: number) => Buffer][] = [
    ['/detect', 'image', 'noise.png', () => noise],
    ['/detect', 'image', 'cut.jpg', (n) => real.subarray(0, 100 + ((n * 7919) % (real.length / 2)))],
    ['/batches', 'file', 'noise.jpg', () => noise],
    ['/batches', 'file', 'noise.zip', () => noise],
    ['/batches', 'file', 'notes.txt', () => noise],
    ['/datasets', 'file', 'noise.zip', () => noise],
    ['/models', 'file', 'noise.pth', () => noise],
    ['/models', 'file', 'noise.onnx', () => noise],
  ]
  const answers = new Map<string, number>()
  let sent = 0
  for (let n = 0; sent < junkBytes; n++) {
    for (let at = 0; at < noise.length; at += 4096) noise.writeUInt32LE(Math.imul(n * 512 + at, 2654435761) >>> 0, at)
    const [path, field, name, content] = kinds[n % kinds.length]
    const piece = content(n)
    sent += piece.length
    const { status } = await sendFile(path, field, name, piece)
    const key = `${path} ${name} ${status}`
    answers.set(key, (answers.get(key) ?? 0) + 1)
    if (status >= 500) faults.push(`${path} ${name}: ${status}`)
  }
  const open = async (): Promise<number> =>
    (await app.api<BatchInfo[]>('/batches')).filter(({ state }) => state !== 'done').length
  while ((await open()) > 0) await new Promise((done) => setTimeout(done, 500))
  return `${Math.round(sent / 1e6)} MB of junk: ${[...answers].map(([key, count]) => `${count} × ${key}`).join('; ')}`
}

/** @returns [megabytes of the server, of the inference process] from time to time */
async function batch(): Promise<[number, number][]> {
  const tiny = await sharp(samplePath('label')).resize(48, 48).jpeg().toBuffer()
  const settings = { sizeRule: 'long-side', size: 64 }
  const { id } = await app.api<Accepted>('/batches', { settings })
  const samples: [number, number][] = []
  const state = () => app.api<BatchInfo>(`/batches/${id}`)
  for (let sent = 0; sent < pictures; sent += PER_FORM) {
    const form = new FormData()
    for (let i = sent; i < Math.min(pictures, sent + PER_FORM); i++) form.append('file', new Blob([tiny]), `${i}.jpg`)
    await app.send(`/batches/${id}/files`, form)
    samples.push(memory())
  }
  await app.api(`/batches/${id}/close`, {})
  while ((await state()).state !== 'done') {
    await new Promise((done) => setTimeout(done, 1000))
    samples.push(memory())
  }
  const { done, failed } = await state()
  if (done !== pictures || failed > 0) faults.push(`${done} of ${pictures} pictures done, ${failed} failed`)
  const { items } = await app.api<{ items: BatchItemInfo[] }>(`/batches/${id}/items?after=${pictures - 10}`)
  if (items.length !== Math.min(10, pictures)) faults.push(`the last page holds ${items.length} pictures`)
  return samples
}

try {
  const start = memory()
  const answers = await junk()
  const afterJunk = memory()
  const samples = await batch()
  const quarterNames = [1, 2, 3, 4].map((quarter) => `quarter ${quarter}`)
  const table = new BenchTable('soak', ['process', 'start MB', 'after junk MB', ...quarterNames, 'most MB'])
  for (const [i, name] of [
    [0, 'server'],
    [1, 'inference'],
  ] as const) {
    const all = samples.map((sample) => sample[i])
    const mean = (list: number[]): number => list.reduce((sum, mb) => sum + mb, 0) / list.length
    const quarters = [0, 1, 2, 3].map((q) => mean(all.slice((q * all.length) / 4, ((q + 1) * all.length) / 4)))
    const row = [start[i], afterJunk[i], ...quarters, Math.max(...all)]
    table.row(name, ...row.map((mb) => digits(mb, 0)))
    if (quarters[3] > quarters[1] * GROWTH) faults.push(`${name} grows`)
  }
  const log = await readFile(join(app.folder, 'server.log'), 'utf8')
  for (const line of log.split('\n').filter((text) => /"level":[56]0/.test(text))) faults.push(line.slice(0, 300))
  await table.save(`${answers}; ${faults.length} faults`)
} finally {
  await app.close()
}
for (const fault of faults.slice(0, 20)) console.log(`WRONG: ${fault}`)
process.exitCode = faults.length > 0 ? 1 : 0
