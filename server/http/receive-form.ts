import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import { UserError } from '../../detector/errors'
import { asUserError } from '../../detector/files/atomic-write'

export interface ReceivedFile {
  /** Name of the form field. */
  field: string
  /** As the client named it, with folders; never used as a path without `safeParts`. */
  name: string
  /** Where the content lies now; whoever takes the file moves it, the rest is removed. */
  path: string
  size: number
}

export interface FormLimits {
  /** Bytes of one file, by its name. */
  fileBytes(name: string): number
  files: number
  /** A field that comes after a file is refused, for the files are taken as they come. */
  fieldsFirst?: boolean
}

/**
 * Reads a multipart form, files to the disk as they come, whatever their number: memory holds one chunk a connection.
 * Fields that `onFile` needs must come first, see `fieldsFirst`. After a failure nothing more is read.
 *
 * @param folder for the temporary files; made when absent
 * @param onFile called for each whole file, one after the other; whoever wants to keep a file moves it
 * @returns the fields
 * @throws UserError `form-invalid`, `upload-too-large`, `upload-cut-off`, `disk-full`; and what `onFile` throws
 */
export async function receiveForm(
  request: IncomingMessage,
  folder: string,
  limits: FormLimits,
  onFile: (file: ReceivedFile, fields: Readonly<Record<string, string>>) => Promise<void>,
): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true })
  const fields: Record<string, string> = Object.create(null)
  const parser = makeParser(request, limits.files)
  const streams = new Set<BusboyFileStream>()
  let work = Promise.resolve()
  let begun = false
  let failure: { error: unknown } | undefined

  await new Promise<void>((resolve) => {
    const abort = (error: unknown): void => {
      failure ??= { error }
      request.unpipe(parser)
      for (const stream of streams) stream.destroy(cutOff())
      resolve()
    }
    parser.on('field', (name: string, value: string, _n: boolean, cut: boolean) => {
      if (cut) abort(formInvalid(`The field ${name.slice(0, 50)} is too long.`))
      else if (name in fields) abort(formInvalid(`The field ${name} is there twice.`))
      else if (limits.fieldsFirst && begun) abort(lateField(name))
      else fields[name] = value
    })
    parser.on('filesLimit', () => abort(formInvalid(`At most ${limits.files} files go into one request.`)))
    parser.on('file', (field: string, stream: BusboyFileStream, name: string | undefined) => {
      const given = name ?? ''
      if (failure || given === '') {
        stream.resume()
        return
      }
      begun = true
      streams.add(stream)
      const path = join(folder, `${randomBytes(9).toString('hex')}.part`)
      const written = store(stream, path, limits.fileBytes(given), given).finally(() => streams.delete(stream))
      // Seen at its turn below; without this a failure before that would count as unhandled.
      written.catch(() => undefined)
      work = work.then(async () => {
        try {
          const size = await written
          if (!failure) await onFile({ field, name: given, path, size }, fields)
        } catch (error) {
          abort(asUserError(error, given))
        } finally {
          await rm(path, { force: true })
        }
      })
    })
    parser.on('finish', resolve)
    parser.on('error', (error: Error) => abort(cutOff(error)))
    request.on('aborted', () => abort(cutOff()))
    request.on('error', (error) => abort(cutOff(error)))
    request.pipe(parser)
  })
  // A file's turn may fail after the last byte came.
  await work
  if (failure) throw (failure as { error: unknown }).error
  return fields
}

/** @returns bytes written */
async function store(stream: BusboyFileStream, path: string, most: number, name: string): Promise<number> {
  let size = 0
  await pipeline(
    stream,
    async function* (chunks) {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > most) throw tooLarge(name, most)
        yield chunk
      }
    },
    createWriteStream(path, { flags: 'wx' }),
  )
  return size
}

function makeParser(request: IncomingMessage, files: number): InstanceType<typeof Busboy> {
  const type = request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data/i.test(type)) throw formInvalid('A multipart form was expected.')
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': type },
      preservePath: true,
      limits: { fieldSize: 100_000, fields: 50, files, parts: files + 50, headerPairs: 50 },
    })
  } catch (cause) {
    throw formInvalid((cause as Error).message)
  }
}

const formInvalid = (message: string, fix?: string): UserError =>
  new UserError({ code: 'form-invalid', message, ...(fix && { fix }) })

const lateField = (name: string): UserError =>
  formInvalid(
    `The field ${name.slice(0, 50)} comes after a file; it would not count for that one.`,
    'Write the fields before the files.',
  )

function tooLarge(name: string, bytes: number): UserError {
  return new UserError({
    code: 'upload-too-large',
    message: `At most ${Math.round(bytes / 1e6)} MB are taken.`,
    where: { file: name.slice(0, 200) },
    fix: 'Scale the picture down, or send less at once.',
  })
}

const cutOff = (cause?: unknown): UserError =>
  new UserError(
    { code: 'upload-cut-off', message: 'The upload ended before its end.', fix: 'Send it again.' },
    { cause },
  )
