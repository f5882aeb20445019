/** What a BMP file says about itself before its pixels. */
export interface BmpHeader {
  width: number
  height: number
  /** Rows run from the top; the usual order is from the bottom. */
  topDown: boolean
  bitsPerPixel: number
  compression: number
  /** [colours, 3] R, G, B. */
  palette: Uint8Array
  /** R, G, B, A; 0 = absent. */
  masks: [number, number, number, number]
  pixelOffset: number
}

/** A BMP file that cannot be read; the message says why. */
export class BmpFault extends Error {}

const RGB = 0
const RLE8 = 1
const RLE4 = 2
const BITFIELDS = 3
const ALPHA_BITFIELDS = 6

/**
 * Reads the headers of a Windows or OS/2 bitmap (12 to 124 bytes long).
 * @throws BmpFault
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (length: number): void => {
    if (bytes.length < length) throw new BmpFault('the header is cut off')
  }
  need(26)
  const headerSize = view.getUint32(14, true)
  need(14 + headerSize)
  const core = headerSize === 12
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true)
  const bitsPerPixel = view.getUint16(core ? 24 : 28, true)
  const compression = core ? RGB : view.getUint32(30, true)
  const topDown = signedHeight < 0
  const height = Math.abs(signedHeight)
  if (width <= 0 || height === 0) throw new BmpFault(`its size is ${width} x ${height}`)

  // The masks stand inside long headers and right behind the 40-byte one.
  let paletteAt = 14 + headerSize
  let masks = defaultMasks(bitsPerPixel)
  if (compression === BITFIELDS || compression === ALPHA_BITFIELDS) {
    const count = compression === ALPHA_BITFIELDS || headerSize >= 56 ? 4 : 3
    need(54 + count * 4)
    masks = [0, 1, 2, 3].map((i) => (i < count ? view.getUint32(54 + i * 4, true) : 0)) as BmpHeader['masks']
    if (headerSize === 40) paletteAt += count * 4
  }
  const entry = core ? 3 : 4
  const declared = core ? 0 : view.getUint32(46, true)
  const colours = bitsPerPixel > 8 ? 0 : Math.min(declared || 1 << bitsPerPixel, 1 << bitsPerPixel)
  need(paletteAt + colours * entry)
  const palette = new Uint8Array((bitsPerPixel > 8 ? 0 : 1 << bitsPerPixel) * 3)
  for (let i = 0; i < colours; i++) {
    for (let c = 0; c < 3; c++) palette[i * 3 + c] = bytes[paletteAt + i * entry + 2 - c]
  }
  return { width, height, topDown, bitsPerPixel, compression, palette, masks, pixelOffset: view.getUint32(10, true) }
}

function defaultMasks(bitsPerPixel: number): BmpHeader['masks'] {
  if (bitsPerPixel === 16) return [0x7c00, 0x03e0, 0x001f, 0]
  return [0xff0000, 0x00ff00, 0x0000ff, 0]
}

/**
 * Decodes a bitmap: 1, 2, 4, 8 bits with palette (plain or run-length), 16 and 32 bits with masks, 24 bits.
 * @returns RGB, or with `alpha` RGBA, interleaved
 * @throws BmpFault
 */
export function decodeBmp(bytes: Uint8Array): { data: Uint8Array; width: number; height: number; alpha: boolean } {
  const header = readBmpHeader(bytes)
  const { width, height, bitsPerPixel, compression } = header
  let data: Uint8Array
  if (compression === RLE8 || compression === RLE4) data = fromIndices(header, runLengthIndices(header, bytes))
  else if (bitsPerPixel <= 8) data = fromIndices(header, packedIndices(header, bytes))
  else data = trueColour(header, bytes)
  return { data, width, height, alpha: hasAlpha(header) }
}

function rowsOf(header: BmpHeader, bytes: Uint8Array): { stride: number } {
  const stride = Math.ceil((header.width * header.bitsPerPixel) / 32) * 4
  // The padding of the very last row may be missing.
  const used = stride * (header.height - 1) + Math.ceil((header.width * header.bitsPerPixel) / 8)
  if (header.pixelOffset + used > bytes.length) throw new BmpFault('the pixels are cut off')
  return { stride }
}

function packedIndices(header: BmpHeader, bytes: Uint8Array): Uint8Array {
  const { width, height, bitsPerPixel, pixelOffset } = header
  if (header.compression !== RGB || ![1, 2, 4, 8].includes(bitsPerPixel)) throw unknownForm(header)
  const { stride } = rowsOf(header, bytes)
  const indices = new Uint8Array(width * height)
  const mask = (1 << bitsPerPixel) - 1
  for (let y = 0; y < height; y++) {
    const row = pixelOffset + y * stride
    for (let x = 0; x < width; x++) {
      const bit = x * bitsPerPixel
      indices[y * width + x] = (bytes[row + (bit >> 3)] >> (8 - bitsPerPixel - (bit & 7))) & mask
    }
  }
  return indices
}

/** Run-length code: (count, value) pairs; count 0 escapes to end of row, end, jump or literal pixels. */
function runLengthIndices(header: BmpHeader, bytes: Uint8Array): Uint8Array {
  const { width, height, bitsPerPixel } = header
  const nibbles = header.compression === RLE4
  if (bitsPerPixel !== (nibbles ? 4 : 8)) throw unknownForm(header)
  const indices = new Uint8Array(width * height)
  let at = header.pixelOffset
  let x = 0
  let y = 0
  const next = (): number => {
    if (at >= bytes.length) throw new BmpFault('the pixels are cut off')
    return bytes[at++]
  }
  const put = (value: number): void => {
    if (x < width && y < height) indices[y * width + x] = value
    x++
  }
  while (y < height) {
    const count = next()
    const value = next()
    if (count > 0) {
      for (let i = 0; i < count; i++) put(nibbles ? (i & 1 ? value & 15 : value >> 4) : value)
    } else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) break
    else if (value === 2) {
      x += next()
      y += next()
    } else {
      let packed = 0
      for (let i = 0; i < value; i++) {
        if (!nibbles || (i & 1) === 0) packed = next()
        put(nibbles ? (i & 1 ? packed & 15 : packed >> 4) : packed)
      }
      const length = nibbles ? (value + 1) >> 1 : value
      if (length & 1) at++
    }
  }
  return indices
}

function fromIndices(header: BmpHeader, indices: Uint8Array): Uint8Array {
  const { width, height, palette, topDown } = header
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    let s = (topDown ? y : height - 1 - y) * width
    for (let t = y * width * 3, end = t + width * 3; t < end; t += 3, s++) {
      const colour = indices[s] * 3
      data[t] = palette[colour]
      data[t + 1] = palette[colour + 1]
      data[t + 2] = palette[colour + 2]
    }
  }
  return data
}

function trueColour(header: BmpHeader, bytes: Uint8Array): Uint8Array {
  const { width, height, bitsPerPixel, compression, pixelOffset, topDown } = header
  if (compression !== RGB && compression !== BITFIELDS && compression !== ALPHA_BITFIELDS) throw unknownForm(header)
  if (![16, 24, 32].includes(bitsPerPixel)) throw unknownForm(header)
  const { stride } = rowsOf(header, bytes)
  const size = hasAlpha(header) ? 4 : 3
  const data = new Uint8Array(width * height * size)
  const step = bitsPerPixel / 8
  const channels = header.masks.map(channelOf)
  for (let y = 0; y < height; y++) {
    let s = pixelOffset + (topDown ? y : height - 1 - y) * stride
    for (let t = y * width * size, end = t + width * size; t < end; t += size, s += step) {
      if (step === 3) {
        data[t] = bytes[s + 2]
        data[t + 1] = bytes[s + 1]
        data[t + 2] = bytes[s]
        continue
      }
      let value = bytes[s] | (bytes[s + 1] << 8)
      if (step === 4) value = (value | (bytes[s + 2] << 16) | (bytes[s + 3] << 24)) >>> 0
      for (let c = 0; c < size; c++) data[t + c] = Math.round(channels[c](value))
    }
  }
  return data
}

const hasAlpha = ({ bitsPerPixel, masks }: BmpHeader): boolean =>
  (bitsPerPixel === 16 || bitsPerPixel === 32) && masks[3] !== 0

/** Reads the bits under a mask, scaled to 0–255. */
function channelOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const highest = mask >>> shift
  return (value) => (((value & mask) >>> shift) * 255) / highest
}

function unknownForm(header: BmpHeader): BmpFault {
  return new BmpFault(`${header.bitsPerPixel} bits with compression ${header.compression} are not read`)
}
