/**
 * How quickly pages answer while a training step runs: the real server, a run at the default settings, requests in turn.
 *
 *     npx tsx bench/page-latency.ts [--seconds 60] [--data DIR] [--image-size 640]
 *
 * Needs a build (`bash scripts/prepare.sh`). The goal: 95 of 100 within 100 ms.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AppServer, OCR_DATA } from '../e2e/app-server'
import type { Accepted } from '../server/http/schema'
import type { RunInfo } from '../server/runs/schema'
import { BenchTable, digits } from './report'

const { values: o } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    data: { type: 'string', default: join(OCR_DATA, 'receipts') },
    'image-size': { type: 'string', default: '640' },
  },
})
const PAUSE_MS = 100

const app = await AppServer.start()
try {
  const { id } = await app.api<Accepted>('/runs', { options: { data: o.data, imageSize: Number(o['image-size']) } })
  const run = () => app.api<RunInfo>(`/runs/${id}`)
  const patience = Date.now() + 600_000
  while ((await run()).step < 1) {
    if (Date.now() > patience) throw new Error(`The run does not begin: ${JSON.stringify((await run()).error)}`)
    await new Promise((done) => setTimeout(done, 500))
  }
  const first = (await run()).step
  const times = new Map<string, number[]>()
  const paths = ['/', '/train', `/runs/${id}`, '/models', '/api/runs', `/api/runs/${id}`, '/api/health']
  const end = Date.now() + 1000 * Number(o.seconds)
  for (let i = 0; Date.now() < end; i++) {
    const path = paths[i % paths.length]
    const begun = performance.now()
    const answer = await fetch(app.url + path)
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    times.set(path, [...(times.get(path) ?? []), performance.now() - begun])
    await new Promise((done) => setTimeout(done, PAUSE_MS))
  }
  const last = (await run()).step
  console.log(`training steps meanwhile: ${last - first}\n`)
  const table = new BenchTable('page-latency', ['page', 'requests', 'median ms', '95 % ms', 'longest ms'])
  const row = (name: string, list: number[]): void => {
    const sorted = list.toSorted((a, b) => a - b)
    const at = (share: number): number => digits(sorted[Math.floor(share * (sorted.length - 1))], 1)
    table.row(name, list.length, at(0.5), at(0.95), at(1))
  }
  for (const [path, list] of times) row(path.replace(id, ':id'), list)
  row('all', [...times.values()].flat())
  await table.save(`${last - first} training steps meanwhile`)
} finally {
  await app.close()
}
