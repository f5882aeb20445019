import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { UserError } from '../detector/errors'
import type { Gate } from './access/gate'
import { readTarget } from './access/request-target'
import { setSecurityHeaders } from './http/headers'
import { statusOf } from './http/http-error'
import type { Pages } from './http/pages'
import { OPEN_ROUTES } from './system/routes'

/** What lies behind the door. */
export interface Rooms {
  api(request: IncomingMessage, response: ServerResponse): unknown
  pages: Pages | undefined
  sockets: {
    request(request: IncomingMessage, response: ServerResponse): unknown
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): unknown
  }
}

const SOCKETS = '/socket.io/'
/** A request whose sender has not entered yet must be here as a whole within so long. */
const STRANGER_MS = 10_000
/** A body of which nothing comes for so long is given up. */
const SILENT_MS = 60_000

/**
 * The one way in for API, pages and sockets: what is asked for is read once (`readTarget`), then headers, host, origin and
 * access are judged on that, and the same is handed to whoever it is for. Nobody else listens to the server.
 */
export function openDoor(http: Server, gate: Gate, log: Logger, { api, pages, sockets }: Rooms): void {
  http.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    setSecurityHeaders(response)
    try {
      giveUpSilent(request)
      const { path } = readTarget(request)
      if (path.startsWith(SOCKETS)) return sockets.request(request, response)
      const access = await gate.access(request)
      gate.checkSource(request, access)
      if (access === 'needed') hurry(request)
      const isApi = path === '/api' || path.startsWith('/api/')
      if (access === 'needed' && isApi && !OPEN_ROUTES.has(path)) {
        throw new UserError({
          code: 'access-needed',
          message: 'The access code is needed.',
          fix: 'Log in, or send it as "Authorization: Bearer …". The server printed it at its start.',
        })
      }
      if (isApi) return await api(request, response)
      if (pages) return await pages.handle(request, response, path, access !== 'needed')
      throw new UserError({ code: 'route-unknown', message: `There is no ${path}.` })
    } catch (error) {
      refuse(response, error, log)
    }
  })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    try {
      if (readTarget(request).path.startsWith(SOCKETS)) return sockets.upgrade(request, socket, head)
      // Only development has others.
      if (pages?.upgrade) return pages.upgrade(request, socket, head)
    } catch (error) {
      if (!(error instanceof UserError)) log.error({ err: error }, 'upgrade failed')
    }
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
}

function hurry(request: IncomingMessage): void {
  const timer = setTimeout(() => request.complete || request.destroy(), STRANGER_MS).unref()
  request.once('close', () => clearTimeout(timer))
}

/** Uploads may take hours, but not stand still. */
function giveUpSilent(request: IncomingMessage): void {
  if (request.complete) return
  const { socket } = request
  socket.setTimeout(SILENT_MS)
  request.once('end', () => socket.setTimeout(0))
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
