/**
 * How quickly the page of a very long run opens: a real small run whose journal is then drawn out to many epochs.
 *
 *     npx tsx bench/long-run.ts [--epochs 1000] [--steps 100] [--times 5] [--picture FILE.png]
 *
 * Needs a build (`bash scripts/prepare.sh`) and a browser (`bash scripts/browser.sh`). The goal: within a second, the last
 * step in the chart.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import type { RunEvent } from '../detector/training/events'
import { AppServer, ROOT } from '../e2e/app-server'
import { writeTrainingSet } from '../e2e/sample-data'
import playwright from '../playwright.config'
import type { Accepted } from '../server/http/schema'
import type { RunEventsPage, RunInfo } from '../server/runs/schema'
import { BenchTable, digits } from './report'

const { values: o } = parseArgs({
  options: {
    epochs: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '100' },
    times: { type: 'string', default: '5' },
    picture: { type: 'string' },
  },
})
const [epochs, perEpoch, times] = [o.epochs, o.steps, o.times].map(Number)
const GOAL_MS = 1000
const PATIENCE_MS = 300_000
/** A server that has just started still loads its pages and the model. */
const REST_MS = 5000

/** The run's own events with those of its epoch repeated: same kinds, same sizes. */
function drawOut(events: readonly RunEvent[]): RunEvent[] {
  const step = events.find((e) => e.type === 'step')
  const parts = [events.find((e) => e.type === 'epoch'), events.findLast((e) => e.type === 'evaluated')]
  if (!step || parts.some((part) => part === undefined)) throw new Error('The run has no whole epoch')
  const first = events.indexOf(step)
  const all: object[] = events.slice(0, first)
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let i = 1; i <= perEpoch; i++) {
      const number = (epoch - 1) * perEpoch + i
      all.push({ ...step, step: number, epoch, loss: 1 + 2 / epoch + 0.1 * Math.sin(number) })
    }
    for (const part of parts) all.push({ ...part, epoch, ...(part?.type === 'epoch' && { epochs }) })
  }
  const rest = events.slice(first).filter(({ type }) => !['step', 'epoch', 'evaluated', 'machine'].includes(type))
  return [...all, ...rest].map((event, i) => ({ ...event, seq: i + 1 }) as RunEvent)
}

const app = await AppServer.start()
const browser = await chromium.launch(playwright.use?.launchOptions)
try {
  const data = join(app.folder, 'labels')
  await writeTrainingSet(data, 8)
  const options = { data, epochs: 1, batchSize: 4, imageSize: 64, workers: 0 }
  const { id } = await app.api<Accepted>('/runs', { options })
  const run = () => app.api<RunInfo>(`/runs/${id}`)
  const patience = Date.now() + PATIENCE_MS
  while ((await run()).state !== 'done') {
    if (Date.now() > patience) throw new Error(`The run does not end: ${JSON.stringify((await run()).error)}`)
    await new Promise((done) => setTimeout(done, 500))
  }
  const file = join(resolve(ROOT, (await run()).directory), 'metrics.jsonl')
  await app.crash()
  const events = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
  const long = drawOut(events)
  await writeFile(file, long.map((event) => `${JSON.stringify(event)}\n`).join(''))
  await app.launch()
  await new Promise((done) => setTimeout(done, REST_MS))

  const page = await browser.newPage({ baseURL: app.url, viewport: { width: 1440, height: 900 } })
  await page.context().addCookies([{ name: 'lang', value: 'en', url: app.url }])
  const steps = page.getByRole('table', { name: 'Training loss' }).locator('tbody th')
  const last = steps.filter({ hasText: new RegExp(`^${String(epochs * perEpoch).replace(/(?=(\d{3})+$)/g, '\\D?')}$`) })
  const opened: number[] = []
  const answered: number[] = []
  for (let n = 0; n < times; n++) {
    let begun = performance.now()
    const { lastSeq, steps: known } = await app.api<RunEventsPage>(`/runs/${id}/events?points=2000`)
    answered.push(performance.now() - begun)
    if (lastSeq !== long.length || known !== epochs * perEpoch) throw new Error(`${known} steps, last event ${lastSeq}`)
    await page.goto('about:blank')
    begun = performance.now()
    await page.goto(`/runs/${id}`, { waitUntil: 'commit' })
    await last.waitFor({ state: 'attached' })
    opened.push(performance.now() - begun)
  }
  if (o.picture) await page.screenshot({ path: o.picture })
  const table = new BenchTable('long-run', ['ms', 'first', 'median of the others', 'longest of them'])
  const row = (name: string, list: number[]): void => {
    const sorted = list.slice(1).toSorted((a, b) => a - b)
    const ms = [list[0], sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, sorted.at(-1) ?? Number.NaN]
    table.row(name, ...ms.map((value) => digits(value, 0)))
  }
  row('events from the server', answered)
  row('page until the last step is in the chart', opened)
  await table.save(`${long.length} events`)
  process.exitCode = Math.max(...opened) <= GOAL_MS ? 0 : 1
} finally {
  await browser.close()
  await app.close()
}
