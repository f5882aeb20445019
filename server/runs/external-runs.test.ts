import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../detector/training/events'
import type { ModelInfo } from '../models/schema'
import { Follower } from '../testing/follower'
import { writeSampleData } from '../testing/sample-data'
import { asJsonPost, errorCode, startTestServer, type TestServer, testFolder, until } from '../testing/test-server'
import type { RunInfo } from './schema'

// Real processes: seconds on a quiet machine, minutes on a busy one.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })
let folder: string
let server: TestServer
const started: ChildProcess[] = []

/** SGD without an average has the smallest states, which are written at every epoch. */
const SMALL = '--model random --batch-size 1 --image-size 64 --workers 0 --patience 0 --optimizer sgd --ema 0'.split(
  ' ',
)
const CLI = fileURLToPath(new URL('../../cli/index.ts', import.meta.url))

/** ocr-detect train, as its users run it. */
function train(...options: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, 'train', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  started.push(child)
  return child
}
const trainNew = (epochs: number): ChildProcess =>
  train('--data', join(folder, 'words'), '--output', join(folder, 'workdirs'), '--epochs', String(epochs), ...SMALL)
const exitOf = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

const runs = (): Promise<RunInfo[]> => server.json<RunInfo[]>('/runs')
const reaches = (id: string, done: (run: RunInfo) => boolean): Promise<RunInfo> =>
  until(() => server.json<RunInfo>(`/runs/${id}`), done, 140)
const journalOf = async (run: RunInfo): Promise<RunEvent[]> =>
  (await readFile(join(run.directory, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
const refusal = async (path: string, method = 'POST') => {
  const answer = await server.api(path, method === 'POST' ? asJsonPost({}) : { method })
  return [answer.status, await errorCode(answer)]
}

beforeAll(async () => {
  folder = await testFolder()
  await writeSampleData(join(folder, 'words'))
  // What is no run stays unnoticed.
  await mkdir(join(folder, 'workdirs', 'exp_20260101_000000'), { recursive: true })
  await mkdir(join(folder, 'workdirs', 'exp_20260101_000001'))
  await writeFile(join(folder, 'workdirs', 'exp_20260101_000001', 'config.json'), '{"options": 7')
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await server?.end()
  await rm(folder, { recursive: true, force: true })
})

it('a run that the command line has finished is listed with its models when the server starts', async () => {
  expect(await exitOf(trainNew(1))).toBe(0)
  server = await startTestServer({}, folder)
  const [found] = await until(runs, (list) => list[0]?.state === 'done')
  const { data } = found.options
  expect(found).toMatchObject({ external: false, epoch: 1, step: 4, steps: 4, error: null, generation: 0 })
  expect(found).toMatchObject({ dataset: { name: 'words', path: data }, model: { name: 'random' } })
  expect(found.best?.epoch).toBe(1)
  expect(found.calibration).not.toBeNull()
  expect(found.elapsedSeconds).toBeGreaterThan(0)
  expect(found.files.map(({ name }) => name)).toContain('report.html')
  expect((await runs()).length).toBe(1)
  const models = await server.json<ModelInfo[]>('/models')
  expect(models.filter((m) => m.run?.id === found.id).map((m) => [m.kind, m.exportable])).toEqual(
    expect.arrayContaining([
      ['best', true],
      ['final', true],
    ]),
  )
  expect(await refusal(`/runs/${found.id}`, 'DELETE')).toEqual([409, 'run-protected'])
  expect((await server.api(`/runs/${found.id}?force=true`, { method: 'DELETE' })).status).toBe(204)
  expect(existsSync(found.directory)).toBe(false)
})

it('a run that the command line trains is followed, left alone, and goes on here when it was stopped there', async () => {
  const child = trainNew(500)
  const { id } = (await until(runs, (list) => list.length === 1))[0]
  const run = await reaches(id, ({ step }) => step > 0)
  expect(run).toMatchObject({ state: 'running', external: true })
  const follower = new Follower(server.url, id)
  for (const action of ['pause', 'stop']) expect(await refusal(`/runs/${id}/${action}`)).toEqual([409, 'run-external'])
  expect(await refusal(`/runs/${id}?force=true`, 'DELETE')).toEqual([409, 'run-external'])

  // A new start of the server neither doubles nor starts it.
  await server.close()
  server = await startTestServer({}, folder)
  const again = await reaches(id, ({ step }) => step > run.step)
  expect(again).toMatchObject({ state: 'running', external: true })
  expect(server.context.runQueue.working).toEqual([])
  follower.close()

  const second = new Follower(server.url, id)
  child.kill('SIGINT')
  await exitOf(child)
  const stopped = await reaches(id, ({ state }) => state === 'stopped')
  expect(stopped).toMatchObject({ external: false, generation: 0 })
  expect(stopped.finalModel).not.toBeNull()
  await server.post(`/runs/${id}/resume`, {})
  await reaches(id, ({ step, state }) => state === 'running' && step > stopped.step)
  const other = train('--resume', stopped.directory)
  let said = ''
  other.stderr?.on('data', (text) => {
    said += text
  })
  expect(await exitOf(other)).toBe(2)
  expect(said).toContain('Another process is training this run.')
  await server.post(`/runs/${id}/stop`, {})
  const end = await reaches(id, ({ state }) => state === 'stopped')

  // The other way round: the command line takes up what the server trained.
  const taken = train('--resume', end.directory)
  const back = await reaches(id, ({ step, external }) => external && step > end.step)
  expect(back.state).toBe('running')
  taken.kill('SIGKILL')
  await exitOf(taken)
  await reaches(id, ({ state }) => state === 'interrupted')
  const journal = await journalOf(end)
  await until(
    async () => second.last,
    (last) => last === journal.length,
    60,
  )
  expect(second.faults).toEqual([])
  expect(second.events).toEqual(journal)
  second.close()

  // What was killed is not started by the server itself.
  await server.close()
  server = await startTestServer({}, folder)
  expect(await reaches(id, () => true)).toMatchObject({ state: 'interrupted', external: false })
  expect(server.context.runQueue.working).toEqual([])
})
