import { writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { openPage } from './open-page'
import { realPicture, samplePath } from './sample-data'
import { expect, test } from './test'

const shownBoxes = (page: Page) => page.getByTestId('boxes').locator('g[data-i]:not([data-off])')
const listRows = (page: Page) => page.locator('[data-row]')

/** Picture, overlay, list and summary tell of the same boxes. @returns how many */
async function expectBoxes(page: Page): Promise<number> {
  let kept = 0
  await expect(async () => {
    kept = Number(await page.getByTestId('kept').innerText({ timeout: 1000 }))
    expect(kept).toBeGreaterThan(0)
    expect(await shownBoxes(page).count()).toBe(kept)
    expect(await listRows(page).count()).toBe(kept)
  }).toPass({ timeout: 120_000 })
  return kept
}

async function upload(page: Page, path: string): Promise<void> {
  await openPage(page)
  await page.getByTestId('file').setInputFiles(path)
}

test('an uploaded picture gets boxes in overlay, list and JSON', async ({ page }) => {
  await upload(page, samplePath('receipt'))
  const kept = await expectBoxes(page)
  expect(kept).toBeGreaterThan(10)

  await listRows(page).nth(2).hover()
  await expect(page.getByTestId('boxes').locator('g[data-on]')).toHaveCount(1)

  await page.getByRole('button', { name: 'JSON coordinates' }).click()
  const text = await page.getByRole('region', { name: 'JSON coordinates' }).locator('pre').innerText()
  const result = JSON.parse(text)
  for (const key of ['image_path', 'texts', 'boxes', 'scores', 'success', 'inference_time'])
    expect(result).toHaveProperty(key)
  expect(result.image_path).toBe('receipt.jpg')
  expect(result.success).toBe(true)
  expect(result.boxes).toHaveLength(kept)
  expect(result.texts).toHaveLength(kept)
  expect(result.scores).toHaveLength(kept)
  for (const box of result.boxes) expect(box).toHaveLength(8)

  await page.reload()
  await expect(shownBoxes(page)).toHaveCount(kept)
})

test('a real photograph gets boxes', async ({ page }) => {
  const photograph = await realPicture()
  test.skip(photograph === undefined, 'the real sets are not here')
  await upload(page, photograph ?? '')
  await expectBoxes(page)
})

test('the threshold changes the count without asking the server', async ({ page }) => {
  await upload(page, samplePath('form'))
  const before = await expectBoxes(page)
  const asked: string[] = []
  page.on('request', (request) => /\/api\/(detect|results)/.test(request.url()) && asked.push(request.url()))

  const slider = page.getByRole('slider', { name: 'Threshold' })
  await slider.focus()
  await slider.press('End')
  await expect(page.getByTestId('threshold')).toHaveText('1.00')
  await expect(page.getByTestId('kept')).toHaveText('0')
  await expect(shownBoxes(page)).toHaveCount(0)

  await slider.press('Home')
  await expect(page.getByTestId('threshold')).toHaveText('0.00')
  const all = await expectBoxes(page)
  expect(all).toBeGreaterThanOrEqual(before)
  expect(asked).toEqual([])
})

test('a text renamed to .jpg gets a clear message', async ({ page }, info) => {
  const path = info.outputPath('letter.jpg')
  await writeFile(path, 'Dear reader, this is no picture.')
  await upload(page, path)
  const results = page.getByRole('complementary', { name: 'Results' })
  await expect(results.getByText(/not supported|check the image format/i)).toBeVisible()
  await expect(page.getByText(/internal|fault/i)).toHaveCount(0)

  // The page goes on working.
  await upload(page, samplePath('label'))
  await expectBoxes(page)
})

test('a click on a sample detects it', async ({ page }) => {
  await openPage(page)
  await page.getByTestId('sample').nth(1).click()
  await expectBoxes(page)
  await expect(page.locator('aside').first()).toContainText('shop-sign.jpg')
})
