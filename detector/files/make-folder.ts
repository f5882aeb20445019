import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder that a user named, and those above it. Node's own `recursive` never returns below a place that refuses new
 * folders by "no such file", as `/proc` does.
 * @param mode of the folder itself where it is new
 * @throws what the system says, such as ENOENT, EACCES, ENOTDIR
 */
export function makeFolder(path: string, mode?: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  try {
    mkdirSync(path, mode)
  } catch (error) {
    // Another process may have been faster.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
