import { cp, readdir, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { projectFolder } from '../detector/export/project'
import type { BatchInfo, BatchItemInfo } from './batches/schema'
import type { DatasetImage, DatasetInfo } from './datasets/schema'
import type { ModelInfo } from './models/schema'
import type { RunEventsPage, RunInfo } from './runs/schema'
import { startTestServer, type TestServer, testFolder } from './testing/test-server'

let server: TestServer
beforeAll(async () => {
  const project = projectFolder()!
  // Relative paths in rows begin at the project's folder: here is one with the old data in it.
  const folder = await testFolder()
  await cp(join(project, 'fixtures', 'first-version'), folder, { recursive: true })
  for (const name of ['prisma', 'models', 'package.json']) await symlink(join(project, name), join(folder, name))
  server = await startTestServer({ root: folder }, folder)
})
afterAll(() => server.end())

it('shows the batch of the first version with its pictures and results', async () => {
  const [batch, ...others] = await server.json<BatchInfo[]>('/batches')
  expect(others).toEqual([])
  expect(batch).toMatchObject({ name: 'two pages', state: 'done', total: 2, done: 2, failed: 0, boxes: 6 })
  const { items } = await server.json<{ items: BatchItemInfo[] }>(`/batches/${batch.id}/items`)
  expect(items.map(({ name, state, boxes }) => [name, state, boxes])).toEqual([
    ['p1.png', 'done', 3],
    ['p2.png', 'done', 3],
  ])
  for (const { id } of items) {
    const result = await server.json<{ boxes: number[][] }>(`/batches/${batch.id}/items/${id}`)
    expect(result.boxes).toHaveLength(3)
    for (const what of ['picture', 'thumbnail']) {
      expect((await server.api(`/batches/${batch.id}/items/${id}/${what}`)).status).toBe(200)
    }
  }
  const zip = await server.api(`/batches/${batch.id}/zip`)
  expect((await zip.arrayBuffer()).byteLength).toBeGreaterThan(3000)
})

it('shows its run, dataset and models', async () => {
  const [run] = await server.json<RunInfo[]>('/runs')
  expect(run).toMatchObject({ name: 'one epoch', state: 'done', epoch: 1, steps: 1, best: { epoch: 1, hmean: 1 } })
  const { events } = await server.json<RunEventsPage>(`/runs/${run.id}/events`)
  const evaluated = events.flatMap((event) => (event.type === 'evaluated' ? [event] : []))
  expect(evaluated.map(({ epoch }) => epoch)).toEqual([0, 1])
  for (const { samples } of evaluated) {
    expect((await server.api(`/runs/${run.id}/samples/${basename(samples[0])}`)).status).toBe(200)
  }
  const models = await server.json<ModelInfo[]>('/models')
  expect(models.map(({ kind }) => kind).sort()).toEqual(['base', 'best', 'final'])
  expect(models.filter(({ missing }) => missing)).toEqual([])
  expect(models.filter(({ id }) => id === run.bestModel || id === run.finalModel)).toHaveLength(2)
  const [dataset] = await server.json<DatasetInfo[]>('/datasets')
  expect(dataset).toMatchObject({ id: run.dataset.id, name: 'small', state: 'ready', runs: 1, report: { ok: true } })
  const { images } = await server.json<{ images: DatasetImage[] }>(`/datasets/${dataset.id}/images`)
  expect(images.map(({ boxes }) => boxes.length)).toEqual([3, 3])
})

it('has copied the database before it changed it', async () => {
  const copies = (await readdir(join(server.folder, 'data'))).filter((name) => name.startsWith('app.db.before-'))
  expect(copies).toHaveLength(1)
})
