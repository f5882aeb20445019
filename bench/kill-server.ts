/**
 * kill -9 of the server at random moments, again and again, while a batch and a training run are under way. After every start:
 * the database is whole, no finished picture is lost, nothing claims to work that does not get on. At the end both finish.
 *
 *     npx tsx bench/kill-server.ts [--rounds 200] [--seed 1]
 *
 * Needs a build (`bash scripts/prepare.sh`). About ten seconds a round.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Sqlite from 'libsql'
import { Random } from '../detector/random'
import { AppServer } from '../e2e/app-server'
import { formOf, writePictures, writeTrainingSet } from '../e2e/sample-data'
import type { BatchInfo } from '../server/batches/schema'
import type { Accepted } from '../server/http/schema'
import type { RunEventsPage, RunInfo } from '../server/runs/schema'
import { BenchTable } from './report'

const { values: o } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
})
const rounds = Number(o.rounds)
const random = new Random(Number(o.seed), 0x6b69)
const LONGEST_MS = 8000
/** Every fifth round is longer, so that the run gets on and is cut off at later steps too. */
const LONG_MS = [8000, 25_000] as const
const PATIENCE_MS = 600_000

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms))

const server = await AppServer.start()
try {
  const data = join(server.folder, 'labels')
  await writeTrainingSet(data, 16)
  // Small batches: many steps in an epoch, so that the longest run (1000 epochs) does not end long before the last round.
  const options = { data, epochs: Math.min(1000, 20 * rounds), batchSize: 4, imageSize: 64, patience: 0, saveEvery: 2 }
  const run = (await server.api<Accepted>('/runs', { options: { ...options, validateEvery: 20 } })).id
  const pictures = await writePictures(join(server.folder, 'pictures'), 12)
  const batches: string[] = []
  let lastStep = 0
  let killsDuringRun = 0
  for (let round = 1; round <= rounds; round++) {
    // A batch from time to time, so that there is always one to be interrupted.
    if (round % 4 === 1) batches.push((await server.send<Accepted>('/batches', await formOf(pictures, 'file'))).id)
    await sleep(round % 5 === 0 ? random.range(...LONG_MS) : random.range(0, LONGEST_MS))
    const done = await Promise.all(batches.map(async (id) => (await server.api<BatchInfo>(`/batches/${id}`)).done))
    await server.crash()
    const database = new Sqlite(join(server.folder, 'data', 'app.db'), { readonly: true })
    const [{ integrity_check }] = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[]
    database.close()
    expect(integrity_check === 'ok', `round ${round}: ${integrity_check}`)
    await server.launch()
    for (const [i, id] of batches.entries()) {
      const now = (await server.api<BatchInfo>(`/batches/${id}`)).done
      expect(now >= done[i], `round ${round}: batch ${id} had ${done[i]} pictures done, now ${now}`)
    }
    const { state, step, error } = await server.api<RunInfo>(`/runs/${run}`)
    expect(state !== 'failed', `round ${round}: the run failed: ${JSON.stringify(error)}`)
    lastStep = Math.max(lastStep, step)
    if (state !== 'done') killsDuringRun++
    console.log(`round ${round}: run ${state}, step ${step}; pictures done ${done.join(' ')}`)
  }
  const end = Date.now() + PATIENCE_MS
  for (const id of batches) {
    while ((await server.api<BatchInfo>(`/batches/${id}`)).state !== 'done') {
      expect(Date.now() < end, `batch ${id} does not end`)
      await sleep(500)
    }
    expect((await server.api<BatchInfo>(`/batches/${id}`)).done === pictures.length, `batch ${id} lost pictures`)
  }
  // The run goes on beyond where it had been, unless it ended between two kills.
  for (;;) {
    const { state, step } = await server.api<RunInfo>(`/runs/${run}`)
    if (state === 'done' || step > lastStep) break
    expect(Date.now() < end, 'the run does not get on')
    await sleep(500)
  }
  const { events } = await server.api<RunEventsPage>(`/runs/${run}/events`)
  const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []))
  expect(
    steps.every((step, i) => i === 0 || step === steps[i - 1] + 1),
    'steps are missing or doubled',
  )
  // What was not as it should be has ended the bench before.
  const table = new BenchTable('kill-server', ['what', 'figure'])
  table.row('kills (kill -9)', rounds)
  table.row('databases whole after a kill (integrity_check)', rounds)
  table.row('finished pictures lost', 0)
  table.row('batches ended with all twelve pictures', batches.length)
  table.row('kills during the run', killsDuringRun)
  table.row(`steps of the run missing or doubled, of ${steps.at(-1)}`, 0)
  await table.save()
} finally {
  await server.close()
}
