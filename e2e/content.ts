import type { Page } from '@playwright/test'
import type { BatchInfo } from '../server/batches/schema'
import type { DatasetInfo } from '../server/datasets/schema'
import type { Detection } from '../server/detections/schema'
import type { ExportInfo } from '../server/exports/schema'
import type { RunInfo } from '../server/runs/schema'
import type { AppServer } from './app-server'
import { formOf } from './sample-data'

/** Ids of what a server holds after {@link fillServer}. */
export interface Content {
  result: string
  batch: string
  dataset: string
  run: string
  onnx: string
}

interface Wishes {
  /** Picture of the single detection. */
  picture: string
  pictures: readonly string[]
  /** A directory in ICDAR2015 layout. */
  data: string
  training: Record<string, number | string>
  exportSize: number
  runName?: string
}

const PATIENCE_MS = 20 * 60_000

async function settled<T extends { state: string; error?: unknown }>(
  app: AppServer,
  path: string,
  good: string,
): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const now = await app.api<T>(path)
    if (now.state === good) return now
    if (['failed', 'invalid', 'stopped'].includes(now.state) || Date.now() > end)
      throw new Error(`${path}: ${now.state} ${JSON.stringify(now.error)}`)
    await new Promise((done) => setTimeout(done, 300))
  }
}

/** Starts what takes long, and what {@link finishContent} waits for. */
export async function beginContent(app: AppServer, wishes: Wishes): Promise<Content> {
  const { id: dataset } = await app.api<{ id: string }>('/datasets', { path: wishes.data })
  await settled<DatasetInfo>(app, `/datasets/${dataset}`, 'ready')
  const { id: run } = await app.api<{ id: string }>('/runs', {
    dataset,
    options: wishes.training,
    ...(wishes.runName && { name: wishes.runName }),
  })
  const { resultId } = await app.send<Detection>('/detect', await formOf([wishes.picture], 'image'))
  const { id: batch } = await app.send<{ id: string }>('/batches', await formOf(wishes.pictures, 'file'))
  const options = { width: wishes.exportSize, height: wishes.exportSize }
  const { id: onnx } = await app.api<{ id: string }>('/exports', { model: 'base', options })
  return { result: resultId ?? '', batch, dataset, run, onnx }
}

export async function finishContent(app: AppServer, content: Content): Promise<void> {
  await settled<BatchInfo>(app, `/batches/${content.batch}`, 'done')
  await settled<ExportInfo & { error: unknown }>(app, `/exports/${content.onnx}`, 'done')
  await settled<RunInfo & { error: unknown }>(app, `/runs/${content.run}`, 'done')
}

/** Fills a server with one of everything: a detection, a batch, a data set, a finished run, an export. */
export async function fillServer(app: AppServer, wishes: Wishes): Promise<Content> {
  const content = await beginContent(app, wishes)
  await finishContent(app, content)
  return content
}

export interface PageVisit {
  name: string
  path: string
  /** CSS of something that is there when the page shows its content. */
  ready: string
  /** Brings it into a state: opens, lights up. */
  act?(page: Page): Promise<void>
}

/** Every page, with content where it has some. */
export function pagesOf({ result, batch, dataset, run, onnx }: Content): PageVisit[] {
  return [
    { name: 'single-empty', path: '/', ready: '[data-testid=sample]' },
    { name: 'single', path: `/?result=${result}`, ready: '[data-row="0"]' },
    { name: 'batches', path: '/batches', ready: 'tbody td a' },
    { name: 'batch', path: `/batches/${batch}`, ready: '[data-testid=gallery] img' },
    { name: 'train-data', path: `/train?dataset=${dataset}`, ready: 'main figure img' },
    { name: 'train-settings', path: `/train?from=${run}`, ready: '[data-testid=runs] a[href^="/runs/"]' },
    { name: 'runs', path: '/runs', ready: `main a[href="/runs/${run}"]` },
    { name: 'run', path: `/runs/${run}`, ready: '[data-testid=result]' },
    { name: 'export', path: `/export?export=${onnx}`, ready: 'a[href$="/file"]' },
    { name: 'export-try', path: `/export/${onnx}/try`, ready: '[data-testid=sample]' },
    { name: 'models', path: '/models', ready: 'main table a[href^="/?model="]' },
    { name: 'datasets', path: '/datasets', ready: `main table a[href="/datasets/${dataset}"]` },
    { name: 'dataset', path: `/datasets/${dataset}`, ready: 'main figure img' },
    { name: 'login', path: '/login', ready: 'input[type=password]' },
  ]
}

const openDetails = (page: Page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })

/** Click, and wait for what it opens. */
const opens = (button: string, role: string) => async (page: Page) => {
  await page.locator(button).last().click()
  await page.locator(`[role=${role}]`).waitFor()
}

/** What opens on the pages and lights up on them. */
export function statesOf({ result, batch, dataset, run, onnx }: Content): PageVisit[] {
  const row = '[data-row="0"]'
  return [
    { name: 'single-lit', path: `/?result=${result}`, ready: row, act: (page) => page.locator(row).hover() },
    { name: 'single-menu', path: `/?result=${result}`, ready: row, act: opens('[role=toolbar] button', 'menu') },
    { name: 'single-open', path: '/', ready: '[data-testid=threshold]', act: openDetails },
    {
      name: 'shortcuts',
      path: '/models',
      ready: 'main table a',
      act: async (page) => {
        await page.keyboard.press('?')
        await page.locator('[role=dialog]').waitFor()
      },
    },
    { name: 'train-open', path: `/train?from=${run}`, ready: 'main details', act: openDetails },
    { name: 'export-open', path: `/export?export=${onnx}`, ready: 'main details', act: openDetails },
    {
      name: 'dataset-delete',
      path: '/datasets',
      ready: 'main table button',
      act: opens('main table button', 'alertdialog'),
    },
    {
      name: 'dataset-picture',
      path: `/datasets/${dataset}`,
      ready: 'main figure button img',
      act: opens('main figure button', 'dialog'),
    },
    {
      name: 'batch-list',
      path: `/batches/${batch}`,
      ready: 'main img',
      act: (page) => page.locator('main [role=group] button').last().click(),
    },
    {
      name: 'login-error',
      path: '/login',
      ready: 'input[type=password]',
      act: (page) => page.locator('form button').click(),
    },
  ]
}
