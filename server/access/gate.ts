import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { UserError } from '../../detector/errors'
import type { AccessCode } from './access-code'
import { GuessLimit } from './rate-limit'
import { parseHost, type RequestTarget, readTarget } from './request-target'

export const COOKIE = 'ocr_session'
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']
/** Headers of proxies that serve us below a path. */
const PREFIXES = ['x-forwarded-prefix', 'x-script-name']
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Exactly these, for any other name may be somebody else's. */
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])
const PROXY_FIX = 'See docs/behind-a-proxy.md.'

export type Access = 'local' | 'open' | 'granted' | 'needed'

export interface GateOptions {
  access: AccessCode
  /** Nobody is asked. */
  open: boolean
  /** Clients on the machine itself are asked too. */
  askLocal: boolean
  /** `name` or `name:port` beside localhost and addresses, in lower case. */
  hosts: readonly string[]
}

/** Who may enter, and which requests are refused whoever sends them. Used for HTTP and for the socket's handshake alike. */
export class Gate {
  private readonly guesses = new GuessLimit()
  /** One try for each request, however often it is asked. */
  private readonly tries = new WeakMap<IncomingMessage, Promise<boolean>>()

  constructor(private readonly options: GateOptions) {}

  /**
   * Why this client may enter. A client on the machine itself goes straight in when it calls us by a name of the machine
   * itself, unless something before us forwards its requests, for then everybody would look local. Some proxies do that
   * without a word; for those there is `askLocal`.
   * @throws UserError `request-refused`
   */
  async access(request: IncomingMessage): Promise<Access> {
    const { open, askLocal, access } = this.options
    const { name } = readTarget(request)
    if (open) return 'open'
    const own = isLoopback(request.socket.remoteAddress) && LOOPBACK_NAMES.has(name) && !isForwarded(request)
    if (own && !askLocal) return 'local'
    const session = sessionOf(request)
    if (session && access.isSession(session)) return 'granted'
    const bearer = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer === undefined) return 'needed'
    const known = this.tries.get(request) ?? this.tryBearer(bearer, request)
    this.tries.set(request, known)
    return (await known) ? 'granted' : 'needed'
  }

  /**
   * Tries a code; the answer to a wrong one is held back.
   * @throws UserError `too-many-tries` when so many answers are held back that this code was not looked at
   */
  tryCode(code: string, request: IncomingMessage): Promise<boolean> {
    const { access } = this.options
    return this.guesses.judge(request.socket.remoteAddress ?? '', () => access.matches(code), access.isStrong)
  }

  private tryBearer(code: string, request: IncomingMessage): Promise<boolean> {
    return this.tryCode(code, request).catch(() => false)
  }

  /**
   * Refuses what a foreign page could send through the user's browser: another Host (DNS rebinding), another Origin; and
   * what a proxy sends that this server cannot serve behind.
   * @throws UserError `request-refused`, `host-refused`, `origin-refused`, `prefix-refused`
   */
  checkSource(request: IncomingMessage, access: Access, always = false): void {
    const target = readTarget(request)
    if (PREFIXES.some((name) => !['', '/', undefined].includes(request.headers[name] as string | undefined))) {
      const message = 'The server cannot be served below a path; it needs a host name or a port of its own.'
      throw new UserError({ code: 'prefix-refused', message, fix: PROXY_FIX })
    }
    // A session cookie belongs to one host name, so it proves the name; an access code is known to no foreign page.
    if (access !== 'granted' && !this.knowsHost(target)) {
      throw new UserError({
        code: 'host-refused',
        message: `The server is not known by the name "${target.name}".`,
        fix: 'Call it by its address, or name it in ALLOWED_HOSTS.',
      })
    }
    if (!always && SAFE.has(request.method ?? '')) return
    const { origin, 'sec-fetch-site': site } = request.headers
    const foreign = origin !== undefined && !isSameHost(origin, target)
    // A browser says so of its own page only; then something in between has changed the name.
    if (foreign && site === 'same-origin') {
      const message = `A proxy in front calls the server "${target.name}", the browser calls it "${origin.slice(0, 100)}".`
      throw new UserError({
        code: 'origin-refused',
        message,
        fix: `The proxy must pass the Host header on. ${PROXY_FIX}`,
      })
    }
    if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      throw new UserError({ code: 'origin-refused', message: 'The request comes from a page of another site.' })
    }
  }

  private knowsHost({ name, port }: RequestTarget): boolean {
    if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true
    return this.options.hosts.some((known) => known === name || (port !== undefined && known === `${name}:${port}`))
  }
}

export function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '')
  return plain === '::1' || (plain !== undefined && isIP(plain) === 4 && plain.startsWith('127.'))
}

/** Browsers and scripts speak HTTP/1.1; version 1.0 is what some proxies speak when they add no header. */
const isForwarded = (request: IncomingMessage): boolean =>
  request.httpVersion === '1.0' || FORWARDED.some((name) => request.headers[name] !== undefined)

export function isSecure(request: IncomingMessage): boolean {
  const [scheme] = String(request.headers['x-forwarded-proto'] ?? '').split(',')
  return 'encrypted' in request.socket || scheme.trim().toLowerCase() === 'https'
}

/** Cookie value of the session that a request belongs to. */
export const sessionOf = (request: IncomingMessage): string | undefined => cookie(request, COOKIE)

/** A port that is left out is the scheme's own, on either side. */
function isSameHost(origin: string, { name, port }: RequestTarget): boolean {
  const [, scheme, host] = /^(https?):\/\/(.{1,300})$/i.exec(origin) ?? []
  const parsed = host === undefined ? undefined : parseHost(host)
  if (!parsed) return false
  const usual = scheme.toLowerCase() === 'https' ? 443 : 80
  return parsed.name === name && (parsed.port ?? usual) === (port ?? usual)
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}
