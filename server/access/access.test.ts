import { readdir, readFile, stat } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawRequest, startTestServer, type TestServer, until } from '../testing/test-server'
import { isLoopback } from './gate'
import { GuessLimit, RequestLimit } from './rate-limit'

const json = (body: string): unknown => JSON.parse(body)
const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address && address.family === 'IPv4' && !address.internal)?.address

describe('who may enter', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ host: '0.0.0.0' })
  })
  afterAll(() => server.end())
  const ask = (path: string, options: Parameters<typeof rawRequest>[2] = {}) => rawRequest(server.port, path, options)
  /** A client that a proxy speaks for is never local. */
  const forwarded = { 'x-forwarded-for': '127.0.0.1' }
  const loginBody = (code: string) => ({
    method: 'POST',
    headers: { ...forwarded, 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })

  const enter = async (): Promise<string> => {
    const answer = await ask('/api/login', loginBody(server.code!))
    return answer.headers['set-cookie']![0].split(';')[0]
  }

  it('lets a client on the machine itself in', async () => {
    expect((await ask('/api/models')).status).toBe(200)
    expect(json((await ask('/api/session')).body)).toEqual({ access: 'local' })
  })

  it('asks those behind a proxy and those from elsewhere for the code', async () => {
    const refused = await ask('/api/models', { headers: forwarded })
    expect(refused.status).toBe(401)
    expect(json(refused.body)).toMatchObject({ error: { code: 'access-needed' } })
    for (const header of ['forwarded', 'x-real-ip', 'via', 'x-forwarded-host']) {
      expect((await ask('/api/models', { headers: { [header]: 'x' } })).status).toBe(401)
    }
    if (outside) expect((await ask('/api/models', { host: outside })).status).toBe(401)
    for (const path of ['/api/health', '/api/session']) {
      expect((await ask(path, { headers: forwarded })).status).toBe(200)
    }
    for (const path of ['/api/openapi.json', '/api/docs', '/api/system', '/api/results/x', '/api/unknown']) {
      expect((await ask(path, { headers: forwarded })).status).toBe(401)
    }
  })

  it('gives a session for the code, and takes the code as bearer', async () => {
    const answer = await ask('/api/login', loginBody(` ${server.code} `))
    expect(answer.status).toBe(200)
    const [cookie] = answer.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^ocr_session=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    const session = cookie.split(';')[0]
    expect((await ask('/api/models', { headers: { ...forwarded, cookie: session } })).status).toBe(200)
    expect((await ask('/api/models', { headers: { ...forwarded, cookie: `${session}0` } })).status).toBe(401)
    const { access } = server.context
    const [, value] = session.split('=')
    expect([access.isSession(value), access.isSession(value, Date.now() + 31 * 86_400_000)]).toEqual([true, false])
    const bearer = { ...forwarded, authorization: `Bearer ${server.code}` }
    expect((await ask('/api/models', { headers: bearer })).status).toBe(200)
    const secure = { ...loginBody(server.code!), headers: { ...loginBody('').headers, 'x-forwarded-proto': 'https' } }
    expect((await ask('/api/login', secure)).headers['set-cookie']?.[0]).toContain('; Secure')
  })

  it('ends a session with its logout, its socket too', async () => {
    const session = await enter()
    const headers = { ...forwarded, cookie: session }
    const socket = io(server.url, { extraHeaders: headers, transports: ['websocket'], reconnection: false })
    const dropped = new Promise((resolve) => socket.once('disconnect', resolve))
    await new Promise((resolve, reject) => socket.once('connect', () => resolve(0)).once('connect_error', reject))
    expect((await ask('/api/logout', { method: 'POST', headers })).status).toBe(204)
    expect(await dropped).toBe('io server disconnect')
    expect((await ask('/api/models', { headers })).status).toBe(401)
  })

  it('keeps neither code nor session where they could be read', async () => {
    const session = await enter()
    const data = join(server.folder, 'data')
    const text = await readFile(join(data, 'access.json'), 'utf8')
    expect(text).not.toContain(server.code!)
    expect(text).not.toContain(session.split('=')[1])
    expect((await stat(data)).mode & 0o077).toBe(0)
    for (const name of (await readdir(data)).filter((name) => /^(app\.db|access|server\.lock)/.test(name))) {
      expect([name, (await stat(join(data, name))).mode & 0o077]).toEqual([name, 0])
    }
  })

  it('holds back the answers to wrong codes, and lets the right one in meanwhile', async () => {
    const wrong = (n: number) => ask('/api/login', loginBody(`guess-${n}`))
    const first = await Promise.all(Array.from({ length: 5 }, (_, n) => wrong(n)))
    expect(first.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
    const started = performance.now()
    let waiting = 40
    const flood = Array.from({ length: waiting }, async (_, n) => {
      const { status } = await wrong(n)
      waiting--
      return status
    })
    const refused = flood.map(async (answer) => ((await answer) === 429 ? 429 : Promise.reject(answer)))
    // The first that is not looked at comes when ten answers wait.
    expect(await Promise.any(refused)).toBe(429)
    expect((await ask('/api/login', loginBody(server.code!))).status).toBe(200)
    const bearer = { ...forwarded, authorization: `Bearer ${server.code}` }
    expect((await ask('/api/models', { headers: bearer })).status).toBe(200)
    expect((await ask('/api/models', { headers: { ...forwarded, authorization: 'Bearer x' } })).status).toBe(401)
    const looked = flood.map(async (answer) => ((await answer) === 401 ? 401 : Promise.reject(answer)))
    expect(await Promise.any(looked)).toBe(401)
    expect(performance.now() - started).toBeGreaterThan(950)
    for (const answer of [...flood, ...refused, ...looked]) answer.catch(() => undefined)
    await until(
      async () => waiting,
      (n) => n < 10,
    )
    expect(waiting).toBeGreaterThan(0)
  })

  it('lets many requests with the right code through at one moment', async () => {
    const headers = { ...forwarded, authorization: `Bearer ${server.code}` }
    const results = await Promise.all(
      Array.from({ length: 40 }, async () => (await ask('/api/models', { headers })).status),
    )
    expect(results).toEqual(results.map(() => 200))
  })

  it('refuses other names of the server, for pages of other sites could stand behind them', async () => {
    for (const host of ['evil.example', 'evil.example:7860', '127.0.0.1.evil.example']) {
      const answer = await ask('/api/models', { headers: { host } })
      expect(answer.status).toBe(403)
    }
    for (const host of ['localhost:7860', '127.0.0.1', '[::1]:7860', 'LOCALHOST']) {
      expect((await ask('/api/models', { headers: { host } })).status).toBe(200)
    }
    // Addresses are nobody else's names, but not the machine's own either.
    for (const host of ['192.168.1.5:7860', '127.0.0.2', '[::ffff:127.0.0.1]', '0.0.0.0']) {
      expect((await ask('/api/models', { headers: { host } })).status).toBe(401)
    }
    for (const host of ['x.localhost', 'localhost.', 'localhost.evil.example']) {
      expect((await ask('/api/models', { headers: { host } })).status).toBe(403)
    }
  })

  it('refuses unsafe requests from pages of other sites', async () => {
    const send = (headers: Record<string, string>) =>
      ask('/api/batches', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' })
    const host = `127.0.0.1:${server.port}`
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const answer = await send(headers)
      expect(answer.status).toBe(403)
      expect(json(answer.body)).toMatchObject({ error: { code: 'origin-refused' } })
    }
    expect((await send({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).status).toBe(202)
    expect((await send({})).status).toBe(202)
  })

  it('refuses the content types that foreign pages may send without asking', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const answer = await ask('/api/runs', {
        method: 'POST',
        headers: type ? { 'content-type': type } : {},
        body: '{"options":{}}',
      })
      expect(answer.status).toBe(415)
    }
  })

  it('sends headers that keep answers from running', async () => {
    const { headers } = await ask('/api/models')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(headers['x-powered-by']).toBeUndefined()
    const docs = await ask('/api/docs')
    expect(docs.headers['content-type']).toContain('text/html')
    expect(docs.headers['content-security-policy']).toMatch(/script-src 'sha256-/)
    expect(docs.headers['content-security-policy']).not.toContain('unsafe')
  })
})

it('asks nobody when it is open, but still knows its names', async () => {
  const server = await startTestServer({ open: true })
  try {
    const headers = { 'x-forwarded-for': '8.8.8.8' }
    expect((await rawRequest(server.port, '/api/models', { headers })).status).toBe(200)
    expect(
      (await rawRequest(server.port, '/api/models', { headers: { ...headers, host: 'evil.example' } })).status,
    ).toBe(403)
    expect(server.code).toBeUndefined()
  } finally {
    await server.end()
  }
})

it('takes a chosen password, whose change ends sessions; sessions outlive a restart', async () => {
  const first = await startTestServer({ password: 'correct horse' })
  const { folder } = first
  const headers = { 'x-forwarded-for': 'x' }
  const sessionOf = async (server: TestServer, code: string): Promise<string> => {
    const answer = await rawRequest(server.port, '/api/login', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    })
    return (answer.headers['set-cookie']?.[0] ?? '').split(';')[0]
  }
  const cookie = await sessionOf(first, 'correct horse')
  const enters = async (server: TestServer): Promise<number> =>
    (await rawRequest(server.port, '/api/models', { headers: { ...headers, cookie } })).status
  expect(first.code).toBeUndefined()
  await first.close()
  const second = await startTestServer({ password: 'correct horse' }, folder)
  expect(await enters(second)).toBe(200)
  await second.close()
  const third = await startTestServer({ password: 'another' }, folder)
  expect(await enters(third)).toBe(401)
  await third.close()
  // A code that is made anew at a start ends all of them.
  const fourth = await startTestServer({}, folder)
  const session = await sessionOf(fourth, fourth.code!)
  await fourth.close()
  const fifth = await startTestServer({}, folder)
  const answer = await rawRequest(fifth.port, '/api/models', { headers: { ...headers, cookie: session } })
  expect([session.length > 20, answer.status]).toEqual([true, 401])
  await fifth.end()
})

it('asks clients on the machine itself where it is told to', async () => {
  const server = await startTestServer({ askLocal: true })
  try {
    expect((await rawRequest(server.port, '/api/models')).status).toBe(401)
    const headers = { authorization: `Bearer ${server.code}` }
    expect((await rawRequest(server.port, '/api/models', { headers })).status).toBe(200)
  } finally {
    await server.end()
  }
})

it('knows loopback addresses', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) expect(isLoopback(address)).toBe(true)
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '127.evil', undefined]) {
    expect(isLoopback(address)).toBe(false)
  }
})

describe('limits', () => {
  const limits = { free: { each: 2, all: 4 }, longest: 80, held: { each: 2, all: 3 } }
  const wrong = () => false
  const right = () => true

  it('keeps a code that may be guessed from being looked at while answers of the client wait', async () => {
    const guesses = new GuessLimit(limits)
    const try_ = (client: string, matches: () => boolean, strong = false) => guesses.judge(client, matches, strong)
    expect([await try_('a', wrong), await try_('a', wrong)]).toEqual([false, false])
    const held = [try_('a', wrong), try_('a', wrong)]
    await expect(try_('a', right)).rejects.toMatchObject({ code: 'too-many-tries' })
    expect(await try_('a', right, true)).toBe(true)
    expect(await try_('b', right)).toBe(true)
    await Promise.all(held)
    expect(await try_('a', right)).toBe(true)
  })

  it('counts all clients together, and a network of IPv6 as one', async () => {
    const guesses = new GuessLimit(limits)
    for (let n = 0; n < 4; n++) await guesses.judge(`10.0.0.${n}`, wrong, false)
    const started = performance.now()
    const held = [5, 6, 7].map((n) => guesses.judge(`10.0.0.${n}`, wrong, false))
    await expect(guesses.judge('10.0.0.8', right, false)).rejects.toMatchObject({ code: 'too-many-tries' })
    await Promise.all(held)
    expect(performance.now() - started).toBeGreaterThan(75)
    const others = new GuessLimit({ ...limits, free: { each: 1, all: 99 } })
    await others.judge('2001:db8::1', wrong, false)
    const second = others.judge('2001:db8:0:0:ffff::2', wrong, false)
    const third = others.judge('2001:db8::3', wrong, false)
    await expect(others.judge('2001:db8::4', right, false)).rejects.toMatchObject({ code: 'too-many-tries' })
    expect(await others.judge('2001:db8:0:1::4', right, false)).toBe(true)
    await Promise.all([second, third])
  })

  it('counts requests per window', () => {
    const limit = new RequestLimit(2, 1000)
    expect([limit.allows('a', 0), limit.allows('a', 1), limit.allows('a', 2), limit.allows('a', 1001)]).toEqual([
      true,
      true,
      false,
      true,
    ])
  })
})
