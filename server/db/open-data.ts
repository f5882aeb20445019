import { chmod, lstat, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../detector/errors'
import { asUserError, LEFT_BEHIND } from '../../detector/files/atomic-write'
import { holdLock } from '../../detector/files/hold-lock'
import { makeFolder } from '../../detector/files/make-folder'
import { isRunHeld } from '../../detector/training/run-lock'
import type { ServerConfig } from '../config/config'

/** A former server that was killed a moment ago may not be gone altogether. */
const LOCK_PATIENCE = 3000
const LOCK = 'server.lock'
/** What makes a directory ours. */
const OURS = [LOCK, 'app.db', 'access.json']
const STICKY = 0o1000

/**
 * Makes the server's directories. The data directory, with the database and what opens sessions, is for its owner only; one
 * that holds other things as well is left as it is, but for our own files in it.
 * @throws UserError `folder-missing`, `write-refused`, `disk-full` naming the directory and its setting
 */
export async function makeDirectories({ dataDir, workDir, outputDir }: ServerConfig): Promise<void> {
  const places = { DATA_DIR: dataDir, WORK_DIR: workDir, OUTPUT_DIR: outputDir }
  for (const [setting, path] of Object.entries(places)) {
    try {
      makeFolder(path, path === dataDir ? 0o700 : undefined)
    } catch (cause) {
      throw placeError(cause, path, setting)
    }
  }
  const names = await readdir(dataDir)
  const { mode } = await stat(dataDir)
  const ours = names.length === 0 || OURS.some((name) => names.includes(name))
  // Whoever it belongs to may have given us the right to write only.
  if (ours && !(mode & STICKY)) await chmod(dataDir, 0o700).catch(() => undefined)
  // Before SQLite makes them for all to read; what it makes beside one has the same rights.
  for (const name of [LOCK, 'app.db']) {
    await open(join(dataDir, name), 'a', 0o600)
      .then((file) => file.close())
      .catch(() => undefined)
  }
  for (const name of names.filter((name) => OURS.includes(name) || name.startsWith('app.db'))) {
    await chmod(join(dataDir, name), 0o600).catch(() => undefined)
  }
}

function placeError(cause: unknown, path: string, setting: string): unknown {
  const known = asUserError(cause, path)
  if (known instanceof UserError) {
    const fix = `Make it writable, or choose another directory with ${setting}.`
    return new UserError({ ...known.toBody(), fix }, { cause })
  }
  const { code } = cause as NodeJS.ErrnoException
  if (code !== 'EEXIST' && code !== 'ELOOP') return cause
  const message = 'Something that is no directory is in the way.'
  const fix = `Move it away, or choose another directory with ${setting}.`
  return new UserError({ code: 'folder-expected', message, where: { file: path }, fix }, { cause })
}

/** @throws UserError `locked` when another server works with the directory, `lock-damaged`, `write-refused` */
export function lockData(dataDir: string): { release(): void } {
  const file = join(dataDir, LOCK)
  try {
    return holdLock(file, LOCK_PATIENCE)
  } catch (cause) {
    if (cause instanceof UserError && cause.code === 'locked') {
      throw new UserError(
        {
          code: 'locked',
          message: 'Another server works with this data directory.',
          where: { file: dataDir },
          fix: 'Stop it, or choose another directory with DATA_DIR.',
        },
        { cause },
      )
    }
    throw new UserError(
      {
        code: 'lock-damaged',
        message: `The lock of the data directory cannot be taken (${(cause as Error).message}).`,
        where: { file },
        fix: 'Remove this file, or make it writable; or choose another directory with DATA_DIR.',
      },
      { cause },
    )
  }
}

/**
 * Removes what writers leave that were killed in the middle (`.….tmp`). Directories of runs that another process trains are
 * left alone. Links are not followed.
 */
export async function sweepLeftBehind({ dataDir, workDir, outputDir }: ServerConfig): Promise<number> {
  let removed = 0
  const sweep = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (folder !== workDir || !isTaken(path)) await sweep(path)
      } else if (entry.isFile() && LEFT_BEHIND.test(entry.name) && (await isOlderThanUs(path))) {
        await rm(path, { force: true })
        removed++
      }
    }
  }
  for (const folder of new Set([dataDir, workDir, outputDir])) await sweep(folder)
  return removed
}

/** What this process writes itself meanwhile is no leaving. */
async function isOlderThanUs(path: string): Promise<boolean> {
  const started = Date.now() - process.uptime() * 1000
  return lstat(path).then(
    ({ mtimeMs }) => mtimeMs < started,
    () => false,
  )
}

function isTaken(runDir: string): boolean {
  try {
    return isRunHeld(runDir)
  } catch {
    return true
  }
}
