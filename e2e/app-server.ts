import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

/** The checkout: dist/ and .next/ are built there (test.sh does it first). */
export const ROOT = resolve(import.meta.dirname, '..')
export const ACCESS_CODE = 'open-sesame-7860'
/** Real annotated sets; tests that need them are skipped where they are absent. */
export const OCR_DATA = resolve(ROOT, process.env.OCR_DATA || '../shared/data')

const START_PATIENCE_MS = 120_000
const STOP_PATIENCE_MS = 30_000

/** The real server, as start_app.sh starts it, with everything it writes in one temporary folder. */
export class AppServer {
  private child: ChildProcess | undefined
  private kept = false
  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly settings: Record<string, string>,
  ) {}

  /**
   * @param settings environment beside the usual one
   * @param folder where it keeps what it writes, for a second start; a temporary one without
   * @returns a server that answers
   */
  static async start(settings: Record<string, string> = {}, folder?: string): Promise<AppServer> {
    if (folder) await mkdir(folder, { recursive: true })
    const server = new AppServer(folder ?? (await mkdtemp(join(tmpdir(), 'ocr-e2e-'))), await freePort(), settings)
    server.kept = folder !== undefined
    await server.launch()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  /** Starts it (again), on the same port and data. */
  async launch(): Promise<void> {
    const log = openSync(join(this.folder, 'server.log'), 'a')
    const child = spawn(process.execPath, ['--enable-source-maps', 'dist/server.js'], {
      cwd: ROOT,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NODE_OPTIONS: '',
        HOST: '127.0.0.1',
        PORT: String(this.port),
        AUTH_PASSWORD: ACCESS_CODE,
        DATA_DIR: join(this.folder, 'data'),
        WORK_DIR: join(this.folder, 'workdirs'),
        OUTPUT_DIR: join(this.folder, 'outputs'),
        DATA_ROOTS: [this.folder, OCR_DATA].join(delimiter),
        ...this.settings,
      },
    })
    closeSync(log)
    this.child = child
    const end = Date.now() + START_PATIENCE_MS
    while (!(await this.answers())) {
      const gone = child.exitCode !== null || child.signalCode !== null
      if (gone || Date.now() > end) throw new Error(`The server did not start:\n${await this.log()}`)
      await new Promise((done) => setTimeout(done, 200))
    }
  }

  /** kill -9: no time to say goodbye. */
  async crash(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** Ends it and removes its folder, unless it was named at the start. */
  async close(): Promise<void> {
    await this.end('SIGTERM')
    if (!this.kept) await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, 'server.log'), 'utf8').catch(() => '')
  }

  /** A JSON answer of the API; `body` makes it a POST. */
  async api<T>(path: string, body?: unknown): Promise<T> {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return this.ask<T>(path, body === undefined ? {} : post)
  }

  /** Sends a form with files. */
  async send<T>(path: string, form: FormData): Promise<T> {
    return this.ask<T>(path, { method: 'POST', body: form })
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T> {
    const answer = await fetch(`${this.url}/api${path}`, init)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as T
  }

  private async answers(): Promise<boolean> {
    return fetch(`${this.url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    )
  }

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    await this.end('SIGTERM')
    return this.child?.exitCode ?? null
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
    await ended
    clearTimeout(timer)
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => done(port))
    })
  })
}
