import { readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** Where systems keep fonts; a folder that is not there is passed over. */
export function fontFolders(): string[] {
  const home = homedir()
  return [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    path.join(home, '.fonts'),
    path.join(home, '.local/share/fonts'),
    '/System/Library/Fonts',
    '/Library/Fonts',
    path.join(home, 'Library/Fonts'),
    path.join(process.env.WINDIR ?? 'C:\\Windows', 'Fonts'),
  ]
}

/** Where Debian packages put word lists. */
export const WORD_FOLDERS = ['/usr/share/dict', '/usr/share/rime-data', '/usr/lib/python3/dist-packages/jieba']

/** All files below the folders that pass the test, sorted by path so that a seed means the same everywhere. */
export function filesBelow(folders: readonly string[], wanted: (name: string) => boolean): string[] {
  const found: string[] = []
  const seen = new Set<string>()
  const visit = (folder: string): void => {
    let entries: string[]
    try {
      entries = readdirSync(folder)
    } catch {
      return // Not there, or not for us to read: the folders are guesses.
    }
    for (const entry of entries) {
      const file = path.join(folder, entry)
      const about = statSync(file, { throwIfNoEntry: false })
      if (!about) continue
      // A folder reached twice (links in a circle) is visited once.
      const key = `${about.dev}:${about.ino}`
      if (about.isDirectory()) {
        if (seen.has(key)) continue
        seen.add(key)
        visit(file)
      } else if (wanted(entry)) found.push(file)
    }
  }
  for (const folder of folders) visit(folder)
  return found.sort()
}
