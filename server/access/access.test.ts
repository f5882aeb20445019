import { readFile, stat } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawRequest, startTestServer, type TestServer } from '../testing/test-server'
import { isLoopback } from './gate'
import { FailureLimit, RequestLimit } from './rate-limit'

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

  const forget = (): void => {
    for (const client of ['127.0.0.1', '::ffff:127.0.0.1']) server.context.gate.attempts.succeed(client)
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
    expect(cookie).toMatch(/^ocr_session=[\w.]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    const session = cookie.split(';')[0]
    expect((await ask('/api/models', { headers: { ...forwarded, cookie: session } })).status).toBe(200)
    expect((await ask('/api/models', { headers: { ...forwarded, cookie: `${session}0` } })).status).toBe(401)
    const late = session.replace(/=(\d+)/, (_, n) => `=${Number(n) + 1e9}`)
    expect((await ask('/api/models', { headers: { ...forwarded, cookie: late } })).status).toBe(401)
    const bearer = { ...forwarded, authorization: `Bearer ${server.code}` }
    expect((await ask('/api/models', { headers: bearer })).status).toBe(200)
    const secure = { ...loginBody(server.code!), headers: { ...loginBody('').headers, 'x-forwarded-proto': 'https' } }
    expect((await ask('/api/login', secure)).headers['set-cookie']?.[0]).toContain('; Secure')
  })

  it('keeps only a hash of the code, readable by the owner', async () => {
    const file = join(server.folder, 'data', 'access.json')
    const text = await readFile(file, 'utf8')
    expect(text).not.toContain(server.code!)
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  it('makes wrong codes wait', async () => {
    const results: number[] = []
    for (let i = 0; i < 8; i++) results.push((await ask('/api/login', loginBody('wrong'))).status)
    expect(results.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(results.at(-1)).toBe(429)
    // Even the right one waits, and so does one that is sent as bearer.
    expect((await ask('/api/login', loginBody(server.code!))).status).toBe(429)
    forget()
  })

  it('counts wrong codes that come at one moment', async () => {
    const codes = Array.from({ length: 40 }, (_, i) => `guess-${i}`)
    const results = await Promise.all(codes.map(async (code) => (await ask('/api/login', loginBody(code))).status))
    expect(results.filter((status) => status === 401).length).toBeLessThanOrEqual(6)
    expect(results.filter((status) => status === 429).length).toBeGreaterThanOrEqual(34)
    forget()
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
    for (const host of ['localhost:7860', '127.0.0.1', '[::1]:7860', '192.168.1.5:7860']) {
      expect((await ask('/api/models', { headers: { host } })).status).toBe(200)
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
  await third.end()
})

it('knows loopback addresses', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) expect(isLoopback(address)).toBe(true)
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '127.evil', undefined]) {
    expect(isLoopback(address)).toBe(false)
  }
})

describe('limits', () => {
  it('doubles the wait after failures and forgets on success', () => {
    const limit = new FailureLimit(2, 10_000)
    limit.fail('a', 0)
    limit.fail('a', 0)
    expect(limit.wait('a', 0)).toBe(0)
    limit.fail('a', 0)
    expect(limit.wait('a', 0)).toBe(1000)
    limit.fail('a', 0)
    expect(limit.wait('a', 500)).toBe(1500)
    for (let i = 0; i < 20; i++) limit.fail('a', 0)
    expect(limit.wait('a', 0)).toBe(10_000)
    expect(limit.wait('b', 0)).toBe(0)
    limit.succeed('a')
    expect(limit.wait('a', 0)).toBe(0)
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
