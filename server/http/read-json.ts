import type { IncomingMessage } from 'node:http'
import { UserError } from '../../detector/errors'

const MOST_BYTES = 1_000_000
/** How Node names a sender that goes away: while the body is read, and before. */
const CUT_OFF = new Set<string | undefined>(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'])

/**
 * A JSON body. What comes is counted, so that a chunked body has the same limit as one that names its length.
 * @throws UserError `type-refused`, `upload-too-large`, `upload-cut-off`, `json-invalid`
 */
export async function readJson(request: IncomingMessage, mostBytes = MOST_BYTES): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0].trim().toLowerCase()
  // The types that a foreign page may send without asking (forms, text) never get here.
  if (type !== 'application/json') throw new UserError({ code: 'type-refused', message: 'A JSON body was expected.' })
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > mostBytes) {
        throw new UserError({ code: 'upload-too-large', message: `At most ${mostBytes / 1000} kB of JSON are taken.` })
      }
      chunks.push(chunk)
    }
  } catch (cause) {
    if (!CUT_OFF.has((cause as NodeJS.ErrnoException).code)) throw cause
    throw new UserError(
      { code: 'upload-cut-off', message: 'The connection ended before the body was here.' },
      { cause },
    )
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (cause) {
    throw new UserError({ code: 'json-invalid', message: 'The body is no valid JSON.' }, { cause })
  }
}

/** @throws UserError `json-invalid` */
export function parseJsonObject(text: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // The message below says it.
  }
  throw new UserError({ code: 'json-invalid', message: `${what}: a JSON object was expected.` })
}
