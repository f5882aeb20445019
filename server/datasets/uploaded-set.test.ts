import { execFile } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { verificationPictures } from '../../detector/export/verification-pictures'
import { readConfig } from '../../detector/training/config-file'
import { readEvents } from '../../detector/training/journal'
import { openTrainingData } from '../../detector/training/training-data'
import type { RunInfo } from '../runs/schema'
import { blob, form } from '../testing/forms'
import { wordPicture, writeSampleData } from '../testing/sample-data'
import { startTestServer, type TestServer, until } from '../testing/test-server'
import type { DatasetInfo } from './schema'

vi.setConfig({ testTimeout: 180_000 })
const SMALL = {
  ...{ batchSize: 1, imageSize: 64, workers: 0, patience: 0, epochs: 1, model: 'random' },
  ...{ optimizer: 'sgd', ema: 0 },
}
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.end())

/** A set whose lists name a picture and an annotation outside of it, in every form. */
async function greedySet(): Promise<string> {
  const set = join(server.folder, 'greedy')
  const foreign = join(server.folder, 'private')
  await writeSampleData(set)
  await mkdir(foreign)
  const { png, boxes } = await wordPicture(7)
  await writeFile(join(foreign, 'p.png'), png)
  await writeFile(join(foreign, 'p.txt'), `${boxes[0].join(',')},word\nroot:SECRET:0:0\n`)
  const up = '../'.repeat(4)
  const lines = [
    `${foreign}/p.png ${foreign}/p.txt`,
    `${up}private/p.png ${up}private/p.txt`,
    `extra.png ${foreign}/p.txt`,
    `${foreign}/p.png test_gts/gt_img_0.txt`,
  ]
  await writeFile(join(set, 'extra.png'), png)
  for (const list of ['train_list.txt', 'test_list.txt']) await appendFile(join(set, list), `${lines.join('\n')}\n`)
  const zip = join(server.folder, 'greedy.zip')
  await promisify(execFile)('python3', ['-m', 'zipfile', '-c', zip, ...(await readdir(set)).map((n) => join(set, n))])
  return zip
}

it('an uploaded set reaches nothing outside it: not when checked, trained, resumed or when an export is proved', async () => {
  const upload = form({ file: blob(await readFile(await greedySet())) }, { file: 'greedy.zip' })
  const { id: dataset } = await server.json<{ id: string }>('/datasets', upload)
  const set = await until(
    () => server.json<DatasetInfo>(`/datasets/${dataset}`),
    ({ state }) => state !== 'checking',
  )
  expect(set).toMatchObject({ state: 'ready', report: { train: { images: 4 }, test: { images: 2 } } })
  const { id } = await server.post<{ id: string }>('/runs', { dataset, options: SMALL })
  const run = await until(
    () => server.json<RunInfo>(`/runs/${id}`),
    ({ state }) => state === 'done' || state === 'failed',
  )
  expect(run).toMatchObject({ state: 'done', steps: 4 })
  const directory = join(server.folder, 'workdirs', run.directory.split('/').pop()!)
  const { events } = readEvents(join(directory, 'metrics.jsonl'))
  expect(JSON.stringify(events)).not.toContain('SECRET')
  const evaluated = events.find((event) => event.type === 'evaluated')
  expect(evaluated?.type === 'evaluated' && evaluated.samples).toHaveLength(2)

  const config = await readConfig(directory)
  expect(config.confined).toBe(true)
  const inside = (images: readonly string[]) => images.filter((image) => !image.startsWith(set.path))
  const proof = await verificationPictures(join(directory, 'best_model.pth'), undefined, 24)
  expect(proof.pictures).toHaveLength(2)
  expect(inside([...proof.pictures.map(({ image }) => image), ...proof.calibration])).toEqual([])

  // A run of a version that wrote no such field.
  const { confined: _, ...old } = config
  await writeFile(join(directory, 'config.json'), JSON.stringify(old))
  const again = await readConfig(directory)
  expect(again.confined).toBe(true)
  expect((await openTrainingData(again.options, again.confined)).train).toHaveLength(4)
  expect((await verificationPictures(join(directory, 'best_model.pth'), undefined, 24)).pictures).toHaveLength(2)
})

it('a directory of the server is read as its lists say, and its runs say so', async () => {
  const path = join(server.folder, 'own')
  await writeSampleData(path)
  await appendFile(join(path, 'train_list.txt'), `${server.folder}/private/p.png test_gts/gt_img_0.txt\n`)
  const { id } = await server.post<{ id: string }>('/datasets', { path })
  const set = await until(
    () => server.json<DatasetInfo>(`/datasets/${id}`),
    ({ state }) => state !== 'checking',
  )
  expect(set.report?.train.images).toBe(5)
})

it('a data directory behind a link is no training data, nor is a path of it told', async () => {
  const other = await startTestServer({ dataDir: join(server.folder, 'link') }, await linkedData())
  try {
    const real = await realpath(join(server.folder, 'link'))
    for (const path of [real, join(real, 'datasets'), join(server.folder, 'link')]) {
      await mkdir(join(real, 'datasets'), { recursive: true })
      const answer = await other.api(`/directories?path=${encodeURIComponent(path)}`)
      expect([path, answer.status]).toEqual([path, 403])
    }
    const { entries } = await other.json<{ entries: { name: string }[] }>(`/directories?path=${server.folder}`)
    expect(entries.map(({ name }) => name)).not.toContain('link')
    expect(entries.map(({ name }) => name)).not.toContain('elsewhere')
  } finally {
    await other.close()
  }
})

async function linkedData(): Promise<string> {
  await mkdir(join(server.folder, 'elsewhere'))
  await symlink(join(server.folder, 'elsewhere'), join(server.folder, 'link'))
  return server.folder
}
