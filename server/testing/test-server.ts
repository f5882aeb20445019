import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig, type ServerConfig } from '../config/config'
import { type RunningServer, startServer } from '../start'

export interface TestServer extends RunningServer {
  url: string
  folder: string
  /** fetch of a path below /api. */
  api(path: string, init?: RequestInit): Promise<Response>
  json<T>(path: string, init?: RequestInit): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  /** Closes and removes everything. */
  end(): Promise<void>
}

export async function testFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ocr-server-'))
}

function testConfig(folder: string, change: Partial<ServerConfig> = {}): ServerConfig {
  const env = {
    DATA_DIR: join(folder, 'data'),
    WORK_DIR: join(folder, 'workdirs'),
    OUTPUT_DIR: join(folder, 'outputs'),
    DATA_ROOTS: folder,
    HOST: '127.0.0.1',
    PORT: '0',
  }
  return { ...readConfig(['--api-only'], env as unknown as NodeJS.ProcessEnv), ...change }
}

/** A real server on a free port, in a folder of its own. */
export async function startTestServer(change: Partial<ServerConfig> = {}, folder?: string): Promise<TestServer> {
  const place = folder ?? (await testFolder())
  const server = await startServer(testConfig(place, change), pino({ level: process.env.LOG_LEVEL ?? 'error' }))
  const url = `http://127.0.0.1:${server.port}`
  const api = (path: string, init?: RequestInit): Promise<Response> => fetch(`${url}/api${path}`, init)
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const answer = await api(path, init)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as T
  }
  return {
    ...server,
    url,
    folder: place,
    api,
    json,
    post: (path, body) => json(path, asJsonPost(body)),
    async end() {
      await server.close()
      await rm(place, { recursive: true, force: true })
    },
  }
}

export const asJsonPost = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Code of a refusal. */
export async function errorCode(answer: Response): Promise<string> {
  return ((await answer.json()) as { error: { code: string } }).error.code
}

export interface RawAnswer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

/** A request with headers that fetch does not let through (Host, Origin), and with the path as it is. */
export function rawRequest(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; host?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, body, host = '127.0.0.1' } = options
    const request = httpRequest({ host, port, path, method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Asks again until `done` is content. */
export async function until<T>(ask: () => Promise<T>, done: (value: T) => boolean, seconds = 120): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = await ask()
    if (done(value)) return value
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value).slice(0, 500)} after ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
