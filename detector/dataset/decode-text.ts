export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'latin1'

/**
 * Text of a file whose encoding nobody states: a byte-order mark decides, else UTF-16 is told by its zero bytes, else it
 * is UTF-8 if it can be, else GB18030 (which holds GBK and GB2312), else Latin-1, which anything can be. Without the mark.
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: TextEncodingName } {
  const marked = markedEncoding(bytes) ?? unmarkedUtf16(bytes)
  if (marked) return { text: stripMark(new TextDecoder(marked).decode(bytes)), encoding: marked }
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    try {
      return { text: stripMark(new TextDecoder(encoding, { fatal: true }).decode(bytes)), encoding }
    } catch {
      // Not this one.
    }
  }
  return { text: new TextDecoder('latin1').decode(bytes), encoding: 'latin1' }
}

function markedEncoding(bytes: Uint8Array): TextEncodingName | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

/** Digits and commas in UTF-16 have a zero in every second byte; no other encoding has zeros at all. */
function unmarkedUtf16(bytes: Uint8Array): TextEncodingName | undefined {
  const zeros = [0, 0]
  const length = Math.min(bytes.length, 1000)
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2]++
  if (zeros[0] + zeros[1] <= length / 4) return undefined
  return zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be'
}

/** Marks stand at the start, and once more where files were joined. */
function stripMark(text: string): string {
  return text.replace(/^\ufeff+/, '')
}

/** The lines of a text with their numbers from 1, whatever ends them; blank ones are left out. */
export function numberedLines(text: string): { line: number; text: string }[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((content, i) => ({ line: i + 1, text: content.replace(/^\ufeff/, '') }))
    .filter(({ text: content }) => content.trim() !== '')
}
