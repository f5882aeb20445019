import { rename, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { UserError } from '../../detector/errors'
import { receiveForm } from './receive-form'

export interface OneFile {
  path: string
  /** As the client named it, without folders. */
  name: string
}

/**
 * Reads a form with one file, in any order of fields. The file is removed after `use`, unless that has moved it.
 * @throws UserError `file-expected`, and of `receiveForm`
 */
export async function receiveFile<T>(
  request: IncomingMessage,
  folder: string,
  fileBytes: (name: string) => number,
  use: (file: OneFile, fields: Record<string, string>) => Promise<T>,
): Promise<T> {
  let file: OneFile | undefined
  try {
    const fields = await receiveForm(request, folder, { files: 1, fileBytes }, async (received) => {
      const path = `${received.path}.whole`
      await rename(received.path, path)
      const name = received.name.split(/[\\/]/).pop()?.slice(0, 255)
      file = { path, name: name || 'file' }
    })
    if (!file) throw fileExpected()
    return await use(file, fields)
  } finally {
    if (file) await rm(file.path, { force: true })
  }
}

const fileExpected = (): UserError =>
  new UserError({
    code: 'file-expected',
    message: 'The form holds no file.',
    fix: 'Send it as a file (with curl: -F file=@NAME).',
  })
