import { mkdir, realpath, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from 'pino'
import { UserError } from '../detector/errors'
import { holdLock } from '../detector/formats/hold-lock'
import { AccessCode } from './access/access-code'
import { Gate } from './access/gate'
import { setSecurityHeaders } from './access/headers'
import { statusOf } from './api/http-error'
import { makeApi } from './api/make-api'
import { OPEN_ROUTES } from './api/system-routes'
import type { ServerConfig } from './config'
import type { ServerContext } from './context'
import { EventHub } from './events/event-hub'
import { JournalReader } from './events/read-journal'
import { openSockets } from './events/sockets'
import { BatchRunner } from './jobs/batch-runner'
import { Batches } from './jobs/batches'
import { DataDirectories } from './jobs/data-directories'
import { Datasets } from './jobs/datasets'
import { Detections } from './jobs/detections'
import { Estimates } from './jobs/estimates'
import { Exports } from './jobs/exports'
import { FoundRuns } from './jobs/found-runs'
import { InferenceQueue } from './jobs/inference-queue'
import { Models } from './jobs/models'
import { RunFollower } from './jobs/run-follower'
import { RunQueue } from './jobs/run-queue'
import { RunRecorder } from './jobs/run-recorder'
import { RunStore } from './jobs/run-store'
import { Runs } from './jobs/runs'
import { openPages, type Pages } from './pages'
import { openDatabase } from './store/database'
import { migrate } from './store/migrate'
import { UntilWritten } from './store/until-written'
import { BoundedTasks } from './workers/bounded-tasks'

export interface RunningServer {
  http: Server
  context: ServerContext
  /** Port that it listens on (another than asked for when that was 0). */
  port: number
  /** Access code of this start; absent when it was chosen or nobody is asked. */
  code: string | undefined
  close(): Promise<void>
}

/** A former server that was killed a moment ago may not be gone altogether. */
const LOCK_PATIENCE = 3000
/** A batch to which nobody adds for so long is closed; looked for every minute. */
const FORGOTTEN_MS = 60 * 60_000
const SWEEP_MS = 60_000

/**
 * Starts everything: database, processes, API, sockets, pages.
 * @throws UserError `locked` when another server works with the data directory, `port-taken`, `pages-missing`
 */
export async function startServer(given: ServerConfig, log: Logger): Promise<RunningServer> {
  await Promise.all([given.dataDir, given.workDir, given.outputDir].map((path) => mkdir(path, { recursive: true })))
  const config: ServerConfig = {
    ...given,
    dataRoots: await Promise.all(given.dataRoots.map((root) => realpath(root).catch(() => root))),
  }
  const lock = lockData(config.dataDir)
  const closers: (() => unknown)[] = [() => lock.release()]
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    // What an upload left when the server died in its middle.
    await rm(join(config.dataDir, 'uploads'), { recursive: true, force: true })
    const file = join(config.dataDir, 'app.db')
    const applied = migrate(file, join(config.root, 'prisma', 'migrations'))
    if (applied.length > 0) log.info({ applied }, 'database migrated')
    const db = await openDatabase(file)
    closers.push(() => db.$disconnect())

    const { access, code } = await AccessCode.open(config.dataDir, config.password)
    const gate = new Gate({ access, open: config.open, hosts: config.hosts })
    const reader = new JournalReader()
    const hub = new EventHub(reader)
    const disk = new UntilWritten(log)
    const inference = new InferenceQueue()
    const tasks = new BoundedTasks()
    const onFailure = (error: unknown): void => log.error({ err: error }, 'work beside a request failed')
    const models = new Models(config, db, hub, tasks)
    const detections = new Detections(config, models, inference, onFailure)
    const batches = new Batches(config, db, hub, reader, models, inference, log)
    const runner = new BatchRunner(config, db, batches, models, inference, disk, log)
    const datasets = new Datasets(
      config,
      new DataDirectories(config),
      db,
      hub,
      reader,
      tasks,
      inference,
      disk,
      onFailure,
    )
    const runStore = new RunStore(config, db, hub, reader)
    const recorder = new RunRecorder(runStore, hub, reader, models, disk)
    const runQueue = new RunQueue(config, runStore, hub, reader, recorder, disk, log)
    const found = new FoundRuns(config, runStore, log)
    const follower = new RunFollower(runStore, runQueue, found, recorder, reader, log)
    const runs = new Runs(config, runStore, runQueue, follower, hub, reader, models, datasets)
    const estimates = new Estimates(datasets, models)
    const exports = new Exports(config, db, hub, reader, models, disk, log)
    const context: ServerContext = {
      ...{ config, log, db, access, gate, hub, reader, inference },
      ...{ models, detections, batches, datasets, runs, runQueue, estimates, exports },
    }
    const sweep = setInterval(() => void batches.closeForgotten(FORGOTTEN_MS), SWEEP_MS).unref()
    closers.push(async () => {
      clearInterval(sweep)
      disk.close()
      // First what goes on by itself, then what the others need.
      const work = [runner.close(), exports.close(), runQueue.close(), follower.close()]
      inference.close()
      tasks.close()
      estimates.close()
      await Promise.all(work)
    })

    const http = createServer({ requestTimeout: 0, headersTimeout: 30_000 })
    const pages = config.apiOnly ? undefined : await openPages(config, http)
    if (pages) closers.push(() => pages.close())
    const io = openSockets(http, context)
    closers.push(async () => {
      io.disconnectSockets(true)
      await io.close()
      http.closeAllConnections()
    })
    http.on('request', listener(context, getRequestListener(makeApi(context).fetch), pages))
    if (config.production) {
      // An upgrade to anything but the socket is nobody's.
      http.on('upgrade', (request, socket) => {
        if (!request.url?.startsWith('/socket.io/')) socket.destroy()
      })
    }
    await models.registerBase()
    await Promise.all([runQueue.reconcile(), batches.reconcile(), exports.reconcile(), datasets.reconcile()])
    follower.start()
    const port = await listen(http, config)
    return { http, context, port, code: config.open ? undefined : code, close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** One way in for API and pages: headers, host, origin, access; then whoever it is for. */
function listener({ gate, log }: ServerContext, api: Handler, pages: Pages | undefined): Handler {
  return async (request, response) => {
    const path = (request.url ?? '/').split('?')[0]
    if (path.startsWith('/socket.io/')) return
    setSecurityHeaders(response)
    const isApi = path === '/api' || path.startsWith('/api/')
    try {
      const access = await gate.access(request)
      gate.checkSource(request, access)
      if (access === 'needed' && isApi && !OPEN_ROUTES.has(path)) {
        throw new UserError({
          code: 'access-needed',
          message: 'The access code is needed.',
          fix: 'Log in, or send it as "Authorization: Bearer …". The server printed it at its start.',
        })
      }
      if (isApi) return await api(request, response)
      if (pages) return await pages.handle(request, response, access !== 'needed')
      throw new UserError({ code: 'route-unknown', message: `There is no ${path}.` })
    } catch (error) {
      refuse(response, error, log)
    }
  }
}

function refuse(response: ServerResponse, error: unknown, log: Logger): void {
  if (!(error instanceof UserError)) log.error({ err: error }, 'request failed')
  if (response.headersSent) {
    response.destroy()
    return
  }
  const known = error instanceof UserError
  const body = known ? error.toBody() : { code: 'internal', message: 'The program has a fault; its log says more.' }
  // What was not read of the request is not read any more.
  response.writeHead(known ? statusOf(error) : 500, { 'Content-Type': 'application/json', Connection: 'close' })
  response.end(JSON.stringify({ error: body }))
}

function lockData(dataDir: string) {
  try {
    return holdLock(join(dataDir, 'server.lock'), LOCK_PATIENCE)
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause
    throw new UserError(
      {
        code: 'locked',
        message: 'Another server works with this data directory.',
        where: { file: dataDir },
        fix: 'Stop it, or choose another directory with DATA_DIR.',
      },
      { cause },
    )
  }
}

function listen(http: Server, { port, host }: ServerConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `The port ${port} is taken by another program.`,
        EACCES: `The port ${port} may not be used by this user.`,
        EADDRNOTAVAIL: `The address ${host} is none of this machine.`,
      }
      const message = reasons[cause.code ?? '']
      if (!message) return reject(cause)
      const fix = 'Choose another one: PORT=7861 bash start_app.sh'
      return reject(new UserError({ code: 'port-taken', message, fix }, { cause }))
    })
    http.listen(port, host, () => {
      const address = http.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
