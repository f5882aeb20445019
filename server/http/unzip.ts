import { createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { UserError } from '../../detector/errors'
import { asUserError } from '../../detector/files/atomic-write'
import { safeParts } from '../storage/resolve-inside'

export interface ZipLimits {
  entries: number
  /** Sum of all unpacked entries, bytes. */
  totalBytes: number
  /** One unpacked entry, bytes. */
  entryBytes: number
}

/**
 * Unpacked over packed beyond this, for more than a few megabytes, is a bomb; photographs and text stay far below. All
 * entries together are held against the whole file: many small ones, or several that share their packed bytes, count too.
 */
const MOST_RATIO = 200
const RATIO_FROM = 8e6
const UTF8_FLAG = 0x800
const ENCRYPTED_FLAG = 0x1

interface Entry {
  name: string
  encrypted: boolean
  link: boolean
  raw: yauzl.Entry
}

/**
 * Unpacks a zip below `folder`. Sizes are counted as they arrive, not believed. Entries that systems add (`__MACOSX`,
 * dot files) are left out.
 *
 * @param wanted by entry name; others are left out
 * @param onFile name inside the zip, and where it lies
 * @throws UserError `zip-invalid`, `zip-too-large`, `path-refused`, `disk-full`
 */
export async function unzip(
  file: string,
  folder: string,
  limits: ZipLimits,
  wanted: (name: string) => boolean,
  onFile: (name: string, path: string) => Promise<void> = async () => undefined,
): Promise<number> {
  const zip = await open(file)
  const { size: packed } = await stat(file)
  let total = 0
  let count = 0
  let files = 0
  try {
    for await (const entry of entries(zip)) {
      if (++count > limits.entries) throw tooLarge(`more than ${limits.entries} entries`)
      if (entry.name.endsWith('/') || isSystemFile(entry.name) || !wanted(entry.name)) continue
      const parts = safeParts(entry.name)
      if (entry.link) throw invalid(`${entry.name} is a link.`)
      if (entry.encrypted) throw invalid('It is protected by a password.', 'Pack it without a password.')
      const path = join(folder, ...parts)
      await mkdir(dirname(path), { recursive: true }).catch((error) => {
        throw asUserError(error, entry.name)
      })
      let size = 0
      const stream = await openEntry(zip, entry.raw)
      await pipeline(
        stream,
        async function* (chunks) {
          for await (const chunk of chunks as AsyncIterable<Buffer>) {
            size += chunk.length
            total += chunk.length
            if (size > limits.entryBytes) throw tooLarge(`${entry.name} is larger than ${mega(limits.entryBytes)}`)
            if (total > limits.totalBytes) throw tooLarge(`it unpacks to more than ${mega(limits.totalBytes)}`)
            if (total > RATIO_FROM && total > packed * MOST_RATIO) {
              throw tooLarge(`it unpacks to more than ${MOST_RATIO} times its size`)
            }
            yield chunk
          }
        },
        createWriteStream(path, { flags: 'wx' }),
      ).catch((error: NodeJS.ErrnoException) => {
        if (error instanceof UserError) throw error
        if (error.code === 'EEXIST') throw invalid(`${entry.name} is there twice.`)
        throw error.code?.startsWith('E') ? asUserError(error, entry.name) : invalid(`${entry.name} is damaged.`)
      })
      files++
      await onFile(parts.join('/'), path)
    }
  } finally {
    zip.close()
  }
  return files
}

const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

function open(file: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, decodeStrings: false, autoClose: false }, (error, zip) =>
      error ? reject(invalid('It is damaged, cut off or no zip.')) : resolve(zip),
    )
  })
}

async function* entries(zip: yauzl.ZipFile): AsyncGenerator<Entry> {
  let give: (entry: yauzl.Entry | undefined) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  zip.on('entry', (entry: yauzl.Entry) => give(entry))
  zip.on('end', () => give(undefined))
  zip.on('error', (error: Error) => fail(invalid(`It is damaged (${error.message}).`)))
  for (;;) {
    const raw = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      give = resolve
      fail = reject
      zip.readEntry()
    })
    if (!raw) return
    const mode = raw.externalFileAttributes >>> 16
    yield {
      name: decodeName(raw.fileName as unknown as Buffer, (raw.generalPurposeBitFlag & UTF8_FLAG) !== 0),
      encrypted: (raw.generalPurposeBitFlag & ENCRYPTED_FLAG) !== 0,
      link: (mode & 0o170000) === 0o120000,
      raw,
    }
  }
}

/** Zips without the UTF-8 flag: many write UTF-8 all the same, Chinese Windows writes GBK. Windows also writes `\\`. */
function decodeName(bytes: Buffer, utf8: boolean): string {
  return (utf8 ? bytes.toString('utf8') : guessName(bytes)).replaceAll('\\', '/')
}

/** Some words in GBK happen to be valid UTF-8, as rare letters of two bytes; Chinese in UTF-8 has three. */
function guessName(bytes: Buffer): string {
  const gbk = (): string => new TextDecoder('gbk').decode(bytes)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const rare = /[\u0080-\u07ff]/.test(text) && !/[\u0800-\uffff]/.test(text)
    return rare && /^[\u0020-\u007e\u4e00-\u9fff]+$/.test(gbk()) ? gbk() : text
  } catch {
    return gbk()
  }
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) =>
      error ? reject(invalid(`An entry cannot be read (${error.message}).`)) : resolve(stream),
    )
  })
}

const isSystemFile = (name: string): boolean =>
  name.split('/').some((part) => part === '__MACOSX' || (part.startsWith('.') && part !== '.' && part !== '..'))

function invalid(message: string, fix = 'Pack the files again.'): UserError {
  return new UserError({ code: 'zip-invalid', message: `The zip cannot be used: ${message}`, fix })
}

function tooLarge(what: string): UserError {
  return new UserError({
    code: 'zip-too-large',
    message: `The zip is refused: ${what}.`,
    fix: 'Pack less into one zip.',
  })
}
