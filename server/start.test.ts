import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import Sqlite from 'libsql'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../detector/errors'
import { smallDisk } from '../detector/testing/small-disk'
import { readConfig } from './config/config'
import { startServer } from './start'
import { startTestServer, testFolder } from './testing/test-server'

let folder: string
beforeAll(async () => {
  folder = await testFolder()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const settings = (place: string, more: Record<string, string> = {}) => ({
  ...process.env,
  ...{ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error' },
  ...{ DATA_DIR: join(place, 'data'), WORK_DIR: join(place, 'workdirs'), OUTPUT_DIR: join(place, 'outputs') },
  ...more,
})

/** The line with which the server ends; what it says of faults that are none of the user's is a stack. */
async function faultOf(place: string, more: Record<string, string> = {}): Promise<string> {
  try {
    const config = readConfig(['--api-only'], settings(place, more))
    await (await startServer(config, pino({ level: 'silent' }))).close()
  } catch (error) {
    if (error instanceof UserError) return error.toLine()
    throw error
  }
  throw new Error('it starts')
}

describe('a fault at start is one line that says what to do', () => {
  const oneLine = (found: string, ...parts: (string | RegExp)[]): void => {
    expect(found).not.toContain('\n')
    for (const part of parts) expect(found).toMatch(part)
  }

  it('of settings', async () => {
    const faults = await Promise.all([
      faultOf(folder, { LOG_LEVEL: 'loud' }),
      faultOf(folder, { PORT: '70000' }),
      faultOf(folder, { ASK_LOCAL: 'perhaps' }),
      faultOf(folder, { ALLOWED_HOSTS: 'ocr.example,https://x' }),
    ])
    oneLine(faults[0], /LOG_LEVEL.*debug.*"loud"/)
    oneLine(faults[1], /port.*70000/i)
    oneLine(faults[2], /ASK_LOCAL/)
    oneLine(faults[3], /ALLOWED_HOSTS.*"https:\/\/x"/)
  })

  it('of addresses', async () => {
    const places = ['x', 'y', 'z'].map((name) => join(folder, name))
    const faults = await Promise.all([
      faultOf(places[0], { HOST: '192.0.2.77' }),
      faultOf(places[1], { HOST: 'not a name' }),
      faultOf(places[2], { HOST: '300.1.1.1' }),
    ])
    for (const fault of faults) oneLine(fault, /HOST=127\.0\.0\.1/)
  })

  it('of directories', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const lock = join(folder, 'lock')
    await mkdir(join(lock, 'data', 'server.lock'), { recursive: true })
    const faults = await Promise.all([
      faultOf(join(folder, 'd'), { DATA_DIR: file }),
      faultOf(join(folder, 'e'), { WORK_DIR: join(file, 'below') }),
      faultOf(join(folder, 'f'), { OUTPUT_DIR: join(file, 'x') }),
      faultOf(lock),
      faultOf(join(folder, 'g'), { OUTPUT_DIR: '/proc/nowhere/x' }),
    ])
    oneLine(faults[0], file, /DATA_DIR/)
    oneLine(faults[1], file, /WORK_DIR/)
    oneLine(faults[2], file, /OUTPUT_DIR/)
    // Where Node's own way of making folders never comes back.
    oneLine(faults[4], '/proc/nowhere', /OUTPUT_DIR/)
    oneLine(faults[3], /server\.lock/, /Remove/)
  })

  it('of a damaged database, with its copy', async () => {
    const place = join(folder, 'damaged')
    await mkdir(join(place, 'data'), { recursive: true })
    await writeFile(join(place, 'data', 'app.db'), 'no database, though long enough to be looked at: '.repeat(100))
    oneLine(await faultOf(place), /app\.db: The database is damaged/, /no copy/)
    await writeFile(join(place, 'data', 'app.db.before-20990101000000_x'), '')
    oneLine(await faultOf(place), /cp ".*app\.db\.before-20990101000000_x" ".*app\.db"/)

    // Torn in the middle: it opens, and would fail one day.
    const torn = join(folder, 'torn')
    const server = await startTestServer({}, torn)
    await server.close()
    const file = join(torn, 'data', 'app.db')
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xa5, 4096 * 3, 4096 * 6))
    oneLine(await faultOf(torn), /The database is damaged/)
  })

  const disk = smallDisk(20)
  afterAll(() => disk?.unmount())
  it.skipIf(!disk)('of a full disk', async () => {
    await disk!.fill()
    oneLine(
      await faultOf(join(disk!.path, 'x'), { WORK_DIR: folder, OUTPUT_DIR: folder }),
      /full/,
      /Free some space|DATA_DIR/,
    )
  })
})

it('starts in folders with any name', async () => {
  for (const name of ['a#b', 'a%41b', 'a?b', 'a b', '图', "it's"]) {
    const place = join(folder, name)
    const server = await startTestServer({}, place)
    expect((await server.api('/datasets')).status).toBe(200)
    await server.close()
    expect(existsSync(join(place, 'data', 'app.db')), name).toBe(true)
    const again = await startTestServer({}, place)
    await again.close()
  }
  expect((await readdir(folder)).filter((name) => name === 'a' || name === 'aAb')).toEqual([])
})

it('leaves the rows in app.db alone when it ends, for its owner only', async () => {
  const place = join(folder, 'clean')
  const server = await startTestServer({}, place)
  await server.context.db.dataset.create({ data: { id: 'x', name: 'n', origin: 'o', path: 'p', state: 's' } })
  const data = join(place, 'data')
  for (const name of await readdir(data)) expect([name, (await stat(join(data, name))).mode & 0o077]).toEqual([name, 0])
  await server.close()
  await cp(join(data, 'app.db'), join(place, 'copy.db'))
  const copy = new Sqlite(join(place, 'copy.db'))
  expect(copy.prepare('SELECT id FROM "Dataset"').all()).toEqual([{ id: 'x' }])
  copy.close()
})

it('removes what killed writers left, and nothing else', async () => {
  const place = join(folder, 'left')
  const left = '.0123456789abcdef01.tmp'
  const kept = ['.0123456789abcdef01.tmpx', 'x.tmp', '.note.tmp']
  const run = join(place, 'workdirs', 'exp_20260101_000000')
  const places = [join(place, 'data', 'models'), join(place, 'outputs', 'outputs_1', 'json'), run]
  for (const path of places) {
    await mkdir(path, { recursive: true })
    for (const name of [left, ...kept]) {
      await writeFile(join(path, name), '')
      await utimes(join(path, name), 1, 1)
    }
  }
  const fresh = join(places[0], '.fedcba9876543210fe.tmp')
  await writeFile(fresh, '')
  await utimes(fresh, Date.now() / 1000 + 9, Date.now() / 1000 + 9)
  await (await startTestServer({}, place)).close()
  for (const path of places) {
    expect([path, (await readdir(path)).includes(left)]).toEqual([path, false])
    expect(await readdir(path)).toEqual(expect.arrayContaining(kept))
  }
  expect(existsSync(fresh)).toBe(true)
})

it('ends in order and within seconds, whoever still stands in the door', async () => {
  const place = join(folder, 'end')
  const server = await startTestServer({}, place)
  const head =
    'POST /api/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n'
  const cut = [`${head}\r\n{`, 'GET / HTTP/1.1\r\n', ''].map(
    (bytes) =>
      new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1')
        socket.on('error', () => undefined)
        socket.on('close', resolve)
        socket.write(bytes)
      }),
  )
  await server.api('/health')
  const started = performance.now()
  await server.close()
  await Promise.all(cut)
  expect(performance.now() - started).toBeLessThan(8000)
  expect((await stat(join(place, 'data', 'app.db'))).size).toBeGreaterThan(8192)
  expect((await stat(join(place, 'data', 'app.db-wal')).catch(() => undefined))?.size ?? 0).toBe(0)
})
