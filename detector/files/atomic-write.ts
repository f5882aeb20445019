import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../errors'

/**
 * Writes a file so that a reader sees the old content or the whole new one, never a part: temporary name in the same
 * folder, flushed to the disk, renamed. On any failure the temporary file is removed and the old file stays.
 *
 * @param data one piece, or several that are written after one another
 * @param mode rights of the file, less what the process's mask takes
 * @throws UserError `disk-full`, `write-refused`, `folder-missing`
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array | Iterable<Uint8Array>,
  mode = 0o666,
): Promise<void> {
  const folder = dirname(path)
  // Without the name of the file, which may be as long as the system allows.
  const temporary = join(folder, `.${randomBytes(9).toString('hex')}.tmp`)
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      const pieces = typeof data === 'string' ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data
      for (const piece of pieces) await writeAll(handle, piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw asUserError(error, path)
  }
  await syncFolder(folder)
}

/** What `writeFileAtomic` leaves when its process is killed. */
export const LEFT_BEHIND = /^\.[0-9a-f]{18}\.tmp$/

async function writeAll(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten
}

/** The rename itself is on the disk only after this. Some systems cannot open folders; there the rename stands alone. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  if (!handle) return
  await handle.sync().catch(() => undefined)
  await handle.close()
}

/** A full disk as something the user can repair, whatever was being written; other errors come back unchanged. */
export function asDiskFull(error: unknown): unknown {
  const { code, path = '' } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' ? asUserError(error, path) : error
}

/** A system error of writing as something the user can repair; others come back unchanged. */
export function asUserError(error: unknown, path: string): unknown {
  const where = path ? { file: path } : undefined
  switch ((error as NodeJS.ErrnoException)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(
        { code: 'disk-full', message: 'The disk is full; nothing was written.', where, fix: 'Free some space.' },
        { cause: error },
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(
        { code: 'write-refused', message: 'No permission to write here.', where, fix: 'Choose another folder.' },
        { cause: error },
      )
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError(
        { code: 'folder-missing', message: 'The folder to write into does not exist.', where },
        { cause: error },
      )
    case 'EISDIR':
      return new UserError(
        { code: 'write-refused', message: 'A folder of this name is in the way.', where },
        { cause: error },
      )
    case 'ENAMETOOLONG':
      return new UserError({ code: 'write-refused', message: 'The file name is too long.', where }, { cause: error })
    default:
      return error
  }
}
