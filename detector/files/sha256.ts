import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { asReadError } from './read-bytes'

/**
 * SHA-256 of a file as 64 hexadecimal digits, read as a stream.
 * @throws UserError `file-missing`, `file-unreadable`
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer)
  } catch (error) {
    throw asReadError(error, path)
  }
  return hash.digest('hex')
}
