import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatchInfo } from '../server/batches/schema'
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
  await expect(page.getByTestId('gallery').getByRole('listitem')).toHaveCount(COUNT)
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

test('a folder with subfolders: the broken picture fails alone and is tried again', async ({ page, app }) => {
  test.setTimeout(600_000)
  const folder = join(app.folder, 'scans')
  await writePictures(join(folder, 'monday'), 2)
  await mkdir(join(folder, 'tuesday'), { recursive: true })
  await writeFile(join(folder, 'tuesday', 'broken.jpg'), 'Dear reader, this is no picture.')
  await page.goto('/batches')
  await page.locator('input[webkitdirectory]').setInputFiles(folder)
  await page.waitForURL(/\/batches\/\w+/)
  const id = page.url().split('/').at(-1)
  const batch = () => app.api<BatchInfo>(`/batches/${id}`)
  await expect.poll(async () => (await batch()).state, { timeout: 300_000 }).toBe('done')
  expect(await batch()).toMatchObject({ total: 3, done: 2, failed: 1 })
  const failed = page.getByTestId('gallery').getByRole('listitem').filter({ hasText: 'broken.jpg' })
  await expect(failed).toContainText(/not supported|check the image format/i)

  const asked = page.waitForResponse((r) => r.url().endsWith('/retry') && r.ok())
  await page.getByRole('button', { name: 'Retry 1 failed' }).click()
  await asked
  await expect.poll(async () => (await batch()).state, { timeout: 120_000 }).toBe('done')
  expect(await batch()).toMatchObject({ total: 3, done: 2, failed: 1 })
})

test('the rest of a batch is cancelled, what is done stays, and it goes on when asked', async ({ page, app }) => {
  test.setTimeout(600_000)
  const pictures = await writePictures(join(app.folder, 'many'), 30)
  await page.goto('/batches')
  await page.getByTestId('files').setInputFiles(pictures)
  await page.waitForURL(/\/batches\/\w+/)
  const id = page.url().split('/').at(-1)
  const batch = () => app.api<BatchInfo>(`/batches/${id}`)
  await expect.poll(async () => (await batch()).done, { timeout: 120_000 }).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Cancel the rest' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the rest' }).click()
  await expect(page.getByRole('heading', { name: /^Cancelled after \d+ of 30$/ })).toBeVisible()
  const stopped = await batch()
  expect(stopped.done).toBeGreaterThan(0)
  expect(stopped.done).toBeLessThan(30)

  await page.getByRole('button', { name: `Go on with the other ${30 - stopped.done}` }).click()
  await expect(page.getByRole('heading', { name: 'Done: 30 pictures' })).toBeVisible({ timeout: 300_000 })
  expect(await batch()).toMatchObject({ state: 'done', done: 30, failed: 0 })
})
