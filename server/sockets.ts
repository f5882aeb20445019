import { createServer, type IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import { Server, type Socket } from 'socket.io'
import { z } from 'zod'
import { UserError } from '../detector/errors'
import { RequestLimit } from './access/rate-limit'
import { errorBody } from './children/protocol'
import type { ServerContext } from './context'
import type { ClientToServer, ServerToClient, WatchKind } from './events/schema'
import type { Rooms } from './front-door'
import { idSchema } from './http/schema'

const kinds = z.enum(['run', 'batch', 'export'])
const watchSchema = z.object({
  kind: kinds,
  id: idSchema,
  after: z.number().int().min(0),
  generation: z.number().int().min(0).optional(),
})
const unwatchSchema = z.object({ kind: kinds, id: idSchema })
const MOST_WATCHED = 32
/** Watches and unwatches of one client a minute. */
const MOST_REQUESTS = 600

type Sockets = Server<ClientToServer, ServerToClient>
type Client = Socket<ClientToServer, ServerToClient>
type Parts = Pick<ServerContext, 'gate' | 'access' | 'hub' | 'runs' | 'batches' | 'exports' | 'log'>

/** Live events over socket.io; the door hands handshakes in, which pass the same gate as requests. */
export function openSockets(parts: Parts): Rooms['sockets'] & { close(): Promise<void> } {
  // It listens to a server of its own, on which nothing comes but by the door.
  const inner = createServer()
  const io: Sockets = new Server(inner, {
    serveClient: false,
    maxHttpBufferSize: 100_000,
    allowRequest: (request, answer) => {
      admits(parts, request).then(
        (ok) => answer(null, ok),
        () => answer(null, false),
      )
    },
  })
  io.on('connection', (client) => serve(client, parts))
  // Who has logged out hears no more.
  parts.access.onEnd = async () => {
    for (const client of io.sockets.sockets.values()) {
      if ((await parts.gate.access(client.request)) === 'needed') client.disconnect(true)
    }
  }
  parts.hub.onChange((kind, id) => io.emit('changed', { kind, id }))
  return {
    request: (request, response) => inner.emit('request', request, response),
    upgrade: (request, socket, head) => inner.emit('upgrade', request, socket, head),
    async close() {
      io.disconnectSockets(true)
      await io.close()
    },
  }
}

async function admits({ gate, log }: Parts, request: IncomingMessage): Promise<boolean> {
  const access = await gate.access(request)
  try {
    gate.checkSource(request, access, true)
  } catch (error) {
    log.warn({ host: request.headers.host, origin: request.headers.origin }, (error as Error).message)
    return false
  }
  return access !== 'needed'
}

function serve(client: Client, parts: Parts): void {
  const stops = new Map<string, () => void>()
  const limit = new RequestLimit(MOST_REQUESTS, 60_000)
  /** Grows with each watch of a key, so that a replay that was overtaken ends. */
  const turns = new Map<string, number>()

  client.on('watch', async (request, answer) => {
    try {
      const { kind, id, after, generation } = read(watchSchema, request, limit, client)
      const key = `${kind}:${id}`
      if (!stops.has(key) && stops.size >= MOST_WATCHED) {
        throw new UserError({
          code: 'too-many-requests',
          message: `At most ${MOST_WATCHED} things are watched at a time.`,
        })
      }
      const turn = (turns.get(key) ?? 0) + 1
      turns.set(key, turn)
      stops.get(key)?.()
      stops.set(key, () => undefined)
      const source = await sourceOf(parts, kind, id, generation)
      let from = after
      if (kind === 'run' && source.cut !== undefined && source.cut < after) {
        from = source.cut
        client.emit('cut', { kind, id, seq: from, generation: source.generation })
      }
      const current = (): boolean => client.connected && turns.get(key) === turn
      const { lastSeq, stop } = await parts.hub.follow(
        kind,
        id,
        source.file,
        from,
        {
          event: (event) => void (current() && client.emit('event', { kind, id, event })),
          cut: (seq, now) => void (current() && client.emit('cut', { kind: 'run', id, seq, generation: now })),
        },
        current,
      )
      if (current()) stops.set(key, stop)
      else stop()
      answerTo(answer)?.({ ok: true, lastSeq, generation: source.generation })
    } catch (error) {
      if (!(error instanceof UserError)) logDefect(parts.log, error)
      answerTo(answer)?.({ ok: false, error: errorBody(error) })
    }
  })
  client.on('unwatch', (request) => {
    const parsed = unwatchSchema.safeParse(request)
    if (!parsed.success) return
    const key = `${parsed.data.kind}:${parsed.data.id}`
    turns.set(key, (turns.get(key) ?? 0) + 1)
    stops.get(key)?.()
    stops.delete(key)
  })
  client.on('disconnect', () => {
    for (const stop of stops.values()) stop()
    stops.clear()
    turns.clear()
  })
}

async function sourceOf(
  { runs, batches, exports }: Parts,
  kind: WatchKind,
  id: string,
  generation: number | undefined,
): Promise<{ file: string; generation: number; cut?: number }> {
  if (kind === 'run') return runs.watched(id, generation)
  const { file } = await (kind === 'batch' ? batches : exports).watched(id)
  return { file, generation: 0 }
}

function read<S extends z.ZodType>(schema: S, value: unknown, limit: RequestLimit, client: Client): z.output<S> {
  if (!limit.allows(client.id)) {
    throw new UserError({ code: 'too-many-requests', message: 'Too many requests in this minute.' })
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new UserError({ code: 'request-invalid', message: `watch: ${result.error.issues[0].message}.` })
}

/** A client may leave the acknowledgement out, or send anything in its place. */
const answerTo = <F>(answer: F | undefined): F | undefined => (typeof answer === 'function' ? answer : undefined)

const logDefect = (log: Logger, error: unknown): void => log.error({ err: error }, 'watch failed')
