import { existsSync } from 'node:fs'
import Database from 'libsql'
import { UserError } from '../errors'

/**
 * Holds a lock that the operating system gives back when the process ends in whatever way: an SQLite file with an open
 * exclusive transaction. Works alike on all systems, and there is no stale lock to clean up.
 *
 * @param file made when absent, stays there
 * @param patience milliseconds to wait for another holder
 * @throws UserError `locked` when another process holds it
 */
export function holdLock(file: string, patience = 0): { release(): void } {
  const db = new Database(file, { timeout: patience })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    if (!isBusy(cause)) throw cause
    throw new UserError(
      {
        code: 'locked',
        message: 'Another process works with this directory.',
        where: { file },
        fix: 'Stop the other one first, or give this one a directory of its own (DATA_DIR).',
      },
      { cause },
    )
  }
  return {
    release() {
      db.exec('ROLLBACK')
      db.close()
    },
  }
}

/** Whether a process holds the lock; asking takes no lock that others would notice for longer than a moment. */
export function isHeld(file: string): boolean {
  if (!existsSync(file)) return false
  const db = new Database(file, { timeout: 0, readonly: true })
  try {
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    db.close()
  }
}

const isBusy = (error: unknown): boolean => /locked|busy/i.test(String(error))
