import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { extname, join } from 'node:path'
import { type ErrorBody, UserError } from '../../detector/errors'
import { type LeftOut, leftOutFile } from '../../detector/picture/left-out'
import { isPictureName } from '../../detector/picture/picture-names'
import type { ServerConfig } from '../config/config'
import { removeFolder } from '../storage/remove-folder'
import { receiveForm } from './receive-form'
import { unzip } from './unzip'

/** Files in one request; a browser sends large folders in several. */
const MOST_FILES = 100_000

const isZipName = (name: string): boolean => extname(name).toLowerCase() === '.zip'

export interface Received {
  added: number
  /** Files that were left out, with the reason. */
  refused: { name: string; error: ErrorBody }[]
  /** Files inside zips that are not read. */
  leftOut: LeftOut[]
}

/**
 * Reads a form of pictures and zips of pictures; each is handed on as soon as it is whole. A file that cannot be taken is
 * left out and told, the others go on.
 *
 * @param target made of the fields, which must come before the files: they count for the first one already
 * @param add takes over the file at `path`
 * @throws UserError `batch-empty`, of `receiveForm`, and what `target` throws
 */
export async function receivePictures(
  request: IncomingMessage,
  config: Pick<ServerConfig, 'dataDir' | 'limits'>,
  target: (fields: Readonly<Record<string, string>>) => Promise<string>,
  add: (target: string, name: string, path: string) => Promise<void>,
): Promise<Received> {
  const { uploadBytes, zipBytes, unpackedBytes, zipEntries } = config.limits
  const received: Received = { added: 0, refused: [], leftOut: [] }
  const uploads = join(config.dataDir, 'uploads')
  const take = async (id: string, name: string, path: string): Promise<void> => {
    await add(id, name, path)
    received.added++
  }
  await receiveForm(
    request,
    uploads,
    { files: MOST_FILES, fieldsFirst: true, fileBytes: (name) => (isZipName(name) ? zipBytes : uploadBytes) },
    async ({ name, path }, fields) => {
      const id = await target(fields)
      try {
        if (isPictureName(name)) await take(id, name, path)
        else if (isZipName(name)) {
          const folder = join(uploads, randomBytes(9).toString('hex'))
          await mkdir(folder)
          try {
            const limits = { entries: zipEntries, totalBytes: unpackedBytes, entryBytes: uploadBytes }
            const inside = zipFolder(name)
            const taken = received.added
            const wanted = (entry: string): boolean => {
              const left = leftOutFile(`${inside}/${entry}`)
              if (left) received.leftOut.push(left)
              return isPictureName(entry)
            }
            await unzip(path, folder, limits, wanted, (entry, file) => take(id, `${inside}/${entry}`, file))
            if (received.added === taken) throw zipWithoutPictures(received.leftOut)
          } finally {
            await removeFolder(folder)
          }
        } else throw notPicture()
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        received.refused.push({ name: name.slice(0, 255), error: error.toBody() })
      }
    },
  )
  if (received.added + received.refused.length === 0) throw noPicture()
  return received
}

const zipFolder = (name: string): string => name.replace(/\.zip$/i, '') || 'zip'

function zipWithoutPictures(leftOut: readonly LeftOut[]): UserError {
  const names = leftOut.slice(0, 5).map(({ name }) => name)
  const more = leftOut.length > names.length ? ` and ${leftOut.length - names.length} more` : ''
  return new UserError({
    code: 'zip-without-pictures',
    message: `The zip holds no picture that is read${names.length > 0 ? ` (left out: ${names.join(', ')}${more})` : ''}.`,
    fix: 'Pack JPG, PNG, BMP, WEBP, TIFF or GIF files.',
  })
}

const noPicture = (): UserError =>
  new UserError({
    code: 'batch-empty',
    message: 'The form holds no picture.',
    fix: 'Send it as a file (with curl: -F file=@photo.jpg).',
  })

const notPicture = (): UserError =>
  new UserError({
    code: 'image-type-unsupported',
    message: 'A picture (JPG, PNG, BMP, WEBP, TIFF, GIF) or a zip of pictures was expected.',
  })
