import { parse } from 'node:path'

/** Room for a number, an ending and a temporary name in the 255 bytes that file systems give a name. */
const MOST_BYTES = 180

/**
 * Names of result files from names of pictures: `a.jpg` and `a.png`, or equal names of two folders, get numbers; names
 * that are too long are cut, and numbered where that makes them equal.
 */
export class ResultNames {
  private readonly taken = new Set<string>()

  /** A name without ending that nothing else has got; at most 200 bytes. */
  of(picture: string): string {
    const name = cut(parse(picture).name) || 'image'
    for (let n = 1; ; n++) {
      const candidate = n === 1 ? name : `${name}_${n}`
      // File systems that ignore case, or the form of accents, would write one over the other.
      const key = candidate.normalize('NFC').toLowerCase()
      if (this.taken.has(key)) continue
      this.taken.add(key)
      return candidate
    }
  }
}

/** The first MOST_BYTES bytes, in whole characters: a Chinese one has three. */
function cut(name: string): string {
  let bytes = 0
  let end = 0
  for (const character of name) {
    bytes += Buffer.byteLength(character)
    if (bytes > MOST_BYTES) return name.slice(0, end).trimEnd()
    end += character.length
  }
  return name
}
