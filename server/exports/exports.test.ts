import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { asJsonPost, errorCode, startTestServer, type TestServer, until } from '../testing/test-server'
import type { ExportInfo } from './schema'

vi.setConfig({ testTimeout: 300_000 })
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.end())

const begin = (options: object): Promise<{ id: string }> => server.post('/exports', { model: 'base', options })
const ended = (id: string): Promise<ExportInfo> =>
  until(
    () => server.json<ExportInfo>(`/exports/${id}`),
    ({ state }) => ['done', 'failed', 'stopped'].includes(state),
    250,
  )

it('exports a model that is checked, offered under the name of the original, and cancelled when asked', async () => {
  const first = await begin({ width: 320, height: 320 })
  const waiting = await begin({ width: 640, height: 640 })
  await server.post(`/exports/${waiting.id}/cancel`, {})
  const done = await ended(first.id)
  expect(done).toMatchObject({ state: 'done', share: 1, file: 'model_320x320.onnx', error: null })
  expect(done.inputs.map(({ name }) => name)).toEqual(['input'])
  expect(done.outputs.map(({ name }) => name)).toEqual(['boxes', 'scores', 'probability'])
  expect(done.checks.length).toBeGreaterThan(2)
  expect(done.checks.every(({ ok }) => ok)).toBe(true)
  const file = await server.api(`/exports/${first.id}/file`)
  expect(file.headers.get('content-disposition')).toContain('filename="model_320x320.onnx"')
  expect((await file.arrayBuffer()).byteLength).toBe(done.size)
  expect((await server.api(`/exports/${first.id}/report`)).status).toBe(200)
  expect(await ended(waiting.id)).toMatchObject({ state: 'stopped', file: null })
  const missing = await server.api(`/exports/${waiting.id}/file`)
  expect([missing.status, await errorCode(missing)]).toEqual([409, 'state-refused'])
  expect((await server.api(`/exports/${first.id}`, { method: 'DELETE' })).status).toBe(204)
})

it('refuses options that do not go together before anything starts', async () => {
  const answer = await server.api('/exports', asJsonPost({ model: 'base', options: { dynamic: true } }))
  expect([answer.status, await errorCode(answer)]).toEqual([400, 'option-conflict'])
})
