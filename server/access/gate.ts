import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { UserError } from '../../detector/errors'
import type { AccessCode } from './access-code'
import { FailureLimit } from './rate-limit'

export const COOKIE = 'ocr_session'
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export type Access = 'local' | 'open' | 'granted' | 'needed'

export interface GateOptions {
  access: AccessCode
  open: boolean
  /** Host names beside localhost and addresses. */
  hosts: readonly string[]
}

/** Who may enter, and which requests are refused whoever sends them. Used for HTTP and for the socket's handshake alike. */
export class Gate {
  readonly attempts = new FailureLimit()
  /** Tries under way, by client and code: what comes at the same moment with the same code is one try. */
  private readonly trying = new Map<string, Promise<number>>()

  constructor(private readonly options: GateOptions) {}

  /**
   * Why this client may enter. A client on the machine itself goes straight in, unless something before us forwards its
   * requests, for then everybody would look local.
   */
  async access(request: IncomingMessage): Promise<Access> {
    if (this.options.open) return 'open'
    if (isLoopback(request.socket.remoteAddress) && !isForwarded(request)) return 'local'
    const session = cookie(request, COOKIE)
    if (session && this.options.access.isSession(session)) return 'granted'
    const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer && (await this.tryCode(bearer, request)) === 0) return 'granted'
    return 'needed'
  }

  /** Tries a code. @returns 0 when it is right, -1 when wrong, or the milliseconds to wait before the next try */
  async tryCode(code: string, request: IncomingMessage): Promise<number> {
    const client = request.socket.remoteAddress ?? ''
    const key = JSON.stringify([client, code])
    const open = this.trying.get(key)
    if (open) return open
    const wait = this.attempts.wait(client)
    if (wait > 0) return wait
    // Counted before it is known to be wrong, so that many at one moment do not all pass before the first has failed.
    this.attempts.fail(client)
    const result = this.options.access.matches(code).then((right) => {
      if (right) this.attempts.succeed(client)
      return right ? 0 : -1
    })
    this.trying.set(key, result)
    return result.finally(() => this.trying.delete(key))
  }

  /**
   * Refuses what a foreign page could send through the user's browser: another Host (DNS rebinding), another Origin.
   * @throws UserError `host-refused`, `origin-refused`
   */
  checkSource(request: IncomingMessage, access: Access, always = false): void {
    const host = request.headers.host?.toLowerCase() ?? ''
    // A session cookie belongs to one host name, so it proves the name; an access code is known to no foreign page.
    if (access !== 'granted' && !this.knowsHost(host)) {
      throw new UserError({
        code: 'host-refused',
        message: `The server is not known by the name "${host.slice(0, 100)}".`,
        fix: 'Call it by its address, or name it in ALLOWED_HOSTS.',
      })
    }
    if (!always && SAFE.has(request.method ?? '')) return
    const origin = request.headers.origin
    const site = request.headers['sec-fetch-site']
    const foreign = origin !== undefined && hostOf(origin) !== host
    if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      throw new UserError({ code: 'origin-refused', message: 'The request comes from a page of another site.' })
    }
  }

  private knowsHost(host: string): boolean {
    const name = host.replace(/:\d+$/, '')
    if (name === 'localhost' || name.endsWith('.localhost')) return true
    return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || this.options.hosts.includes(name)
  }
}

export function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '')
  return plain === '::1' || (plain !== undefined && isIP(plain) === 4 && plain.startsWith('127.'))
}

const isForwarded = (request: IncomingMessage): boolean => FORWARDED.some((name) => request.headers[name] !== undefined)

export function isSecure(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket || request.headers['x-forwarded-proto'] === 'https'
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}
