import { type FileHandle, open } from 'node:fs/promises'
import { UserError } from '../errors'

/** A system error of reading as something the user can repair; others come back unchanged. */
export function asReadError(error: unknown, path: string): unknown {
  const where = { file: path }
  switch ((error as NodeJS.ErrnoException)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError(
        { code: 'file-missing', message: 'There is no such file.', where, fix: 'Check the path.' },
        { cause: error },
      )
    case 'EACCES':
    case 'EPERM':
      return new UserError(
        { code: 'file-unreadable', message: 'No permission to read this file.', where },
        { cause: error },
      )
    case 'EISDIR':
      return new UserError(
        { code: 'file-unreadable', message: 'A file was expected, this is a folder.', where },
        { cause: error },
      )
    default:
      return error
  }
}

/** A file of which parts are read where they are needed. */
export interface ByteSource {
  readonly file: string
  readonly size: number
  /** Exactly `length` bytes from `position`; the caller has checked that they exist. */
  read(position: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** @throws UserError `file-missing`, `file-unreadable` */
export async function openBytes(file: string): Promise<ByteSource> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    throw asReadError(error, file)
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' })
    return {
      file,
      size: stat.size,
      read: async (position, length) => {
        const bytes = new Uint8Array(length)
        for (let at = 0; at < length; ) {
          const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
          if (bytesRead === 0) throw shortFile(file)
          at += bytesRead
        }
        return bytes
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw asReadError(error, file)
  }
}

function shortFile(file: string): UserError {
  return new UserError({
    code: 'file-damaged',
    message: 'The file ends too early: it is cut off or still being written.',
    where: { file },
    fix: 'Copy or download it again.',
  })
}
