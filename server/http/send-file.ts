import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import type { Context } from 'hono'
import { UserError } from '../../detector/errors'

const TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/x-ndjson; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
}

/** Cache-Control of what never changes under its id. */
export const IMMUTABLE = 'private, max-age=86400, immutable'

export interface SendOptions {
  /** Offered under this name as a download; shown in the page without. */
  download?: string
  /** Value of Cache-Control; nothing is kept without. */
  cache?: string
  headers?: Record<string, string>
}

/**
 * Streams a file whose path the server made itself.
 * @throws UserError `file-missing`
 */
export async function sendFile(c: Context, path: string, options: SendOptions = {}): Promise<Response> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) {
    throw new UserError({ code: 'file-missing', message: 'The file is gone.', where: { file: path } })
  }
  c.header('Content-Type', TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream')
  c.header('Content-Length', String(found.size))
  c.header('Cache-Control', options.cache ?? 'no-store')
  if (options.download !== undefined) c.header('Content-Disposition', attachment(options.download))
  for (const [name, value] of Object.entries(options.headers ?? {})) c.header(name, value)
  if (c.req.method === 'HEAD') return c.body(null)
  return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream)
}

/** RFC 6266 with the RFC 5987 form for names beyond ASCII. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.() +-]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
