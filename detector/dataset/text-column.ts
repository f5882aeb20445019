import { isUnreadable } from './annotation'

/** A column between the coordinates and the text, which every line of a set has. */
export interface TextColumn {
  /** `difficulty`: 0, or 1 for a text that takes no part (RCTW); `label`: a script, language or kind (MLT). */
  kind: 'difficulty' | 'label'
  /** What stands in it, the most frequent first. */
  values: string[]
}

/** Share of the lines that must have the column; single lines may be broken. */
const NEARLY_ALL = 0.95
/** Lines from which on a few values, again and again, cannot be chance. */
const ENOUGH = 12
/** Lines for each value. */
const REPEATS = 4
/** Scripts of MLT 2017 and 2019. */
const SCRIPTS = new Set('arabic latin chinese japanese korean bangla hindi symbols mixed none'.split(' '))

const column = /^\s*([^\s,，;\t"]{1,20}) *[,，;\t]\s*(?=\S)/

/**
 * Finds the column in what follows the coordinates, over all lines of a set: in a single line it could be a text with a
 * comma. Readable are script names, 0 and 1 before a quoted text, and few values that occur again and again.
 */
export function findTextColumn(rests: readonly string[]): TextColumn | undefined {
  const counts = new Map<string, number>()
  let [fitting, flags, quoted, scripts, marks] = [0, 0, 0, 0, 0]
  for (const rest of rests) {
    const match = column.exec(rest)
    if (!match) {
      // A lone mark says nothing about columns.
      if (isUnreadable(rest)) marks++
      continue
    }
    const value = match[1]
    fitting++
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (/^[01]$/.test(value)) flags++
    if (rest.slice(match[0].length).startsWith('"')) quoted++
    if (SCRIPTS.has(value.toLowerCase())) scripts++
  }
  const lines = rests.length - marks
  const nearlyAll = (count: number): boolean => count > 0 && count >= NEARLY_ALL * lines
  if (!nearlyAll(fitting)) return undefined
  const values = [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value)
  const often = lines >= ENOUGH && counts.size * REPEATS <= lines
  if (nearlyAll(flags) && (nearlyAll(quoted) || (often && counts.size > 1))) return { kind: 'difficulty', values }
  return nearlyAll(scripts) || (often && !values.some((value) => /^[-+.\d]+$/.test(value)))
    ? { kind: 'label', values }
    : undefined
}

/** Splits what follows the coordinates; a line without the column is text alone. */
export function splitColumn(rest: string, found: TextColumn | undefined): { value?: string; text: string } {
  const match = found && column.exec(rest)
  if (!match || !found.values.includes(match[1])) return { text: rest.trim() }
  return { value: match[1], text: rest.slice(match[0].length).trim() }
}
