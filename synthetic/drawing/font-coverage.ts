import { closeSync, openSync, readSync } from 'node:fs'

/** Which characters of the Basic Multilingual Plane a font file can show. */
export class Coverage {
  private readonly bits = new Uint8Array(8192)

  add(code: number): void {
    if (code < 65536) this.bits[code >> 3] |= 1 << (code & 7)
  }

  has(code: number): boolean {
    return code < 65536 && (this.bits[code >> 3] & (1 << (code & 7))) !== 0
  }

  hasAll(text: string): boolean {
    for (const character of text) if (!this.has(character.codePointAt(0)!)) return false
    return true
  }
}

/**
 * Reads the character map of a TrueType or OpenType file, or of the first face of a collection (OpenType specification,
 * table `cmap`, formats 4 and 12). Only that table is read, not the whole file.
 *
 * @returns undefined when the file is not such a font or has no Unicode map
 */
export function readCoverage(file: string): Coverage | undefined {
  const handle = openSync(file, 'r')
  try {
    return coverageOf((offset, length) => {
      const bytes = new Uint8Array(length)
      const got = readSync(handle, bytes, 0, length, offset)
      return new DataView(bytes.buffer, 0, got)
    })
  } catch (error) {
    // A cut-off or odd file reads beyond its end: not a font for us.
    if (error instanceof RangeError) return undefined
    throw error
  } finally {
    closeSync(handle)
  }
}

const COLLECTION = 0x74746366 // 'ttcf'
const CMAP = 0x636d6170

function coverageOf(read: (offset: number, length: number) => DataView): Coverage | undefined {
  let start = 0
  const head = read(0, 16)
  if (head.getUint32(0) === COLLECTION) start = head.getUint32(12)
  const count = read(start, 12).getUint16(4)
  const directory = read(start + 12, count * 16)
  for (let i = 0; i < count; i++) {
    if (directory.getUint32(16 * i) !== CMAP) continue
    return readMaps(read(directory.getUint32(16 * i + 8), directory.getUint32(16 * i + 12)))
  }
  return undefined
}

function readMaps(table: DataView): Coverage | undefined {
  const count = table.getUint16(2)
  let found: Coverage | undefined
  for (let i = 0; i < count; i++) {
    const platform = table.getUint16(4 + 8 * i)
    const encoding = table.getUint16(6 + 8 * i)
    const at = table.getUint32(8 + 8 * i)
    if (platform !== 0 && !(platform === 3 && (encoding === 1 || encoding === 10))) continue
    const format = table.getUint16(at)
    if (format !== 4 && format !== 12) continue
    found ??= new Coverage()
    if (format === 4) readFormat4(table, at, found)
    else readFormat12(table, at, found)
  }
  return found
}

function readFormat4(table: DataView, at: number, into: Coverage): void {
  const segments = table.getUint16(at + 6) / 2
  const ends = at + 14
  const starts = ends + 2 * segments + 2
  const deltas = starts + 2 * segments
  const offsets = deltas + 2 * segments
  for (let s = 0; s < segments; s++) {
    const first = table.getUint16(starts + 2 * s)
    const last = table.getUint16(ends + 2 * s)
    const delta = table.getUint16(deltas + 2 * s)
    const offset = table.getUint16(offsets + 2 * s)
    for (let code = first; code <= last && code < 0xffff; code++) {
      let glyph = code
      if (offset !== 0) {
        glyph = table.getUint16(offsets + 2 * s + offset + 2 * (code - first))
        if (glyph === 0) continue
      }
      if (((glyph + delta) & 0xffff) !== 0) into.add(code)
    }
  }
}

function readFormat12(table: DataView, at: number, into: Coverage): void {
  const groups = table.getUint32(at + 12)
  for (let g = 0; g < groups; g++) {
    const first = table.getUint32(at + 16 + 12 * g)
    const last = Math.min(65535, table.getUint32(at + 20 + 12 * g))
    for (let code = first; code <= last; code++) into.add(code)
  }
}
