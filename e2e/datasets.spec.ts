import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetInfo } from '../server/datasets/schema'
import { writeTrainingSet } from './sample-data'
import { expect, test } from './test'

test('a dataset is added, looked at, checked again and deleted; its files stay', async ({ page, app }) => {
  const data = join(app.folder, 'looked-at')
  await writeTrainingSet(data)

  await page.goto('/datasets')
  await page.getByLabel('Training data directory').fill(data)
  await page.getByLabel('Training data directory').press('Enter')
  await page.waitForURL(/\/datasets\/\w+/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('looked-at')
  await expect(page.getByText('Ready')).toBeVisible()
  const id = page.url().split('/').at(-1)
  const { report } = await app.api<DatasetInfo>(`/datasets/${id}`)
  const pictures = page.locator('main figure')

  await test.step('every picture of a part, with its boxes', async () => {
    await expect(pictures).toHaveCount(Math.min(24, report?.train.images ?? 0))
    await expect(pictures.first().locator('polygon').first()).toBeAttached()
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(pictures).toHaveCount(Math.min(24, report?.test.images ?? 0))
  })

  await test.step('one opens large', async () => {
    await pictures.first().getByRole('button').click()
    const large = page.getByRole('dialog').locator('img')
    await expect.poll(() => large.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await expect(large).toHaveCount(0)
  })

  await test.step('a picture that has gone is found by the next check', async () => {
    const { images } = await app.api<{ images: { name: string }[] }>(`/datasets/${id}/images?split=train&limit=1`)
    await rm(join(data, images[0].name))
    await page.getByRole('button', { name: 'Check again' }).click()
    await expect(page.locator('main code', { hasText: 'train_list.txt' }).first()).toBeVisible()
  })

  await test.step('it leads to fine-tuning', async () => {
    await page.getByRole('link', { name: 'Fine-tune with it' }).click()
    await expect(page.getByRole('button', { name: 'Next: settings' })).toBeEnabled()
    await page.goBack()
  })

  await test.step('deleted, it is gone from the list and the folder stays', async () => {
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete dataset' }).click()
    await page.waitForURL(/\/datasets$/)
    await expect(page.locator(`a[href="/datasets/${id}"]`)).toHaveCount(0)
    const again = await app.api<{ id: string }>('/datasets', { path: data })
    expect(again.id).toBeTruthy()
    await page.goto(`/datasets/${id === again.id ? 'never-there' : id}`)
    await expect(page.getByRole('heading', { name: 'No such dataset' })).toBeVisible()
  })
})
