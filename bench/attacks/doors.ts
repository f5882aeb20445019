import { existsSync, statSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ACCESS_CODE } from '../../e2e/app-server'
import { formOf, writePictures } from '../../e2e/sample-data'
import { type Attack, held, sendBytes, statusOf, type Target } from './attack'

/** Bytes of a request without a body that closes. */
const plain = (line: string, host: string, more = ''): string =>
  `${line}\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`
const body = (code: string): string => JSON.stringify({ code })
const login = (target: Target, code: string, host = target.elsewhere!): Promise<Response> =>
  fetch(`http://${host}:${target.server.port}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body(code),
  })
/** Longest that something may stay open before its sender has entered: ten seconds and those until the next look. */
const STRANGER_MS = 14_000

/** Who gets in: Host, path, proxies, upgrades, codes, sessions; and what stops the server before anybody has entered. */
export const doors: Attack[] = [
  {
    promise: 'T1',
    name: 'a Host whose bytes become a path',
    foreign: true,
    async run({ server, elsewhere }) {
      for (const host of ['\xfc.\xfc.\xfc.\xfc/api/models?xx.localhost', 'x/api/models?x.localhost', 'x#.localhost']) {
        const answer = await sendBytes(elsewhere!, server.port, plain('GET /api/health HTTP/1.1', host))
        held(statusOf(answer) === 400, `${JSON.stringify(host)}: ${answer.slice(0, 300)}`)
      }
    },
  },
  {
    promise: 'T1',
    name: 'a Host that claims to be this machine, from elsewhere',
    foreign: true,
    async run({ server, elsewhere }) {
      for (const host of ['localhost', '127.0.0.1', '[::1]', 'a.localhost', '127.0.0.1.localhost']) {
        const answer = await sendBytes(elsewhere!, server.port, plain('GET /api/models HTTP/1.1', host))
        held([401, 403].includes(statusOf(answer)), `${host}: ${statusOf(answer)}`)
      }
    },
  },
  {
    promise: 'T1',
    name: 'a path that gate and router read differently',
    foreign: true,
    async run({ server, elsewhere }) {
      const paths = [
        '/api/health/../models',
        '/api/health/%2e%2e/models',
        '/api/health%2f..%2fmodels',
        '//x/api/models',
      ]
      const others = [
        'http://localhost/api/models',
        '/api/login\\..\\models',
        '/%61pi/models',
        '/socket.io/../api/models',
      ]
      for (const path of [...paths, ...others]) {
        const answer = await sendBytes(elsewhere!, server.port, plain(`GET ${path} HTTP/1.1`, elsewhere!))
        held([400, 401].includes(statusOf(answer)), `${path}: ${statusOf(answer)}`)
      }
    },
  },
  {
    promise: 'T1',
    name: 'pages without login by way of their files',
    foreign: true,
    async run({ server, elsewhere }) {
      const ways = [
        '/_next/static/../../export',
        '/_next/static/%2e%2e/%2e%2e/export',
        '/_next/static/..%2f..%2fexport',
      ]
      for (const path of [...ways, '/_next/static/x/../../../models', '/export', '/_next/data/x/export.json']) {
        const answer = await sendBytes(elsewhere!, server.port, plain(`GET ${path} HTTP/1.1`, elsewhere!))
        held([303, 400].includes(statusOf(answer)), `${path}: ${statusOf(answer)}`)
      }
    },
  },
  {
    promise: 'T1',
    name: 'a socket without the code, and one to another machine',
    foreign: true,
    async run({ server, elsewhere }) {
      let reached = false
      const inside = createServer((socket) => {
        reached = true
        socket.destroy()
      })
      await new Promise<void>((done) => inside.listen(0, '127.0.0.1', done))
      const { port } = inside.address() as { port: number }
      const upgrade =
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
      for (const path of [
        '/socket.io/?EIO=4&transport=websocket',
        '/socket.io/?EIO=4&transport=polling',
        `http://127.0.0.1:${port}/`,
        `ws://127.0.0.1:${port}/`,
      ]) {
        const request = `GET ${path} HTTP/1.1\r\nHost: ${elsewhere}\r\nConnection: Upgrade\r\n${upgrade}\r\n`
        // A page must have been asked for: that is when Next begins to listen.
        await fetch(`${server.url}/login`)
        const status = statusOf(await sendBytes(elsewhere!, server.port, request, 2000))
        held([0, 400, 401, 403].includes(status), `${path}: ${status}`)
      }
      inside.close()
      held(!reached, 'the server connected to where the request line said')
    },
  },
  {
    promise: 'T1',
    name: 'a proxy that adds no header but speaks HTTP/1.0',
    async run({ server }) {
      const answer = await sendBytes('127.0.0.1', server.port, plain('GET /api/models HTTP/1.0', 'localhost'))
      held(statusOf(answer) === 401, `${statusOf(answer)}`)
    },
  },
  {
    promise: 'T4',
    name: 'a foreign Host or Origin through a browser on this machine',
    async run({ server }) {
      for (const more of ['Origin: https://evil.example\r\n', 'Sec-Fetch-Site: cross-site\r\n', 'Origin: null\r\n']) {
        const request = plain('POST /api/logout HTTP/1.1', `127.0.0.1:${server.port}`, `${more}Content-Length: 0\r\n`)
        const answer = await sendBytes('127.0.0.1', server.port, request)
        held(statusOf(answer) === 403, `${more}: ${statusOf(answer)}`)
      }
      const answer = await sendBytes('127.0.0.1', server.port, plain('GET /api/models HTTP/1.1', 'evil.example'))
      held(statusOf(answer) === 403, `${statusOf(answer)}`)
    },
  },
  {
    promise: 'T3',
    name: 'a cookie after its logout',
    foreign: true,
    async run(target) {
      const { server, elsewhere } = target
      const cookie = (await login(target, ACCESS_CODE)).headers.get('set-cookie')!.split(';')[0]
      const ask = (path: string, method = 'GET') =>
        fetch(`http://${elsewhere}:${server.port}/api${path}`, { method, headers: { cookie } })
      held((await ask('/models')).status === 200, 'the session does not begin')
      await ask('/logout', 'POST')
      held((await ask('/models')).status === 401, 'the cookie still opens')
    },
  },
  {
    promise: 'T2',
    name: 'files of code, sessions and rows that other users can read',
    async run({ server }) {
      const data = join(server.folder, 'data')
      held(((await stat(data)).mode & 0o077) === 0, 'the folder')
      for (const name of (await readdir(data)).filter((name) => /^(access|app\.db|server\.lock)/.test(name))) {
        held(((await stat(join(data, name))).mode & 0o077) === 0, name)
      }
    },
  },
  {
    promise: 'T14',
    name: 'bodies and headers that never end, 300 of each, before login',
    foreign: true,
    async run({ server, elsewhere }) {
      const bodyOf = (path: string, length: number) =>
        `POST ${path} HTTP/1.1\r\nHost: ${elsewhere}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`
      const started = performance.now()
      const open = Array.from({ length: 300 }, (_, n) => [
        sendBytes(elsewhere!, server.port, bodyOf(n % 2 ? '/api/login' : '/api/health', 1000), 60_000),
        sendBytes(elsewhere!, server.port, `GET / HTTP/1.1\r\nHost: ${elsewhere}\r\n`, 60_000),
      ]).flat()
      const large = await sendBytes(elsewhere!, server.port, bodyOf('/api/login', 990_000) + ' '.repeat(5000), 5000)
      held(statusOf(large) === 413, `a large body is read: ${statusOf(large)}`)
      held((await fetch(`${server.url}/api/health`)).ok, 'nobody else is answered meanwhile')
      await Promise.all(open)
      const ms = performance.now() - started
      held(ms < STRANGER_MS, `they stay open for ${Math.round(ms / 1000)} s`)
    },
  },
  {
    promise: 'T14',
    name: '/api/ready, 300 times at once, while somebody detects',
    foreign: true,
    async run({ server, elsewhere }) {
      const [picture] = await writePictures(join(server.folder, 'pictures'), 1)
      const flood = Array.from({ length: 300 }, () => fetch(`http://${elsewhere}:${server.port}/api/ready`))
      const answer = await fetch(`${server.url}/api/detect`, { method: 'POST', body: await formOf([picture], 'image') })
      held(answer.status === 200, `the detection is refused: ${await answer.text()}`)
      const asked = (await Promise.all(flood)).map(({ status }) => status)
      held(
        asked.every((status) => status === 200),
        `the server says that it is not ready: ${[...new Set(asked)]}`,
      )
    },
  },
  {
    promise: 'T2',
    name: 'guesses without end, and the right code from the same address',
    foreign: true,
    async run(target) {
      const guesses = Array.from({ length: 200 }, (_, n) => login(target, `guess-${n}`))
      const settled = Promise.all(guesses.map((guess) => guess.then(({ status }) => status)))
      const started = performance.now()
      const right = await login(target, ACCESS_CODE)
      held(right.status === 200, `the right code gets ${right.status}`)
      held(performance.now() - started < 5000, 'the right code waits')
      const looked = (await settled).filter((status) => status === 401).length
      // Five at once and ten that wait; five more where a new minute begins meanwhile.
      held(looked <= 20, `${looked} guesses were looked at within ${Math.round(performance.now() - started)} ms`)
    },
  },
  {
    promise: 'R5',
    name: 'an end while requests stand still',
    async run({ server }) {
      const stalled = [
        sendBytes('127.0.0.1', server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n', 60_000),
        sendBytes(
          '127.0.0.1',
          server.port,
          'POST /api/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
          60_000,
        ),
      ]
      await fetch(`${server.url}/api/health`)
      const started = performance.now()
      const code = await server.stop()
      const seconds = (performance.now() - started) / 1000
      await Promise.all(stalled)
      await server.launch()
      held(code === 0, `exit code ${code}`)
      held(seconds < 8, `${seconds.toFixed(1)} s`)
    },
  },
  {
    promise: 'R5',
    name: 'a clean end leaves rows in another file than app.db',
    async run({ server }) {
      await server.stop()
      const log = join(server.folder, 'data', 'app.db-wal')
      const bytes = existsSync(log) ? statSync(log).size : 0
      await server.launch()
      held(bytes === 0, `app.db-wal holds ${bytes} bytes`)
    },
  },
]
