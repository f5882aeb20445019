import { IncomingMessage } from 'node:http'
import { connect, Socket } from 'node:net'
import { getPath } from 'hono/utils/url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../testing/test-server'
import { readTarget } from './request-target'

function requestOf(url: string, host = 'localhost'): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { url, rawHeaders: ['Host', host], headersDistinct: { host: [host] } })
  return request
}

describe('what a request asks for', () => {
  it('is a plain path below a name', () => {
    for (const [url, path] of [
      ['/', '/'],
      ['/api/models?x=/../y', '/api/models'],
      ['/%61pi/models', '/api/models'],
      ['/login/', '/login/'],
      ['/a%20b/%E5%9B%BE.png', '/a b/图.png'],
      ['/100%25', '/100%'],
      ['/_next/static/chunks/%5Bid%5D~1.js', '/_next/static/chunks/[id]~1.js'],
    ]) {
      const request = requestOf(url)
      expect(readTarget(request).path).toBe(path)
      // What routes it reads the same out of the address that is left (a percent sign is decoded with the part it is in).
      expect(getPath({ url: `http://localhost${request.url}` } as Request)).toBe(path.replace('%', '%25'))
      expect(decodeURIComponent(new URL(`http://localhost${request.url}`).pathname)).toBe(path)
    }
  })

  it('is refused when two readers may read two things out of it', () => {
    const parts = [
      '..',
      '.',
      '%2e%2e',
      '%2E',
      '%252e%252e',
      'a%2fb',
      'a%5cb',
      'a%255c',
      'a\\b',
      '%00',
      '%',
      '%c0%af',
      '',
    ]
    for (const part of parts) expect(() => readTarget(requestOf(`/${part}/x`)), part).toThrow()
    for (const url of [
      '',
      '*',
      'http://localhost/api',
      'localhost:80',
      '//x/api',
      '/a#b',
      '/a b',
      '/ü',
      '/%25252541',
    ]) {
      expect(() => readTarget(requestOf(url)), url).toThrow()
    }
  })

  it('comes by a name or an address', () => {
    for (const [host, name, port] of [
      ['LOCALHOST:80', 'localhost', 80],
      ['[::1]:7860', '[::1]', 7860],
      ['ocr.example', 'ocr.example', undefined],
    ]) {
      expect(readTarget(requestOf('/', host as string))).toMatchObject({ name, port })
    }
    const hosts = [
      '',
      'a b',
      'a/b',
      'a@b',
      'ä',
      '\xfc.\xfc',
      'a:',
      'a:b',
      'a:99999',
      '[::g]',
      '::1',
      'a?b',
      'a#b',
      'a,b',
      'a%41',
    ]
    for (const host of hosts) expect(() => readTarget(requestOf('/', host)), host).toThrow()
    const twice = requestOf('/')
    Object.assign(twice, { headersDistinct: { host: ['localhost', 'localhost'] } })
    expect(() => readTarget(twice)).toThrow()
  })
})

describe('a stranger', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ askLocal: true })
  })
  afterAll(() => server.end())

  /** Status of the answer to these very bytes. */
  const send = (line: string, host: string, more = ''): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1')
      let text = ''
      socket.on('data', (data) => {
        text += data
      })
      socket.on('close', () => resolve(text.split('\r\n')[0]))
      socket.on('error', reject)
      socket.end(Buffer.from(`${line}\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`, 'latin1'))
    })

  it('gets no room behind the door by any mixture of Host and path', async () => {
    const hosts = [
      'localhost',
      '\xfc.\xfc.\xfc.\xfc/api/models?xx.localhost',
      'localhost/api/models?',
      'localhost#',
      '\xff\xfe',
      'x@localhost',
    ]
    const paths = [
      '/api/models',
      '/api/health/../models',
      '/api/health/%2e%2e/models',
      '/api/health%2f..%2fmodels',
      '//localhost/api/models',
      'http://localhost/api/models',
      'http://localhost/api/health?/../models',
      '/api/health\\..\\models',
      '/%61%70%69/models',
      '/api/./models',
      '/socket.io/../api/models',
      '/API/models',
    ]
    for (const host of hosts) {
      for (const path of [...paths, '/api/health']) {
        const status = await send(`GET ${path} HTTP/1.1`, host)
        const open = host === 'localhost' && path === '/api/health'
        expect(status, `${host} ${path}`).toMatch(open ? / 200 / : / (400|401|403|404) /)
      }
    }
    expect(await send('GET /api/models HTTP/1.0', 'localhost')).toContain(' 401 ')
    expect(await send('GET /api/models HTTP/1.1', 'localhost', 'Host: localhost\r\n')).toContain(' 400 ')
    expect(await send('CONNECT localhost:80 HTTP/1.1', 'localhost')).not.toContain(' 200')
    expect(await send('OPTIONS * HTTP/1.1', 'localhost')).toContain(' 400 ')
  })

  it('gets no upgrade but by the gate, and none to another machine', async () => {
    const upgrade = 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
    for (const [path, host] of [
      ['/socket.io/?EIO=4&transport=websocket', 'localhost'],
      ['/socket.io/?EIO=4&transport=websocket', 'localhost/?x.localhost'],
      [`http://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`, 'localhost'],
      ['/_next/hmr', 'localhost'],
      ['/api/models', 'localhost'],
    ]) {
      const status = await send(
        `GET ${path} HTTP/1.1`,
        host,
        upgrade.replace('Upgrade', 'Connection: Upgrade\r\nUpgrade'),
      )
      expect(status, path).toMatch(/ (400|401|403) /)
    }
  })
})
