import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeSampleData } from '../testing/sample-data'
import { startTestServer, type TestServer, until } from '../testing/test-server'
import { datasetPlace } from './dataset-files'
import type { DatasetInfo } from './schema'

const checked = (server: TestServer, id: string): Promise<DatasetInfo> =>
  until(
    () => server.json<DatasetInfo>(`/datasets/${id}`),
    ({ state }) => state !== 'checking',
  )

it('a check during which two servers ended is given up, until somebody asks for it', async () => {
  const first = await startTestServer()
  const path = join(first.folder, 'words')
  await writeSampleData(path)
  const { id } = await first.post<{ id: string }>('/datasets', { path })
  expect(await checked(first, id)).toMatchObject({ state: 'ready' })
  const starts = join(datasetPlace({ dataDir: join(first.folder, 'data') }, id), 'check-starts')
  /** As a server leaves it that was killed while it checked for the `n`th time. */
  const killed = async (server: TestServer, n: number): Promise<void> => {
    await server.context.db.dataset.update({ where: { id }, data: { state: 'checking' } })
    await server.close()
    await writeFile(starts, String(n))
  }
  await killed(first, 1)
  const second = await startTestServer({}, first.folder)
  expect(await checked(second, id)).toMatchObject({ state: 'ready' })
  await killed(second, 2)
  const third = await startTestServer({}, first.folder)
  try {
    expect(await checked(third, id)).toMatchObject({ state: 'failed', error: { code: 'task-given-up' } })
    await third.post(`/datasets/${id}/check`, {})
    expect(await checked(third, id)).toMatchObject({ state: 'ready' })
    expect(existsSync(starts)).toBe(false)
  } finally {
    await third.end()
  }
})
