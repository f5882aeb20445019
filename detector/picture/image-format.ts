import { UserError } from '../errors'

/** What the decoder reads. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'bmp'

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end))

/** What the first bytes say: a format that is read, the name of a known one that is not, or undefined. */
function sniff(bytes: Uint8Array): ImageFormat | { unsupported: string } | undefined {
  const [a, b, c, d] = bytes
  if (a === 0xff && b === 0xd8 && c === 0xff) return 'jpeg'
  if (a === 0x89 && ascii(bytes, 1, 4) === 'PNG') return 'png'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  if (ascii(bytes, 0, 4) === 'GIF8') return 'gif'
  const tiff =
    (a === 0x49 && b === 0x49 && (c === 42 || c === 43)) || (a === 0x4d && b === 0x4d && (d === 42 || d === 43))
  if (tiff) return 'tiff'
  // "BM" alone is weak evidence; the size of the second header is one of a few.
  if (a === 0x42 && b === 0x4d && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14])) return 'bmp'
  if (ascii(bytes, 0, 4) === '%PDF') return { unsupported: 'PDF' }
  if (ascii(bytes, 4, 8) === 'ftyp')
    return { unsupported: /hei|mif1/.test(ascii(bytes, 8, 12)) ? 'HEIC' : ascii(bytes, 8, 12).trim() }
  if (a === 0 && b === 0 && c === 1 && d === 0) return { unsupported: 'ICO' }
  if (a === 0x50 && b === 0x4b) return { unsupported: 'ZIP' }
  if (isSvg(ascii(bytes, 0, 512))) return { unsupported: 'SVG' }
  return undefined
}

/** Whether a text begins with `<svg`, after declarations and comments. Read on from one to the next, never back. */
function isSvg(start: string): boolean {
  let rest = start.startsWith('\u00ef\u00bb\u00bf') ? start.slice(3) : start
  for (;;) {
    rest = rest.trimStart()
    const tag = rest.slice(0, 5).toLowerCase()
    if (tag.startsWith('<svg')) return tag.length < 5 || tag[4] === '>' || tag[4].trim() === ''
    const end = rest.startsWith('<!--') ? '-->' : tag === '<?xml' || tag === '<!doc' ? '>' : undefined
    const at = end === undefined ? -1 : rest.indexOf(end)
    if (end === undefined || at < 0) return false
    rest = rest.slice(at + end.length)
  }
}

/**
 * The format of a picture by its content; the name of the file does not count.
 * @throws UserError `image-unreadable` (empty), `image-type-unsupported`
 */
export function imageFormatOf(bytes: Uint8Array, file: string): ImageFormat {
  const where = { file }
  if (bytes.length === 0) {
    throw new UserError({
      code: 'image-unreadable',
      message: 'The file is empty (0 bytes).',
      where,
      fix: 'Copy or save the picture again.',
    })
  }
  const found = sniff(bytes)
  if (typeof found === 'string') return found
  throw new UserError({
    code: 'image-type-unsupported',
    message: `Unsupported file type: JPEG, PNG, BMP, WebP, TIFF or GIF expected, ${found ? found.unsupported : 'something else'} found.`,
    where,
    fix: 'Save the picture as PNG or JPEG.',
  })
}
