import { inflateRawSync } from 'node:zlib'
import { UserError } from '../../errors'
import type { ByteSource } from '../../files/read-bytes'

export interface ZipEntry {
  name: string
  /** Bytes when unpacked. */
  size: number
  packedSize: number
  method: 'stored' | 'deflated'
  /** Position of its local header. */
  headerAt: number
}

/** More entries than any model has tensors. */
const MAX_ENTRIES = 100_000
const MAX_DIRECTORY_BYTES = 64 << 20
/** Deflated parts beyond this are refused before they are unpacked. */
const MAX_INFLATED_BYTES = 128 << 20

const END = 0x06054b50
const END_64 = 0x06064b50
const END_64_LOCATOR = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const ZIP64_EXTRA = 0x0001

/** A zip file's list of entries, checked against the size of the file (APPNOTE.TXT 4.3, with its 64-bit forms). */
export async function readZipDirectory(source: ByteSource): Promise<Map<string, ZipEntry>> {
  const { at, length, count } = await findDirectory(source)
  if (count > MAX_ENTRIES || length > MAX_DIRECTORY_BYTES || at + length > source.size) {
    throw damaged(source.file, 'its table of contents does not fit the file')
  }
  const bytes = await source.read(at, length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = new Map<string, ZipEntry>()
  for (let p = 0, i = 0; i < count; i++) {
    if (p + 46 > length || view.getUint32(p, true) !== CENTRAL) {
      throw damaged(source.file, 'its table of contents is broken')
    }
    const nameLength = view.getUint16(p + 28, true)
    const extraLength = view.getUint16(p + 30, true)
    const next = p + 46 + nameLength + extraLength + view.getUint16(p + 32, true)
    if (next > length) throw damaged(source.file, 'its table of contents is broken')
    const name = new TextDecoder().decode(bytes.subarray(p + 46, p + 46 + nameLength))
    const method = view.getUint16(p + 10, true)
    if (view.getUint16(p + 8, true) & 1) throw damaged(source.file, 'it is encrypted')
    if (method !== 0 && method !== 8) throw damaged(source.file, `"${name}" is packed by an unknown method (${method})`)
    const entry: ZipEntry = {
      name,
      method: method === 0 ? 'stored' : 'deflated',
      size: view.getUint32(p + 24, true),
      packedSize: view.getUint32(p + 20, true),
      headerAt: view.getUint32(p + 42, true),
    }
    const extraAt = p + 46 + nameLength
    applyZip64(entry, new DataView(bytes.buffer, bytes.byteOffset + extraAt, extraLength))
    const contradictory = entry.method === 'stored' && entry.size !== entry.packedSize
    if (contradictory || entry.headerAt + entry.packedSize > source.size) {
      throw damaged(source.file, `"${name}" claims a size that the file does not have`)
    }
    entries.set(name, entry)
    p = next
  }
  return entries
}

/** Values of all ones in the entry are in its 64-bit extra field, in this order. */
function applyZip64(entry: ZipEntry, extra: DataView): void {
  for (let p = 0; p + 4 <= extra.byteLength; ) {
    const size = extra.getUint16(p + 2, true)
    if (extra.getUint16(p, true) === ZIP64_EXTRA) {
      let at = p + 4
      const end = Math.min(at + size, extra.byteLength)
      for (const field of ['size', 'packedSize', 'headerAt'] as const) {
        if (entry[field] !== 0xffffffff || at + 8 > end) continue
        entry[field] = Number(extra.getBigUint64(at, true))
        at += 8
      }
      return
    }
    p += 4 + size
  }
}

async function findDirectory(source: ByteSource): Promise<{ at: number; length: number; count: number }> {
  // The end record is 22 bytes and a comment of at most 65,535.
  const tailLength = Math.min(source.size, 22 + 65_535 + 20)
  const tailAt = source.size - tailLength
  const tail = await source.read(tailAt, tailLength)
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength)
  let p = tailLength - 22
  while (p >= 0 && view.getUint32(p, true) !== END) p--
  if (p < 0) throw damaged(source.file, 'it is cut off (the end of the archive is missing)')
  const plain = {
    count: view.getUint16(p + 10, true),
    length: view.getUint32(p + 12, true),
    at: view.getUint32(p + 16, true),
  }
  if (p < 20 || view.getUint32(p - 20, true) !== END_64_LOCATOR) return plain
  const at64 = Number(view.getBigUint64(p - 12, true))
  if (at64 + 56 > source.size) throw damaged(source.file, 'its table of contents is broken')
  const end64 = await source.read(at64, 56)
  const view64 = new DataView(end64.buffer, end64.byteOffset, end64.byteLength)
  if (view64.getUint32(0, true) !== END_64) throw damaged(source.file, 'its table of contents is broken')
  return {
    count: Number(view64.getBigUint64(32, true)),
    length: Number(view64.getBigUint64(40, true)),
    at: Number(view64.getBigUint64(48, true)),
  }
}

/** Part of a stored entry's content, `length` bytes from `from`; nothing else is read. */
export async function readStored(
  source: ByteSource,
  entry: ZipEntry,
  from: number,
  length: number,
): Promise<Uint8Array> {
  if (from + length > entry.size) throw damaged(source.file, `"${entry.name}" is too short`)
  return source.read((await contentAt(source, entry)) + from, length)
}

/** An entry's whole content. */
export async function readZipEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.method === 'stored') return readStored(source, entry, 0, entry.size)
  if (entry.size > MAX_INFLATED_BYTES) throw damaged(source.file, `"${entry.name}" unpacks to ${entry.size} bytes`)
  const packed = await source.read(await contentAt(source, entry), entry.packedSize)
  try {
    const { buffer, byteOffset, length } = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) })
    if (length === entry.size) return new Uint8Array(buffer, byteOffset, length)
  } catch (cause) {
    throw damaged(source.file, `"${entry.name}" cannot be unpacked`, cause)
  }
  throw damaged(source.file, `"${entry.name}" unpacks to another size than it claims`)
}

async function contentAt(source: ByteSource, entry: ZipEntry): Promise<number> {
  const header = await source.read(entry.headerAt, 30).then((b) => new DataView(b.buffer, b.byteOffset, b.byteLength))
  if (header.getUint32(0, true) !== LOCAL) throw damaged(source.file, `"${entry.name}" is not where it should be`)
  const at = entry.headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true)
  if (at + entry.packedSize > source.size) throw damaged(source.file, `"${entry.name}" is cut off`)
  return at
}

/** The container is broken. */
export function damaged(file: string, why: string, cause?: unknown): UserError {
  return new UserError(
    {
      code: 'weights-damaged',
      message: `The weight file cannot be read: ${why}.`,
      where: { file },
      fix: 'Copy or download it again.',
    },
    { cause },
  )
}
