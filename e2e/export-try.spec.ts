import type { Page, Response } from '@playwright/test'
import type { ExportInfo } from '../server/exports/schema'
import { samplePath } from './sample-data'
import { expect, test } from './test'

const shown = (page: Page) => page.getByTestId('boxes').locator('g[data-i]')
const policy = (response: Response | null): string => response?.headers()['content-security-policy'] ?? ''

let exported: ExportInfo
test.beforeAll(async ({ app }) => {
  test.setTimeout(300_000)
  const { id } = await app.api<{ id: string }>('/exports', { model: 'base', options: { width: 320, height: 320 } })
  await expect
    .poll(
      async () => {
        exported = await app.api<ExportInfo>(`/exports/${id}`)
        return exported.state
      },
      { timeout: 240_000 },
    )
    .toBe('done')
})

test('an export is tried in the browser: a sample, a picture of one’s own, the threshold', async ({ page, app }) => {
  test.setTimeout(300_000)
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(String(error)))
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))

  const before = await page.goto(`/export?export=${exported.id}`)
  expect(policy(before)).not.toContain('wasm-unsafe-eval')
  await page.getByRole('link', { name: 'Try it in this browser' }).click()
  await page.waitForURL(`**/export/${exported.id}/try`)
  await expect(page.getByTestId('backend')).toHaveText(/WebGPU|WebAssembly, \d+ threads?/, { timeout: 120_000 })
  await expect(page.getByTestId('input')).toHaveText('320 × 320')

  await page.getByTestId('sample').first().click()
  await expect(page.getByTestId('found')).toHaveText(/^[1-9]\d*$/, { timeout: 120_000 })
  await expect(page.getByTestId('time')).toHaveText(/\d m?s/)
  const found = Number(await page.getByTestId('found').textContent())
  expect(await shown(page).count()).toBe(found)
  expect(found).toBeGreaterThan(5)

  await page.getByRole('slider', { name: 'Threshold' }).fill('1')
  await expect(page.getByTestId('kept')).toHaveText('0')

  await page.getByRole('button', { name: 'Another picture' }).click()
  await page.getByTestId('file').setInputFiles(samplePath('label'))
  await expect(page.getByTestId('found')).toHaveText(/^[1-9]\d*$/, { timeout: 120_000 })

  await page.getByRole('button', { name: 'Another picture' }).click()
  await page.getByTestId('file').setInputFiles({ name: 'no.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') })
  await expect(page.getByRole('alert').filter({ hasText: 'The browser cannot read this picture.' })).toBeVisible()

  // Nothing but this server was asked, and the picture was not sent anywhere.
  expect(asked.filter((url) => !url.startsWith(app.url) && !url.startsWith('blob:'))).toEqual([])
  expect(errors).toEqual([])
})

test('only the page to try an export may compile WebAssembly', async ({ page, request }) => {
  const answer = await page.goto(`/export/${exported.id}/try`)
  expect(policy(answer)).toContain("'wasm-unsafe-eval'")
  expect(policy(answer)).not.toContain("'unsafe-eval'")
  expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true)
  await page.getByRole('link', { name: 'Back to ONNX export' }).click()
  await page.waitForURL(/\/export\?export=/)
  const compile = () =>
    page.evaluate(() => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(String))
  await expect(compile()).rejects.toThrow(/Content Security Policy|unsafe-eval/)

  for (const name of ['..%2fpackage.json', '../package.json', 'ort.all.min.js', ''])
    expect([400, 404], name).toContain((await request.get(`/onnxruntime/${name}`, { maxRedirects: 0 })).status())
})

test('an export that is gone says so', async ({ page }) => {
  await page.goto('/export/exp_none/try')
  await expect(page.getByRole('alert').filter({ hasText: 'This file does not run in the browser' })).toBeVisible()
})
