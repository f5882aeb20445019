import { join } from 'node:path'
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { writeTinySet } from '../fixtures/training/tiny-set'
import { type Content, fillServer, pagesOf } from './content'
import { SAMPLES, samplePath } from './sample-data'
import { expect, test } from './test'

/** Any two of language, theme and width meet in one of these. */
const LOOKS = [
  { lang: 'en', theme: 'light', width: 1440, height: 900 },
  { lang: 'zh', theme: 'dark', width: 1440, height: 900 },
  { lang: 'zh', theme: 'light', width: 390, height: 844 },
  { lang: 'en', theme: 'dark', width: 390, height: 844 },
] as const
const NARROW = 360
const FIRST_LOAD_LIMIT = 250_000

let content: Content
test.beforeAll(async ({ app }) => {
  test.setTimeout(900_000)
  const data = join(app.folder, 'tiny')
  await writeTinySet(data, 16)
  content = await fillServer(app, {
    picture: samplePath('form'),
    pictures: SAMPLES.slice(0, 3).map(samplePath),
    data,
    training: { epochs: 2, batchSize: 8, imageSize: 64 },
    exportSize: 320,
  })
})

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
      resultTypes: ['violations'],
    })
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
  })
  return found
}

/** Pixels that the page can be moved sideways. */
const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

for (const { lang, theme, width, height } of LOOKS) {
  test(`every page in ${lang}, ${theme}, ${width} pixels`, async ({ page, context, app }) => {
    test.setTimeout(600_000)
    await context.addCookies([
      { name: 'lang', value: lang, url: app.url },
      { name: 'theme', value: theme, url: app.url },
    ])
    await page.setViewportSize({ width, height })
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(String(error)))

    for (const { name, path, ready } of pagesOf(content)) {
      await test.step(name, async () => {
        await page.goto(path)
        await expect(page.locator(ready).first()).toBeVisible()
        await expect(page.locator('html')).toHaveAttribute('lang', lang === 'zh' ? 'zh-CN' : 'en')
        expect.soft(await seriousFindings(page), `${name}: axe`).toEqual([])
        expect.soft(await overhang(page), `${name}: sideways at ${width}`).toBe(0)
        if (width < 1000) {
          await page.setViewportSize({ width: NARROW, height: 740 })
          expect.soft(await overhang(page), `${name}: sideways at ${NARROW}`).toBe(0)
          await page.setViewportSize({ width, height })
        }
        expect.soft(errors.splice(0), `${name}: console`).toEqual([])
      })
    }
  })
}

test('the first page comes in the language that the browser asks for', async ({ request }) => {
  for (const [asked, lang] of [
    ['en-GB,en;q=0.9', 'en'],
    ['zh-TW,en;q=0.5', 'zh-CN'],
    ['fr-FR', 'zh-CN'],
  ]) {
    for (const path of ['/', '/login', '/nowhere']) {
      const page = await request.get(path, { headers: { 'Accept-Language': asked } })
      expect(await page.text()).toContain(`<html lang="${lang}"`)
    }
  }
  const chosen = await request.get('/', { headers: { 'Accept-Language': 'en', Cookie: 'lang=zh' } })
  expect(await chosen.text()).toContain('<html lang="zh-CN"')
})

test('language and theme can be switched and are remembered', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Switch language' }).click()
  await expect(page.getByRole('link', { name: '批量检测' }).first()).toBeVisible()
  const html = page.locator('html')
  const before = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  await page.getByRole('button', { name: '切换深浅色' }).click()
  await expect
    .poll(() => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor))
    .not.toBe(before)
  const theme = await html.getAttribute('data-theme')
  await page.reload()
  await expect(html).toHaveAttribute('data-theme', theme ?? '')
  await expect(html).toHaveAttribute('lang', 'zh-CN')
})

test('the first load stays small', async ({ page }) => {
  const scripts: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.sizes().then((sizes) => sizes.responseBodySize))
  })
  await page.goto('/', { waitUntil: 'load' })
  await expect(page.getByTestId('sample').first()).toBeVisible()
  const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0)
  test.info().annotations.push({ type: 'compressed JavaScript', description: `${Math.round(bytes / 1000)} kB` })
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(FIRST_LOAD_LIMIT)
})
