import { join } from 'node:path'
import type { BatchInfo, ExportInfo, RunEventsPage, RunInfo, SystemInfo } from '../server/api/schemas'
import { AppServer } from './app-server'
import { writeTrainingSet } from './sample-data'
import { expect, test } from './test'

const EPOCHS = 6

test('a run goes on by itself after kill -9 of the server', async ({ browser }) => {
  test.setTimeout(900_000)
  const server = await AppServer.start()
  try {
    const data = join(server.folder, 'labels')
    await writeTrainingSet(data, 32, 2)
    const options = { data, epochs: EPOCHS, batchSize: 8, imageSize: 64, patience: 0 }
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
    await server.close()
  }
})

test('batch and export in work are not left behind as running', async () => {
  const server = await AppServer.start()
  try {
    const made = await server.api<{ id: string }>('/exports', { model: 'base', options: { width: 320, height: 320 } })
    const batch = await server.api<{ id: string }>('/batches', { model: 'base', settings: {} })
    await server.crash()
    await server.launch()
    const state = async () => (await server.api<ExportInfo>(`/exports/${made.id}`)).state
    await expect.poll(state, { timeout: 240_000 }).toMatch(/^(done|failed|stopped|interrupted)$/)
    expect(['running', 'preparing']).not.toContain((await server.api<BatchInfo>(`/batches/${batch.id}`)).state)
    await expect.poll(async () => (await server.api<SystemInfo>('/system')).running).toEqual([])
  } finally {
    await server.close()
  }
})
