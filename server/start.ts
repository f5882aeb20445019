import { realpath, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from 'pino'
import { UserError } from '../detector/errors'
import { AccessCode } from './access/access-code'
import { Gate } from './access/gate'
import { BatchRunner } from './batches/batch-runner'
import { Batches } from './batches/batches'
import { BoundedTasks } from './children/bounded-tasks'
import type { ServerConfig } from './config/config'
import type { ServerContext } from './context'
import { DataDirectories } from './datasets/data-directories'
import { Datasets } from './datasets/datasets'
import { closeDatabase, openDatabase } from './db/database'
import { migrate } from './db/migrate'
import { lockData, makeDirectories, sweepLeftBehind } from './db/open-data'
import { Detections } from './detections/detections'
import { EventHub } from './events/event-hub'
import { JournalReader } from './events/read-journal'
import { Exports } from './exports/exports'
import { openDoor } from './front-door'
import { openPages } from './http/pages'
import { InferenceQueue } from './inference/inference-queue'
import { makeApi } from './make-api'
import { Models } from './models/models'
import { Estimates } from './runs/estimates'
import { FoundRuns } from './runs/found-runs'
import { RunFollower } from './runs/run-follower'
import { RunQueue } from './runs/run-queue'
import { RunRecorder } from './runs/run-recorder'
import { RunStore } from './runs/run-store'
import { Runs } from './runs/runs'
import { openSockets } from './sockets'
import { UntilWritten } from './storage/until-written'

export interface RunningServer {
  http: Server
  context: ServerContext
  /** Port that it listens on (another than asked for when that was 0). */
  port: number
  /** Access code of this start; absent when it was chosen or nobody is asked. */
  code: string | undefined
  close(): Promise<void>
}

/** A batch to which nobody adds for so long is closed; looked for every minute. */
const FORGOTTEN_MS = 60 * 60_000
const SWEEP_MS = 60_000
/** What answers are under way when the server ends have so long. */
const GRACE_MS = 2000
/** A header must be here as a whole within so long; looked for every so often. */
const HEADER_MS = 10_000
const LOOK_MS = 2000
const MOST_CONNECTIONS = 2000

/**
 * Starts everything: database, processes, API, sockets, pages.
 * @throws UserError `locked` when another server works with the data directory, `database-damaged`, `port-taken`,
 * `pages-missing`, and what makes a directory unusable
 */
export async function startServer(given: ServerConfig, log: Logger): Promise<RunningServer> {
  await makeDirectories(given)
  const config: ServerConfig = {
    ...given,
    dataRoots: await Promise.all(given.dataRoots.map((root) => realpath(root).catch(() => root))),
  }
  const lock = lockData(config.dataDir)
  const closers: (() => unknown)[] = [() => lock.release()]
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      // One that fails keeps none of the others from ending in order.
      await Promise.resolve()
        .then(close)
        .catch((error) => log.error({ err: error }, 'ending'))
    }
  }
  try {
    // What an upload left when the server died in its middle.
    await rm(join(config.dataDir, 'uploads'), { recursive: true, force: true })
    const file = join(config.dataDir, 'app.db')
    const applied = migrate(file, join(config.root, 'prisma', 'migrations'))
    if (applied.length > 0) log.info({ applied }, 'database migrated')
    const db = await openDatabase(file)
    closers.push(() => closeDatabase(db))
    const removed = await sweepLeftBehind(config)
    if (removed > 0) log.info({ removed }, 'files of writers that were killed are gone')

    const { access, code } = await AccessCode.open(config.dataDir, config.password)
    const gate = new Gate({ access, open: config.open, askLocal: config.askLocal, hosts: config.hosts })
    const reader = new JournalReader()
    const hub = new EventHub(reader)
    const disk = new UntilWritten(log)
    const inference = new InferenceQueue()
    const tasks = new BoundedTasks()
    const onFailure = (error: unknown): void => log.error({ err: error }, 'work beside a request failed')
    const basis = { config, db, hub, reader, inference, tasks, disk, log, onFailure }
    const models = new Models(basis)
    const detections = new Detections({ ...basis, models })
    const batches = new Batches({ ...basis, models })
    const runner = new BatchRunner({ ...basis, models, batches })
    const directories = new DataDirectories(config)
    const datasets = new Datasets({ ...basis, directories })
    const store = new RunStore(basis)
    const recorder = new RunRecorder({ ...basis, store, models })
    const runQueue = new RunQueue({ ...basis, store, recorder })
    const found = new FoundRuns(config, store, log)
    const follower = new RunFollower({ ...basis, store, queue: runQueue, found, recorder })
    const runs = new Runs({ ...basis, store, queue: runQueue, follower, models, datasets })
    const estimates = new Estimates(datasets, models)
    const exports = new Exports({ ...basis, models })
    const context: ServerContext = {
      ...{ config, log, db, access, gate, hub, reader, inference },
      ...{ models, detections, batches, datasets, directories, runs, runQueue, estimates, exports },
    }
    const sweep = setInterval(() => void batches.closeForgotten(FORGOTTEN_MS), SWEEP_MS).unref()
    const http = createServer({ requestTimeout: 0, headersTimeout: HEADER_MS, connectionsCheckingInterval: LOOK_MS })
    http.maxConnections = MOST_CONNECTIONS
    const connections = new Set<Socket>()
    http.on('connection', (socket) => {
      connections.add(socket)
      socket.once('close', () => connections.delete(socket))
    })
    const pages = config.apiOnly ? undefined : await openPages(config)
    if (pages) closers.push(() => pages.close())
    const sockets = openSockets(context)
    openDoor(http, gate, log, { api: getRequestListener(makeApi(context).fetch), pages, sockets })
    closers.push(async () => {
      clearInterval(sweep)
      disk.close()
      // First what goes on by itself is told to save, then nobody comes in any more, then who is still here is cut off.
      const work = [runner.close(), exports.close(), runQueue.close(), follower.close()]
      const closed = new Promise((resolve) => http.close(resolve))
      await sockets.close()
      http.closeIdleConnections()
      const cut = setTimeout(() => {
        for (const socket of connections) socket.destroy()
      }, GRACE_MS)
      await closed
      clearTimeout(cut)
      inference.close()
      tasks.close()
      estimates.close()
      await Promise.all(work)
    })
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

function listen(http: Server, { port, host }: ServerConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `The port ${port} is taken by another program.`,
        EACCES: `The port ${port} may not be used by this user.`,
        EADDRNOTAVAIL: `The address ${host} is none of this machine.`,
        ENOTFOUND: `There is no address by the name "${host}".`,
        EAI_AGAIN: `There is no address by the name "${host}".`,
        EAFNOSUPPORT: `This machine has no addresses like ${host}.`,
        EINVAL: `"${host}" is no address to listen on.`,
      }
      const message = reasons[cause.code ?? '']
      if (!message) return reject(cause)
      const ofPort = cause.code === 'EADDRINUSE' || cause.code === 'EACCES'
      const fix = `Choose another one: ${ofPort ? 'PORT=7861' : 'HOST=127.0.0.1'} bash start_app.sh`
      return reject(new UserError({ code: 'port-taken', message, fix }, { cause }))
    })
    http.listen(port, host, () => {
      const address = http.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
