import type { BatchInfo } from '../server/api/schemas/batch'
import type { DatasetInfo } from '../server/api/schemas/dataset'
import type { Detection } from '../server/api/schemas/detection'
import type { ExportInfo } from '../server/api/schemas/export'
import type { RunInfo } from '../server/api/schemas/run'
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
}

/** Every page, with content where it has some. */
export function pagesOf({ result, batch, dataset, run, onnx }: Content): PageVisit[] {
  return [
    { name: 'single-empty', path: '/', ready: 'button.sample' },
    { name: 'single', path: `/?result=${result}`, ready: '[data-row="0"]' },
    { name: 'batches', path: '/batches', ready: 'tbody td a' },
    { name: 'batch', path: `/batches/${batch}`, ready: '.gal > li img' },
    { name: 'train-data', path: `/train?dataset=${dataset}`, ready: '.stick img' },
    { name: 'train-settings', path: `/train?from=${run}`, ready: '.rail a[href^="/runs/"]' },
    { name: 'runs', path: '/runs', ready: `main a[href="/runs/${run}"]` },
    { name: 'run', path: `/runs/${run}`, ready: '.hero' },
    { name: 'export', path: `/export?export=${onnx}`, ready: 'a[href$="/file"]' },
    { name: 'export-try', path: `/export/${onnx}/try`, ready: 'button.sample' },
    { name: 'models', path: '/models', ready: 'table.models a[href^="/?model="]' },
    { name: 'datasets', path: '/datasets', ready: `table.datasets a[href="/datasets/${dataset}"]` },
    { name: 'dataset', path: `/datasets/${dataset}`, ready: '.prev.many img' },
    { name: 'login', path: '/login', ready: 'input[type=password]' },
  ]
}
