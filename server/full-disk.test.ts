import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { smallDisk } from '../detector/testing/small-disk'
import type { RunEvent } from '../detector/training/events'
import type { BatchAccepted, BatchInfo, BatchItemInfo } from './batches/schema'
import type { RunEventsPage, RunInfo } from './runs/schema'
import { wordPicture, writeSampleData } from './testing/sample-data'
import { asJsonPost, errorCode, startTestServer, type TestServer, testFolder, until } from './testing/test-server'

// Real processes: seconds on a quiet machine, minutes on a busy one.
vi.setConfig({ testTimeout: 600_000 })
const MEGABYTES = 400

let folder: string
beforeAll(async () => {
  folder = await testFolder()
  await writeSampleData(join(folder, 'words'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const disk = smallDisk(MEGABYTES)
afterAll(() => disk?.unmount())

describe.skipIf(!disk)('a full disk', () => {
  let server: TestServer
  beforeEach(async () => {
    const place = join(disk!.path, 'server')
    server = await startTestServer({ dataRoots: [folder] }, place)
  })
  afterEach(async () => {
    await disk!.free()
    await server.end()
  })
  /** The database grows by pages: until it needs the next one it takes rows on a full disk too. */
  const fillDatabase = async (): Promise<void> => {
    await disk!.fill()
    const data = { state: 'done', open: false, modelName: 'm', settings: {}, directory: 'd', name: 'x'.repeat(3000) }
    for (let i = 0; i < 100; i++) {
      const made = await server.context.db.batch.create({ data: { id: `filler-${i}`, ...data } }).catch(() => undefined)
      if (!made) return
    }
  }

  it('is said in one clear answer, and nothing is left of what was begun', async () => {
    await fillDatabase()
    const answer = await server.api('/batches', asJsonPost({}))
    expect([answer.status, await errorCode(answer)]).toEqual([507, 'disk-full'])
    expect(await readdir(join(server.folder, 'outputs'))).toEqual([])
    const run = await server.api('/runs', asJsonPost({ options: { data: join(folder, 'words'), model: 'random' } }))
    expect([run.status, await errorCode(run)]).toEqual([507, 'disk-full'])
    expect(await readdir(join(server.folder, 'workdirs'))).toEqual([])
    await disk!.free()
    expect((await server.api('/batches', asJsonPost({}))).status).toBe(202)
  })

  it('in the middle of a batch: pictures fail or wait, none is lost, and all are found when there is room', async () => {
    const form = new FormData()
    form.append('settings', JSON.stringify({ size: 128 }))
    for (let i = 0; i < 12; i++) {
      const { png } = await wordPicture(i)
      form.append('file', new Blob([png as Uint8Array<ArrayBuffer>]), `p${i}.png`)
    }
    const { id } = await server.json<BatchAccepted>('/batches', { method: 'POST', body: form })
    const batch = (): Promise<BatchInfo> => server.json<BatchInfo>(`/batches/${id}`)
    await until(batch, ({ done }) => done > 0)
    await fillDatabase()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    await disk!.free()
    const ended = await until(batch, ({ state }) => state === 'done')
    expect(ended.done + ended.failed).toBe(12)
    const { items } = await server.json<{ items: BatchItemInfo[] }>(`/batches/${id}/items?filter=failed`)
    expect(new Set(items.map(({ error }) => error?.code))).toEqual(new Set(items.length > 0 ? ['disk-full'] : []))
    await server.post(`/batches/${id}/retry`, {})
    const whole = await until(batch, ({ state }) => state === 'done')
    expect(whole).toMatchObject({ done: 12, failed: 0 })
    const place = join(server.folder, 'outputs', whole.directory.split('/').pop()!)
    const files = await readdir(place, { recursive: true })
    expect(files.filter((name) => name.endsWith('.json'))).toHaveLength(12)
    expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('in the middle of a run: it fails with that reason, its journal stays whole, and it goes on when resumed', async () => {
    const small = { batchSize: 1, imageSize: 64, workers: 0, patience: 0, epochs: 6, saveEvery: 1, model: 'random' }
    // The least state, since states have to fit on the small disk: one tensor of momentum, no average.
    const options = { ...small, optimizer: 'sgd', ema: 0 }
    const { id } = await server.post<{ id: string }>('/runs', { options: { ...options, data: join(folder, 'words') } })
    const run = (): Promise<RunInfo> => server.json<RunInfo>(`/runs/${id}`)
    await until(run, ({ step }) => step > 5)
    const pid = server.context.runQueue.pidOf(id)!
    await disk!.fill()
    // It cannot come to its end: that takes a model. Its row follows as soon as the database can be written.
    await until(
      async () => isAlive(pid),
      (alive) => !alive,
    )
    await disk!.free()
    const failed = await until(run, ({ state }) => state === 'failed')
    expect(failed.error?.code).toBe('disk-full')
    await server.post(`/runs/${id}/resume`, {})
    const done = await until(run, ({ state }) => state === 'done' || state === 'failed', 240)
    expect([done.state, done.error]).toEqual(['done', null])
    const { events } = await server.json<RunEventsPage>(`/runs/${id}/events`)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    const directory = join(server.folder, 'workdirs', done.directory.split('/').pop()!)
    const lines = (await readFile(join(directory, 'metrics.jsonl'), 'utf8')).trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as RunEvent).seq)).toEqual(lines.map((_, i) => i + 1))
    for (const name of ['best_model.pth', 'final_model.pth', 'log.txt', 'report.html']) {
      expect([name, existsSync(join(directory, name))]).toEqual([name, true])
    }
    expect((await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
