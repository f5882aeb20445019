import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { openPage } from './open-page'
import { samplePath } from './sample-data'
import { expect, test } from './test'

const overlay = (page: Page) => page.getByTestId('boxes').first()
const kept = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('kept').innerText({ timeout: 120_000 }))

test('a pasted picture is detected', async ({ page }) => {
  await openPage(page)
  const bytes = (await readFile(samplePath('label'))).toString('base64')
  await page.evaluate((base64) => {
    const data = new DataTransfer()
    const content = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
    data.items.add(new File([content], 'pasted.jpg', { type: 'image/jpeg' }))
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, bytes)
  await expect(page.locator('aside').first()).toContainText('pasted.jpg')
  await expect.poll(() => kept(page), { timeout: 120_000 }).toBeGreaterThan(0)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the camera is asked for, and two fingers zoom the picture', async ({ page }) => {
    await openPage(page)
    const camera = page.getByLabel('Take photo').and(page.locator('input'))
    await expect(camera).toHaveAttribute('capture', 'environment')
    await camera.setInputFiles(samplePath('receipt'))
    await expect.poll(() => kept(page), { timeout: 120_000 }).toBeGreaterThan(0)

    const before = await overlay(page).boundingBox()
    if (!before) throw new Error('no overlay')
    const [x, y] = [before.x + before.width / 2, before.y + Math.min(before.height, 500) / 2]
    const session = await page.context().newCDPSession(page)
    const fingers = (apart: number) => [
      { x: x - apart, y, id: 1 },
      { x: x + apart, y, id: 2 },
    ]
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(20) })
    for (let apart = 25; apart <= 60; apart += 5)
      await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) })
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await expect.poll(async () => (await overlay(page).boundingBox())?.width ?? 0).toBeGreaterThan(before.width * 1.8)
    // The page itself stays as it is.
    expect(await page.evaluate(() => globalThis.visualViewport?.scale)).toBe(1)
  })
})
