import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { RunInfo } from '../runs/schema'
import { writeSampleData } from '../testing/sample-data'
import { errorCode, startTestServer, type TestServer } from '../testing/test-server'
import type { ModelInfo } from './schema'

vi.setConfig({ testTimeout: 60_000 })
let server: TestServer
beforeAll(async () => {
  // Runs wait and never begin: their states are what counts here.
  server = await startTestServer({ parallelRuns: 0 })
  await writeSampleData(join(server.folder, 'words'))
})
afterAll(() => server.end())

it('keeps the starting model of a run that can go on, paused or not', async () => {
  const path = join(server.folder, 'own.pth')
  await copyFile(join(server.context.config.root, 'models', 'base', 'base.pth'), path)
  const model = await server.context.models.import({ path, name: 'own.pth' })
  const options = { data: join(server.folder, 'words'), model: model.id }
  const { id } = await server.post<{ id: string }>('/runs', { options })
  const remove = async () => {
    const answer = await server.api(`/models/${model.id}?force=true`, { method: 'DELETE' })
    return answer.ok ? answer.status : errorCode(answer)
  }
  expect(await remove()).toBe('model-protected')
  await server.post(`/runs/${id}/pause`, {})
  expect((await server.json<RunInfo>(`/runs/${id}`)).state).toBe('paused')
  expect(await remove()).toBe('model-protected')
  expect(await server.json<ModelInfo>(`/models/${model.id}`)).toMatchObject({ blocked: 'in-use', deletable: false })
  expect(await server.post(`/runs/${id}/resume`, {})).toMatchObject({ state: 'queued' })
  await server.post(`/runs/${id}/stop`, {})
  expect(await remove()).toBe(204)
})
