import { constants } from 'node:fs'
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
    case 'ENXIO':
      return notRegular(path)
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

/** Opened without waiting: a pipe that nobody writes into would hold up the reader for ever. */
const READ_NOW = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * All bytes of a regular file; devices, pipes and sockets are refused, as they may never end.
 *
 * @param most bytes that are read; a larger file is refused before that
 * @param name what errors call it; default its path
 * @throws UserError `file-missing`, `file-unreadable`, `file-too-large`
 */
export async function readWhole(file: string, most: number, name = file): Promise<Uint8Array> {
  const source = await openBytes(file, name)
  try {
    if (source.size <= most) return await source.read(0, source.size)
    const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
    throw new UserError({
      code: 'file-too-large',
      message: `The file has ${megabytes(source.size)}; at most ${megabytes(most)} are read.`,
      where: { file: name },
    })
  } finally {
    await source.close()
  }
}

/**
 * @param name what errors call it; default its path
 * @throws UserError `file-missing`, `file-unreadable`
 */
export async function openBytes(file: string, name = file): Promise<ByteSource> {
  let handle: FileHandle
  try {
    handle = await open(file, READ_NOW)
  } catch (error) {
    throw asReadError(error, name)
  }
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' })
    if (!stat.isFile()) throw notRegular(name)
    return {
      file,
      size: stat.size,
      read: async (position, length) => {
        const bytes = new Uint8Array(length)
        for (let at = 0; at < length; ) {
          const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
          if (bytesRead === 0) throw shortFile(name)
          at += bytesRead
        }
        return bytes
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw asReadError(error, name)
  }
}

const notRegular = (file: string): UserError =>
  new UserError({
    code: 'file-unreadable',
    message: 'A file was expected, this is a device, pipe or socket.',
    where: { file },
  })

function shortFile(file: string): UserError {
  return new UserError({
    code: 'file-damaged',
    message: 'The file ends too early: it is cut off or still being written.',
    where: { file },
    fix: 'Copy or download it again.',
  })
}
