import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { RunEvent } from '../detector/training/events'
import type { ModelInfo } from '../server/models/schema'
import type { RunEventsPage, RunInfo } from '../server/runs/schema'
import { samplePath, writeTrainingSet } from './sample-data'
import { expect, test } from './test'

const NAME = 'labels, two epochs'

/** Steps that the loss chart knows, from its table for screen readers. */
async function chartSteps(page: Page): Promise<number[]> {
  const cells = page.getByRole('table', { name: 'Training loss' }).locator('tbody th')
  return (await cells.allInnerTexts()).map(Number)
}

const lastChartStep = async (page: Page): Promise<number> => (await chartSteps(page)).at(-1) ?? 0

function expectWhole(events: readonly RunEvent[]): void {
  expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
}

const textOf = (event: RunEvent): string[] => (event.type === 'log' ? [event.message] : [])

test('fine-tune, watch, reload, detect with it, export, run the file', async ({ page, app, browser }) => {
  test.setTimeout(900_000)
  const data = join(app.folder, 'labels')
  await writeTrainingSet(data)

  await test.step('data and settings', async () => {
    await page.goto('/train')
    // As people type it: the server spells it without the slash, and leaving the field changes nothing.
    await page.getByLabel('Training data directory').fill(`${data}/`)
    await page.getByLabel('Training data directory').press('Enter')
    const next = page.getByRole('button', { name: 'Next: settings' })
    await expect(next).not.toHaveAttribute('aria-disabled', 'true')
    await next.click()
    await page.getByLabel('Batch size', { exact: false }).fill('8')
    await page.getByLabel('Epochs', { exact: true }).fill('2')
    await page.getByLabel('Image size').fill('64')
    await page.getByLabel('Name (optional)').fill(NAME)
    await page.getByLabel('Learning rate').fill('0.005')
    await page.getByLabel('Learning rate').press('Enter')
    await expect(page.getByTestId('command')).toContainText('--lr 0.005 ')
    const proposed = page.getByRole('list', { name: 'Suggested' }).getByRole('listitem').filter({ hasText: 'AdamW' })
    await proposed.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByTestId('command')).toContainText('--lr 0.0005 ')
    await expect(proposed).toHaveCount(0)
    await page.getByRole('button', { name: 'Start training' }).click()
    await page.waitForURL(/\/runs\/\w+/)
  })
  const id = page.url().split('/').at(-1)
  const run = () => app.api<RunInfo>(`/runs/${id}`)
  const events = () => app.api<RunEventsPage>(`/runs/${id}/events`)
  const log = page.getByRole('log', { name: 'Training log' })

  await test.step('the chart moves and log lines come', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAME)
    await expect.poll(() => lastChartStep(page), { timeout: 240_000 }).toBeGreaterThan(0)
    const first = await lastChartStep(page)
    await expect.poll(() => lastChartStep(page), { timeout: 240_000 }).toBeGreaterThan(first)
    await expect(log).toContainText(/step: +1, epoch: +1, loss: \d/)
  })

  await test.step('a reload in its middle loses nothing', async () => {
    const known = await events()
    expect(known.lastSeq).toBeGreaterThan(0)
    await page.reload()
    const steps = known.events.flatMap((event) => (event.type === 'step' ? [event.step] : []))
    await expect.poll(() => chartSteps(page)).toEqual(expect.arrayContaining(steps))
    for (const line of known.events.flatMap(textOf)) await expect(log).toContainText(line.trim())
  })

  const second = await browser.newContext({ baseURL: app.url })
  const other = await second.newPage()
  await test.step('a second browser sees the same run', async () => {
    await second.addCookies([{ name: 'lang', value: 'en', url: app.url }])
    await other.goto(`/runs/${id}`)
    await expect(other.getByRole('heading', { level: 1 })).toHaveText(NAME)
    await expect.poll(() => chartSteps(other)).toEqual(expect.arrayContaining(await chartSteps(page)))
  })

  await test.step('both see its end', async () => {
    await expect.poll(async () => (await run()).state, { timeout: 480_000 }).toBe('done')
    for (const view of [page, other]) await expect(view.getByRole('link', { name: 'Detect with it' })).toBeVisible()
    const all = await events()
    expectWhole(all.events)
    expect((await run()).options).toMatchObject({ optimizer: 'auto', lr: 0.0005, ema: 0.98 })
    expect(all.events.flatMap(textOf).join()).toContain('AdamW (by the learning rate), learning rate 0.0005')
    expect(all.events.at(-1)?.seq).toBe(all.lastSeq)
    const steps = all.events.flatMap((event) => (event.type === 'step' ? [event.step] : []))
    expect(steps).toEqual(steps.map((_, i) => i + 1))
    expect(steps).toHaveLength((await run()).steps)
    for (const view of [page, other]) expect(await chartSteps(view)).toEqual(steps)
    await second.close()
  })

  await test.step('the best model stands under models, and detects', async () => {
    await page.goto('/models')
    const row = page.getByRole('row').filter({ hasText: NAME }).filter({ hasText: 'Best' })
    await expect(row).toHaveCount(1)
    await row.getByRole('link', { name: 'Detect with it' }).click()
    const best = (await run()).bestModel
    await expect(page).toHaveURL(new RegExp(`model=${best}`))
    const answer = page.waitForResponse((response) => response.url().endsWith('/api/detect'))
    await page.getByTestId('file').setInputFiles(samplePath('label'))
    const result = await (await answer).json()
    const model = (await app.api<ModelInfo[]>('/models')).find((m) => m.id === best)
    expect(result.model.sha256).toBe(model?.sha256)
    await expect(page.getByTestId('kept')).toBeVisible()
  })

  const file = await test.step('export at 320 x 320', async () => {
    await page.goto(`/runs/${id}`)
    await page.getByRole('link', { name: 'Export ONNX' }).click()
    await page.waitForURL(/\/export\?model=/)
    for (const side of ['Input height', 'Input width']) {
      const field = page.getByRole('textbox', { name: side })
      await field.fill('320')
      await field.press('Enter')
    }
    await page.getByRole('button', { name: 'Export ONNX' }).click()
    const link = page.getByRole('link', { name: 'Download ONNX' }).first()
    await expect(link).toBeVisible({ timeout: 240_000 })
    const download = page.waitForEvent('download')
    await link.click()
    expect((await download).suggestedFilename()).toBe('model_320x320.onnx')
    return readFile(await (await download).path())
  })

  await test.step('the file runs', async () => {
    const session = await InferenceSession.create(file)
    const [input] = session.inputNames
    const grey = new Float32Array(3 * 320 * 320).fill(0.5)
    const found = await session.run({ [input]: new Tensor('float32', grey, [1, 3, 320, 320]) })
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['boxes', 'scores']))
    const count = found.boxes.dims[0]
    expect(found.boxes.dims).toEqual([count, 4, 2])
    expect(found.scores.dims).toEqual([count])
    await session.release()
  })
})
