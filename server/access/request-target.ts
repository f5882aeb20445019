import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { UserError } from '../../detector/errors'

/** What a request asks for, read once: who may enter is decided on it, and the same is routed. */
export interface RequestTarget {
  /** Name or address of the Host header in lower case, IPv6 in brackets. */
  name: string
  /** Port of the Host header, absent when it names none. */
  port: number | undefined
  /** Begins with `/`, decoded; no part is empty, means a way up, or holds a separator. */
  path: string
}

const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?$/i
const PRINTABLE = /^[!-~]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are looked for
const FORBIDDEN_IN_PART = /[/\\\u0000-\u001f\u007f]/
/** A part that is still encoded after so many decodings hides something. */
const MOST_DECODINGS = 3

const refuse = (message: string): never => {
  throw new UserError({ code: 'request-refused', message, fix: 'See docs/behind-a-proxy.md.' })
}

/** `name`, `name:port`, `[v6]` or `[v6]:port`; undefined for everything else. */
export function parseHost(host: string): Pick<RequestTarget, 'name' | 'port'> | undefined {
  const [, name, port] = HOST.exec(host) ?? []
  if (name === undefined || (name.startsWith('[') && !isIPv6(name.slice(1, -1)))) return undefined
  if (port !== undefined && Number(port) > 65_535) return undefined
  return { name: name.toLowerCase(), port: port === undefined ? undefined : Number(port) }
}

const known = new WeakMap<IncomingMessage, RequestTarget>()

/**
 * Reads Host and request line, once, and writes the path back in its one plain form (`request.url`), so that whoever routes
 * the request cannot read another one out of it.
 * @throws UserError `request-refused`
 */
export function readTarget(request: IncomingMessage): RequestTarget {
  const target = known.get(request) ?? read(request)
  known.set(request, target)
  return target
}

function read(request: IncomingMessage): RequestTarget {
  const hosts = request.headersDistinct.host ?? []
  const host = hosts.length === 1 ? parseHost(hosts[0]) : undefined
  if (!host) return refuse('The Host header is no name or address with a port.')
  const url = request.url ?? ''
  const at = url.indexOf('?')
  const [given, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)]
  // An address with scheme and host (as proxies take it), `*`, and bytes that a URL has encoded.
  if (!given.startsWith('/') || !PRINTABLE.test(url) || url.includes('#') || given.includes('\\')) {
    return refuse('The request does not name a plain path.')
  }
  const parts = given.slice(1).split('/')
  const decoded = parts.map((part, i) => {
    // One slash at the end is no part.
    if (part === '' && i < parts.length - 1) return refuse('The path has an empty part.')
    return plainPart(part)
  })
  request.url = `/${decoded.map(encodeURIComponent).join('/')}${query}`
  return { ...host, path: `/${decoded.join('/')}` }
}

/** The part as whoever routes it reads it; refused when it means something else the more often it is decoded. */
function plainPart(part: string): string {
  let first: string | undefined
  let text = part
  for (let n = 0; n < MOST_DECODINGS; n++) {
    const before = text
    try {
      text = decodeURIComponent(before)
    } catch {
      // A bare percent sign: wrong in what was sent, a letter like others in what came out of it.
      if (first === undefined) return refuse('The path is not encoded as addresses are.')
      return first
    }
    first ??= text
    if (text === '.' || text === '..' || FORBIDDEN_IN_PART.test(text)) return refuse('The path leads elsewhere.')
    if (text === before) return first
  }
  return refuse('The path is encoded more than once.')
}
