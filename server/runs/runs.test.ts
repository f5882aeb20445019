import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../detector/training/events'
import type { Detection } from '../detections/schema'
import type { ModelInfo } from '../models/schema'
import { Follower } from '../testing/follower'
import { wordPicture, writeSampleData } from '../testing/sample-data'
import { asJsonPost, errorCode, startTestServer, type TestServer, testFolder, until } from '../testing/test-server'
import type { RunEventsPage, RunInfo } from './schema'

// Real processes: seconds on a quiet machine, minutes on a busy one.
vi.setConfig({ testTimeout: 300_000 })
/** SGD without an average has the smallest states, which are written at every epoch. */
const SMALL = {
  ...{ batchSize: 1, imageSize: 64, workers: 0, patience: 0, epochs: 2, model: 'random' },
  ...{ optimizer: 'sgd', ema: 0 },
}
let folder: string
beforeAll(async () => {
  folder = await testFolder()
  await writeSampleData(join(folder, 'words'))
})
const spawned: ChildProcess[] = []
afterAll(() => {
  for (const child of spawned) child.kill('SIGKILL')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const begin = async (server: TestServer, options: object = {}): Promise<string> =>
  (await server.post<{ id: string }>('/runs', { options: { ...SMALL, data: join(folder, 'words'), ...options } })).id
const runOf = (server: TestServer, id: string): Promise<RunInfo> => server.json<RunInfo>(`/runs/${id}`)
const reaches = (server: TestServer, id: string, done: (run: RunInfo) => boolean): Promise<RunInfo> =>
  until(
    () => runOf(server, id),
    (run) => {
      if (run.state === 'failed' && !done(run)) throw new Error(JSON.stringify(run.error))
      return done(run)
    },
    140,
  )
const journalOf = async (server: TestServer, id: string): Promise<RunEvent[]> => {
  const { directory } = await runOf(server, id)
  const text = await readFile(join(server.context.config.root, directory, 'metrics.jsonl'), 'utf8').catch(() =>
    readFile(join(directory, 'metrics.jsonl'), 'utf8'),
  )
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
}

describe('a run', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ dataRoots: [folder] })
  })
  afterAll(() => server.end())

  it('is followed live without gap or double, and leaves models to detect with', async () => {
    const id = await begin(server)
    const first = new Follower(server.url, id)
    const second = new Follower(server.url, id)
    const restless = new Follower(server.url, id, true)
    await reaches(server, id, ({ step }) => step > 0)
    await second.drop()
    const late = new Follower(server.url, id)
    const run = await reaches(server, id, ({ state }) => state === 'done')
    expect(run).toMatchObject({ step: 8, steps: 8, epoch: 2, epochs: 2, error: null, generation: 0 })
    expect(run.best).not.toBeNull()
    expect(run.calibration).not.toBeNull()
    expect(run.files.map(({ name }) => name)).toEqual([
      'best_model.pth',
      'final_model.pth',
      'log.txt',
      'metrics.jsonl',
      'config.json',
      'calibration.json',
      'report.html',
    ])
    const journal = await journalOf(server, id)
    for (const follower of [first, second, late, restless]) {
      await until(
        async () => follower.last,
        (last) => last === journal.length,
        30,
      )
      expect(follower.faults).toEqual([])
      expect(follower.events).toEqual(journal)
      follower.close()
    }
    expect(restless.drops).toBe(journal.length)
    const page = await server.json<RunEventsPage>(`/runs/${id}/events?after=2`)
    expect(page.events).toEqual(journal.slice(2))
    const thin = await server.json<RunEventsPage>(`/runs/${id}/events?points=10`)
    expect(thin).toMatchObject({ lastSeq: journal.length, steps: 8 })

    const models = await server.json<ModelInfo[]>('/models')
    expect(
      models
        .filter((model) => model.run?.id === id)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['best', 'final'])
    const body = new FormData()
    body.append('model', run.bestModel!)
    body.append('image', new Blob([new Uint8Array((await wordPicture(1)).png)]), 'a.png')
    const found = await server.json<Detection>('/detect', { method: 'POST', body })
    expect(found.settings.threshold).toBe(run.calibration!.threshold)

    const log = await (await server.api(`/runs/${id}/files/log.txt`)).text()
    expect(log).toMatch(/Epoch \[2\/2\], Loss: \d/)
    expect((await server.api(`/runs/${id}/files/report.html`)).headers.get('content-security-policy')).toContain(
      'sandbox',
    )
    for (const name of ['state', 'config.jsonx', 'samples']) {
      expect((await server.api(`/runs/${id}/files/${name}`)).status).toBe(404)
    }
    // The door takes no part of a path that holds a separator.
    expect((await server.api(`/runs/${id}/files/..%2f..%2fdata%2fapp.db`)).status).toBe(400)
    const evaluated = journal.find((event) => event.type === 'evaluated')
    const sample = evaluated?.type === 'evaluated' && evaluated.samples[0].split('/').pop()
    expect((await server.api(`/runs/${id}/samples/${sample}`)).status).toBe(200)

    const again = await server.api(`/runs/${id}/resume`, asJsonPost({}))
    expect([again.status, await errorCode(again)]).toEqual([409, 'state-refused'])
    expect(await errorCode(await server.api(`/runs/${id}`, { method: 'DELETE' }))).toBe('run-protected')
    expect((await server.api(`/runs/${id}?force=true`, { method: 'DELETE' })).status).toBe(204)
    expect(existsSync(join(server.folder, run.directory))).toBe(false)
    expect((await server.json<ModelInfo[]>('/models')).filter((model) => model.kind !== 'base')).toEqual([])
  })

  it('waits in the queue, is paused, resumed and stopped', async () => {
    const [one, two, three] = [await begin(server, { epochs: 50 }), await begin(server), await begin(server)]
    expect((await runOf(server, two)).queuePosition).toBe(0)
    expect((await runOf(server, three)).queuePosition).toBe(1)
    await server.post(`/runs/${three}/stop`, {})
    expect((await runOf(server, three)).state).toBe('stopped')
    const follower = new Follower(server.url, one)
    await reaches(server, one, ({ step }) => step > 1)
    expect((await server.api(`/runs/${one}`, { method: 'DELETE' })).status).toBe(409)
    await server.post(`/runs/${two}/pause`, {})
    await server.post(`/runs/${one}/pause`, {})
    const paused = await reaches(server, one, ({ state }) => state === 'paused')
    await server.post(`/runs/${one}/resume`, {})
    const resumed = await reaches(server, one, ({ step, state }) => state === 'running' && step > paused.step)
    expect(resumed.generation).toBe(1)
    await server.post(`/runs/${one}/stop`, {})
    await reaches(server, one, ({ state }) => state === 'stopped')
    const journal = await journalOf(server, one)
    await until(
      async () => follower.last,
      (last) => last === journal.length,
      10,
    )
    expect(follower.faults).toEqual([])
    expect(follower.events).toEqual(journal)
    follower.close()
    expect((await runOf(server, two)).state).toBe('paused')
  })

  it('a clock that jumps changes neither the order of the queue nor the time that was worked', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const one = await begin(server, { epochs: 50 })
      await reaches(server, one, ({ step }) => step > 0)
      const day = 86_400_000
      vi.setSystemTime(Date.now() + day)
      const two = await begin(server)
      expect((await runOf(server, one)).elapsedSeconds).toBeLessThan(3600)
      vi.setSystemTime(Date.now() - 2 * day)
      const three = await begin(server)
      expect((await runOf(server, one)).elapsedSeconds).toBeGreaterThan(0)
      expect([(await runOf(server, two)).queuePosition, (await runOf(server, three)).queuePosition]).toEqual([0, 1])
      for (const id of [three, two, one]) await server.post(`/runs/${id}/stop`, {})
      const { elapsedSeconds: elapsed } = await reaches(server, one, ({ state }) => state === 'stopped')
      expect(elapsed).toBeGreaterThan(0)
      expect(elapsed).toBeLessThan(3600)
    } finally {
      vi.useRealTimers()
    }
  })

  it('says so when its process is killed, and goes on when it is resumed', async () => {
    const id = await begin(server, { epochs: 1 })
    await reaches(server, id, ({ step }) => step > 0)
    process.kill(server.context.runQueue.pidOf(id)!, 'SIGKILL')
    const failed = await until(
      () => runOf(server, id),
      ({ state }) => state === 'failed',
    )
    expect(failed.error?.code).toBe('run-killed')
    expect((await journalOf(server, id)).slice(-2).map(({ type }) => type)).toEqual(['failed', 'status'])
    await server.post(`/runs/${id}/resume`, {})
    const run = await until(
      () => runOf(server, id),
      ({ state }) => state === 'done',
      140,
    )
    expect(run).toMatchObject({ error: null, step: 4 })
    expect(run.generation).toBeGreaterThan(0)
  })

  it('estimates by real steps', async () => {
    const [dataset] = await server.json<{ id: string }[]>('/datasets')
    const options = { ...SMALL, epochs: 3 }
    const estimate = await server.post<Record<string, number>>('/estimate', { dataset: dataset.id, options })
    expect(estimate).toMatchObject({ steps: 12, stepsPerEpoch: 4 })
    expect(estimate.seconds).toBeGreaterThan(0)
    expect(estimate.memoryBytes).toBeGreaterThan(1e8)
  })

  it('refuses foreign sockets', async () => {
    const refused = (headers: Record<string, string>): Promise<string> =>
      new Promise((resolve) => {
        const socket = io(server.url, {
          transports: ['websocket'],
          extraHeaders: headers,
          reconnection: false,
          forceNew: true,
        })
        socket.on('connect', () => {
          socket.close()
          resolve('connected')
        })
        socket.on('connect_error', () => resolve('refused'))
      })
    expect(await refused({})).toBe('connected')
    expect(await refused({ origin: 'http://evil.example' })).toBe('refused')
    expect(await refused({ host: 'evil.example' })).toBe('refused')
    expect(await refused({ 'x-forwarded-for': '1.2.3.4' })).toBe('refused')
    expect(await refused({ 'x-forwarded-for': '1.2.3.4', authorization: `Bearer ${server.code}` })).toBe('connected')
  })

  it('answers senseless watch requests with a reason', async () => {
    const socket = io(server.url, { transports: ['websocket'], forceNew: true })
    const ask = (request: unknown) => socket.timeout(5000).emitWithAck('watch', request)
    for (const request of [null, 'x', {}, { kind: 'run', id: '../x', after: 0 }, { kind: 'file', id: 'x', after: 0 }]) {
      expect(await ask(request)).toMatchObject({ ok: false, error: { code: 'request-invalid' } })
    }
    expect(await ask({ kind: 'run', id: 'nothing', after: 0 })).toMatchObject({ error: { code: 'run-unknown' } })
    socket.emit('watch', { kind: 'run', id: 'nothing', after: 0 }, 'no function')
    socket.emit('unwatch', null)
    expect(await ask({ kind: 'run', id: 'nothing', after: -1 })).toMatchObject({ ok: false })
    socket.close()
  })
})

describe('after the end of the server', () => {
  it('an orderly stop saves the run, which goes on by itself', async () => {
    const first = await startTestServer({ dataRoots: [folder] })
    const id = await begin(first, { epochs: 1 })
    await reaches(first, id, ({ step }) => step > 0)
    await first.close()
    const second = await startTestServer({ dataRoots: [folder] }, first.folder)
    try {
      const run = await reaches(second, id, ({ state }) => state === 'done')
      expect(run.step).toBe(4)
      const journal = await journalOf(second, id)
      expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, i) => i + 1))
    } finally {
      await second.end()
    }
  })

  it('kill -9 leaves nothing that claims to run: runs go on, what the user stopped stays stopped', async () => {
    const place = await testFolder()
    await mkdir(join(place, 'data'), { recursive: true })
    const killed = await spawnServer(place, folder)
    const api = `http://127.0.0.1:${killed.port}/api`
    const post = async (path: string, body: unknown) =>
      (await (await fetch(`${api}${path}`, asJsonPost(body))).json()) as { id: string }
    const options = { ...SMALL, epochs: 1, data: join(folder, 'words') }
    const { id } = await post('/runs', { options })
    const stopped = await post('/runs', { options })
    await post(`/runs/${stopped.id}/stop`, {})
    await until(
      async () => (await (await fetch(`${api}/runs/${id}`)).json()) as RunInfo,
      ({ step }) => step > 0,
    )
    killed.child.kill('SIGKILL')
    const server = await startTestServer({ dataRoots: [folder] }, place)
    try {
      const run = await reaches(server, id, ({ state }) => state === 'done')
      expect(run.step).toBe(4)
      expect((await runOf(server, stopped.id)).state).toBe('stopped')
      const journal = await journalOf(server, id)
      expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, i) => i + 1))
      expect(journal.filter(({ type }) => type === 'step')).toHaveLength(4)
      const check = await server.context.db.$queryRaw`PRAGMA integrity_check`
      expect(check).toEqual([{ integrity_check: 'ok' }])
    } finally {
      await server.end()
    }
  })
})

/** The server as users run it, in a process of its own. */
async function spawnServer(place: string, dataRoot: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('../index.ts', import.meta.url)), '--api-only'],
    {
      env: {
        ...process.env,
        ...{ DATA_DIR: join(place, 'data'), WORK_DIR: join(place, 'workdirs'), OUTPUT_DIR: join(place, 'outputs') },
        ...{ DATA_ROOTS: dataRoot, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error' },
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  const port = await until(
    async () => /127\.0\.0\.1:(\d+)/.exec(text)?.[1],
    (found) => {
      text += child.stdout?.read()?.toString() ?? ''
      return found !== undefined
    },
  )
  spawned.push(child)
  return { child, port: Number(port) }
}
