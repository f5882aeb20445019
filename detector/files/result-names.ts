import { parse } from 'node:path'

/** Room for a number, an ending and a temporary name in the 255 bytes that file systems give a name. */
const MOST_BYTES = 180

/**
 * Names of result files from names of pictures: `a.jpg` and `a.png`, or equal names of two folders, get numbers; names
 * that are too long are cut, and numbered where that makes them equal.
 */
export class ResultNames {
  /** By how file systems may compare names: the number to try next, for a batch may hold very many equal ones. */
  private readonly taken = new Map<string, number>()

  /** A name without ending that nothing else has got; at most 200 bytes. */
  of(picture: string): string {
    const name = cut(parse(picture).name) || 'image'
    for (let n = this.taken.get(keyOf(name)) ?? 1; ; n++) {
      const candidate = n === 1 ? name : `${name}_${n}`
      this.taken.set(keyOf(name), n + 1)
      if (n > 1 && this.taken.has(keyOf(candidate))) continue
      if (n > 1) this.taken.set(keyOf(candidate), 2)
      return candidate
    }
  }
}

/** File systems that ignore case, or the form of accents, would write one over the other. */
const keyOf = (name: string): string => name.normalize('NFC').toLowerCase()

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
