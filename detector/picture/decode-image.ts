import sharp, { type Metadata, type SharpOptions } from 'sharp'
import { UserError } from '../errors'
import { readWhole } from '../files/read-bytes'
import { BmpFault, decodeBmp, readBmpHeader } from './bmp'
import { type ImageFormat, imageFormatOf } from './image-format'
import { layOver } from './lay-over'
import { samplesToBytes } from './scale-samples'

/** An upright picture. */
export interface DecodedImage {
  /** R, G, B interleaved, row-major, 8 bits; transparency laid over white, or over black where white would hide what is there. */
  data: Uint8Array
  width: number
  height: number
  format: ImageFormat
  /** EXIF orientation 1–8 that the file named; it is applied already. */
  orientation: number
  /** Pages or frames in the file, of which the first is decoded. */
  pages: number
}

export interface ImageHeader {
  format: ImageFormat
  /** Upright: EXIF orientation applied. */
  width: number
  height: number
  orientation: number
  /** Pages or frames in the file. */
  pages: number
}

export interface DecodeOptions {
  /** Larger pictures are refused before they are decoded; default 200 million (A3 at 1000 dpi has 190). */
  maxPixels?: number
  /** What errors call the picture when bytes are given. */
  name?: string
}

const DEFAULT_MAX_PIXELS = 200_000_000
/** One file of a picture; 200 million pixels of 16 bits and four channels, unpacked, have less. */
export const MOST_BYTES = 2 ** 31 - 1
/** A longer strip would be blown up to many times its pixels; the longest receipts and tickers stay far below. */
const MOST_RATIO = 500

/** Kinds of samples whose range the kind does not tell; sharp would cut them off at 0 and 255. */
const WIDE = new Set<string | undefined>(['char', 'uint', 'int', 'float', 'double'])

// Pictures come one after another, each another one: libvips' cache of operations would only hold memory.
sharp.cache(false)

/**
 * Decodes JPEG, PNG, WebP, TIFF (first page), GIF (first frame) and BMP, told apart by their content; EXIF orientation
 * is applied, 16 bits and floating point become 8 bits, grey, palette and CMYK become RGB.
 *
 * @param input path or content of a file
 * @throws UserError `file-missing`, `file-unreadable`, `file-too-large`, `image-unreadable`, `image-too-large`, `image-type-unsupported`
 * @throws UserError `file-missing`, `file-unreadable`, `image-unreadable`, `image-too-large`,
 *   `image-too-narrow`, `image-type-unsupported`
 */
export async function decodeImage(input: string | Uint8Array, options: DecodeOptions = {}): Promise<DecodedImage> {
  const { bytes, file, maxPixels } = await open(input, options)
  const header = await headerOf(bytes, file, maxPixels)
  if (header.format === 'bmp') {
    try {
      const { data, width, height, alpha } = decodeBmp(bytes)
      return { data: alpha ? layOver(data) : data, width, height, format: 'bmp', orientation: 1, pages: 1 }
    } catch (error) {
      throw error instanceof BmpFault ? unreadable(file, error) : error
    }
  }
  const upright = sharp(bytes, sharpOptions(header.space)).autoOrient()
  const wide = WIDE.has(header.depth)
  const space = wide ? (header.space ?? 'b-w') : 'srgb'
  const { data, info } = await (wide ? upright.pipelineColourspace(space) : upright)
    .toColourspace(space)
    .raw({ depth: wide ? 'float' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw unreadable(file, error)
    })
  const pixels = wide
    ? samplesToBytes(new Float32Array(data.buffer, data.byteOffset, data.length / 4))
    : new Uint8Array(data.buffer, data.byteOffset, data.length)
  const { format, orientation, pages } = header
  return { data: toRgb(pixels, info.channels), width: info.width, height: info.height, format, orientation, pages }
}

/**
 * What a picture says about itself, without decoding it.
 * @throws UserError as `decodeImage`, for what the header alone shows
 */
export async function readImageHeader(input: string | Uint8Array, options: DecodeOptions = {}): Promise<ImageHeader> {
  const { bytes, file, maxPixels } = await open(input, options)
  const { format, width, height, orientation, pages } = await headerOf(bytes, file, maxPixels)
  return { format, width, height, orientation, pages }
}

async function open(input: string | Uint8Array, options: DecodeOptions) {
  const maxPixels = options.maxPixels ?? DEFAULT_MAX_PIXELS
  if (typeof input !== 'string') return { bytes: input, file: options.name ?? 'image', maxPixels }
  const file = options.name ?? input
  return { bytes: await readWhole(input, MOST_BYTES, file), file, maxPixels }
}

async function headerOf(
  bytes: Uint8Array,
  file: string,
  maxPixels: number,
): Promise<ImageHeader & { space: string | undefined; depth: string | undefined }> {
  const format = imageFormatOf(bytes, file)
  let width: number
  let height: number
  let metadata: Metadata | undefined
  try {
    if (format === 'bmp') ({ width, height } = readBmpHeader(bytes))
    else {
      metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
      width = metadata.width
      height = metadata.pageHeight ?? metadata.height
    }
  } catch (error) {
    throw unreadable(file, error)
  }
  if (width * height > maxPixels) {
    const megapixels = (pixels: number): string => `${(pixels / 1e6).toFixed(pixels < 10e6 ? 1 : 0)} megapixels`
    throw new UserError({
      code: 'image-too-large',
      message: `The picture has ${width} x ${height} pixels (${megapixels(width * height)}); at most ${megapixels(maxPixels)} are read.`,
      where: { file },
      fix: 'Scale it down or cut it into parts.',
    })
  }
  // libvips counts them as whole numbers without sign and cuts everything else off.
  if (metadata?.bitsPerSample === 16 && metadata.depth !== 'ushort') {
    throw new UserError({
      code: 'image-type-unsupported',
      message: 'Its samples are 16 bits with a sign or in floating point, which is not read.',
      where: { file },
      fix: 'Save it with 8 or 16 bits without sign.',
    })
  }
  if (Math.max(width, height) > MOST_RATIO * Math.min(width, height)) {
    throw new UserError({
      code: 'image-too-narrow',
      message: `The picture has ${width} x ${height} pixels; one side may be at most ${MOST_RATIO} times the other.`,
      where: { file },
      fix: 'Cut it into parts.',
    })
  }
  const orientation = metadata?.orientation ?? 1
  const turned = orientation >= 5
  return {
    format,
    width: turned ? height : width,
    height: turned ? width : height,
    orientation,
    pages: metadata?.pages ?? 1,
    space: metadata?.space,
    depth: metadata?.depth,
  }
}

function sharpOptions(space: string | undefined): SharpOptions {
  return {
    // The header was checked against our own limit.
    limitInputPixels: false,
    // Cut-off and damaged files are refused; mere warnings (bytes before a marker and the like) are not.
    failOn: 'error',
    sequentialRead: true,
    // Colour profiles make no difference to text, cost time, and broken ones would refuse the picture.
    ignoreIcc: space !== 'cmyk',
  }
}

/** @param channels grey or colours, and a last one of alpha where they are 2 or 4 */
function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data
  if (channels === 4) return layOver(data)
  const pixels = data.length / channels
  const alpha = channels === 2
  const wider = new Uint8Array(pixels * (alpha ? 4 : 3))
  for (let i = 0, t = 0; i < pixels; i++) {
    const s = i * channels
    for (let c = 0; c < 3; c++) wider[t++] = data[s + (channels > 3 ? c : 0)]
    if (alpha) wider[t++] = data[s + 1]
  }
  return alpha ? layOver(wider) : wider
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const [reason] = error.message.split('\n')
  return new UserError(
    {
      code: 'image-unreadable',
      message: `The picture is damaged or cut off (${error instanceof BmpFault ? error.message : reason.replace(/^Input (buffer|file) /, '')}).`,
      where: { file },
      fix: 'Copy it again, or open and save it in a picture program.',
    },
    { cause: error },
  )
}
