import { crc32 } from 'node:zlib'

/** Content of every stored part begins at a multiple of this, so that a reader can map it into memory. */
const ALIGNMENT = 64
/** Filler that PyTorch's own writer uses for alignment: an extra field with this id ("FB"). */
const PADDING_ID = 0x4246
const MAX_BYTES = 0xffffffff

/**
 * A zip archive whose parts are stored unpacked at aligned positions. Same parts, same bytes: there are no times in it.
 * Pieces are to be written one after another.
 */
export function storeZip(parts: readonly { name: string; content: Uint8Array }[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  const put = (piece: Uint8Array): void => {
    pieces.push(piece)
    at += piece.length
  }
  for (const { name, content } of parts) {
    const nameBytes = new TextEncoder().encode(name)
    const headerAt = at
    // The smallest extra field is its own header of four bytes.
    const bare = at + 30 + nameBytes.length + 4
    const padding = (ALIGNMENT - (bare % ALIGNMENT)) % ALIGNMENT
    const sum = crc32(content)
    const local = new DataView(new ArrayBuffer(30))
    local.setUint32(0, 0x04034b50, true)
    fillCommon(local, 4, sum, content.length, nameBytes.length)
    local.setUint16(28, 4 + padding, true)
    const extra = new DataView(new ArrayBuffer(4 + padding))
    extra.setUint16(0, PADDING_ID, true)
    extra.setUint16(2, padding, true)
    for (const piece of [bytesOf(local), nameBytes, bytesOf(extra), content]) put(piece)

    const central = new DataView(new ArrayBuffer(46))
    central.setUint32(0, 0x02014b50, true)
    fillCommon(central, 6, sum, content.length, nameBytes.length)
    central.setUint32(42, headerAt, true)
    directory.push(bytesOf(central), nameBytes)
  }
  const directoryAt = at
  for (const piece of directory) put(piece)
  if (at > MAX_BYTES || parts.length > 0xffff) throw new RangeError(`Too large for a plain zip archive: ${at} bytes`)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, 0x06054b50, true)
  end.setUint16(8, parts.length, true)
  end.setUint16(10, parts.length, true)
  end.setUint32(12, at - directoryAt, true)
  end.setUint32(16, directoryAt, true)
  put(bytesOf(end))
  return pieces
}

/** The fields that local and central headers share: version 2.0, stored, UTF-8 names, no time. */
function fillCommon(view: DataView, at: number, sum: number, size: number, nameLength: number): void {
  view.setUint16(at, 20, true)
  view.setUint16(at + 2, 0x0800, true)
  // 1 January 1980: zip's first day, so that unpackers do not complain.
  view.setUint16(at + 8, 0x0021, true)
  view.setUint32(at + 10, sum, true)
  view.setUint32(at + 14, size, true)
  view.setUint32(at + 18, size, true)
  view.setUint16(at + 22, nameLength, true)
}

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
