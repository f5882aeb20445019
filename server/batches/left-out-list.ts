import { appendFile, readFile } from 'node:fs/promises'
import type { LeftOut } from '../../detector/picture/left-out'

/** Adds to the list of what a batch did not read. */
export async function addLeftOut(file: string, list: readonly LeftOut[]): Promise<void> {
  if (list.length > 0) await appendFile(file, list.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
}

/** The list, each entry once though a picture was tried several times; empty while there is none. */
export async function readLeftOut(file: string): Promise<LeftOut[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  // A line that a crash cut off has no end.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return [...new Set(lines)].filter(Boolean).map((line) => JSON.parse(line) as LeftOut)
}
