import { join } from 'node:path'
import type { BatchInfo } from '../server/api/schemas'
import { readZip } from './read-zip'
import { writePictures } from './sample-data'
import { expect, test } from './test'

const COUNT = 60

test('sixty pictures: progress, reload in the middle, all results as zip', async ({ page, app }) => {
  test.setTimeout(900_000)
  const pictures = await writePictures(join(app.folder, 'pictures'), COUNT)
  await page.goto('/batches')
  await page.getByTestId('files').setInputFiles(pictures)
  await page.waitForURL(/\/batches\/\w+/)
  const id = page.url().split('/').at(-1)
  const batch = () => app.api<BatchInfo>(`/batches/${id}`)

  // The upload is done, detection is on its way.
  await expect.poll(async () => (await batch()).open).toBe(false)
  await expect.poll(async () => (await batch()).done).toBeGreaterThan(2)
  await expect(page.getByRole('heading', { name: /^(Detecting \d+ of 60|Done: 60 pictures)$/ })).toBeVisible()
  const before = await batch()

  await page.reload()
  await expect(page.getByRole('heading', { name: /^(Detecting \d+ of 60|Done: 60 pictures)$/ })).toBeVisible()
  expect((await batch()).done).toBeGreaterThanOrEqual(before.done)

  await expect(page.getByRole('heading', { name: 'Done: 60 pictures' })).toBeVisible({ timeout: 800_000 })
  await expect(page.locator('.gal > li')).toHaveCount(COUNT)
  const end = await batch()
  expect(end).toMatchObject({ state: 'done', total: COUNT, done: COUNT, failed: 0 })
  expect(end.boxes).toBeGreaterThan(COUNT)

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download all' }).click()
  const files = await readZip(await (await download).path())
  const named = (pattern: RegExp) => [...files.keys()].filter((name) => pattern.test(name))
  expect(named(/^outputs_\d{14}[^/]*\/visualization\/picture-\d{3}\.png$/)).toHaveLength(COUNT)
  const results = named(/^outputs_\d{14}[^/]*\/json\/picture-\d{3}\.json$/)
  expect(results).toHaveLength(COUNT)
  expect(JSON.parse(files.get(results[0])?.toString() ?? '')).toMatchObject({ success: true })
  const [table] = named(/results\.csv$/)
  expect(files.get(table)?.toString().trim().split('\n')).toHaveLength(COUNT + 1)

  await page.goto('/batches')
  await expect(page.getByRole('row').filter({ hasText: 'Done' })).toHaveCount(1)
})
