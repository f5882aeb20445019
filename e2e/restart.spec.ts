import { join } from 'node:path'
import type { BatchInfo } from '../server/batches/schema'
import type { ExportInfo } from '../server/exports/schema'
import type { RunEventsPage, RunInfo } from '../server/runs/schema'
import type { SystemInfo } from '../server/system/schema'
import { AppServer } from './app-server'
import { formOf, writePictures, writeTrainingSet } from './sample-data'
import { expect, test } from './test'

const EPOCHS = 4

test('a run goes on by itself after kill -9 of the server', async ({ browser }) => {
  test.setTimeout(900_000)
  const server = await AppServer.start()
  try {
    const data = join(server.folder, 'labels')
    await writeTrainingSet(data, 16)
    const options = { data, epochs: EPOCHS, batchSize: 8, imageSize: 64, patience: 0, optimizer: 'sgd', ema: 0 }
    const { id } = await server.api<{ id: string }>('/runs', { name: 'survivor', options })
    const run = () => server.api<RunInfo>(`/runs/${id}`)
    const events = async () => (await server.api<RunEventsPage>(`/runs/${id}/events`)).events

    // In the middle of the second epoch, when the first has been saved.
    await expect.poll(async () => (await run()).epoch, { timeout: 240_000 }).toBeGreaterThanOrEqual(2)
    const before = await run()
    expect(before.state).toBe('running')
    await server.crash()

    await server.launch()
    await expect
      .poll(async () => (await run()).state, { timeout: 120_000 })
      .toMatch(/^(interrupted|queued|preparing|running|done)$/)

    const context = await browser.newContext({ baseURL: server.url })
    await context.addCookies([{ name: 'lang', value: 'en', url: server.url }])
    const page = await context.newPage()
    await page.goto(`/runs/${id}`)
    await expect.poll(async () => (await run()).state, { timeout: 480_000 }).toBe('done')
    await expect(page.getByRole('link', { name: 'Detect with it' })).toBeVisible()
    await context.close()

    const end = await run()
    expect(end.epoch).toBe(EPOCHS)
    expect(end.bestModel).not.toBeNull()
    const all = await events()
    expect(all.map((event) => event.seq)).toEqual(all.map((_, i) => i + 1))
    const steps = all.flatMap((event) => (event.type === 'step' ? [event.step] : []))
    expect(steps).toEqual(Array.from({ length: end.steps }, (_, i) => i + 1))
    // It went on from the saved state and did not begin anew.
    expect(all.filter((event) => event.type === 'epoch')).toHaveLength(EPOCHS)

    expect((await server.api<SystemInfo>('/system')).running).toEqual([])
    const jobs = [
      ...(await server.api<RunInfo[]>('/runs')),
      ...(await server.api<BatchInfo[]>('/batches')),
      ...(await server.api<ExportInfo[]>('/exports')),
    ]
    expect(jobs.map((job) => job.state)).toEqual(['done'])
  } finally {
    await test.info().attach('server.log', { body: await server.log() })
    await server.close()
  }
})

test('batch and export in work go on or end after kill -9', async () => {
  test.setTimeout(900_000)
  const server = await AppServer.start()
  try {
    const pictures = await writePictures(join(server.folder, 'pictures'), 6)
    const batch = await server.send<{ id: string }>('/batches', await formOf(pictures, 'file'))
    const onnx = await server.api<{ id: string }>('/exports', { model: 'base', options: { width: 320, height: 320 } })
    await server.crash()
    await server.launch()
    const after = () => server.api<BatchInfo>(`/batches/${batch.id}`)
    await expect.poll(async () => (await after()).state, { timeout: 400_000 }).toBe('done')
    expect(await after()).toMatchObject({ total: 6, done: 6, failed: 0 })
    const state = async () => (await server.api<ExportInfo>(`/exports/${onnx.id}`)).state
    await expect.poll(state, { timeout: 400_000 }).toMatch(/^(done|failed|stopped)$/)
    expect((await server.api<SystemInfo>('/system')).running).toEqual([])
  } finally {
    await test.info().attach('server.log', { body: await server.log() })
    await server.close()
  }
})
