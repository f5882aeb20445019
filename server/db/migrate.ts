import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'libsql'
import { UserError } from '../../detector/errors'
import { asDiskError } from './database'

const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

/**
 * Applies the migrations that are not applied yet, all or none; the bookkeeping is Prisma's own table, so that its
 * command line may take over. A database with rows is copied to `<file>.before-<migration>` first.
 *
 * @param file the SQLite file; made when absent
 * @returns names of the applied migrations
 * @throws UserError `database-changed` when a migration that is applied has another content now, `database-damaged`,
 * `disk-full`, `write-refused`
 */
export function migrate(file: string, migrations: string): string[] {
  try {
    return apply(file, migrations)
  } catch (error) {
    throw asDamage(asDiskError(error), file)
  }
}

/** Codes of SQLite for a file that is no database or a torn one. */
function asDamage(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !/SQLITE_(CORRUPT|NOTADB)|malformed|not a database/.test(String(error))) return error
  const copies = `${basename(file)}.before-`
  const [copy] = readdirSync(dirname(file))
    .filter((name) => name.startsWith(copies) && !name.endsWith('.part'))
    .sort()
    .reverse()
  const aside = `mv "${file}" "${file}.damaged"; rm -f "${file}-wal" "${file}-shm"`
  const fix =
    copy === undefined
      ? `There is no copy of it; to begin anew: ${aside}`
      : `To go on with the last copy: ${aside}; cp "${join(dirname(file), copy)}" "${file}"`
  const message = 'The database is damaged.'
  return new UserError({ code: 'database-damaged', message, where: { file }, fix }, { cause: error })
}

function apply(file: string, migrations: string): string[] {
  mkdirSync(dirname(file), { recursive: true })
  const db = new Database(file, { timeout: 10_000 })
  const done: string[] = []
  try {
    db.exec('PRAGMA journal_mode = WAL')
    db.exec(TABLE)
    const [{ quick_check: found }] = db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[]
    if (found !== 'ok') throw new Error(`SQLITE_CORRUPT: ${found}`)
    const waiting = pending(db, migrations)
    if (waiting.length === 0) return done
    if (waiting.length < all(migrations).length) backUp(db, `${file}.before-${waiting[0].name}`)
    // Inside a transaction this pragma does nothing, and with foreign keys on, the DROP TABLE of a redefined
    // table would delete the child rows: so it is switched off before BEGIN.
    db.exec('PRAGMA foreign_keys = OFF')
    db.exec('BEGIN IMMEDIATE')
    try {
      // Read again: another start may have been quicker.
      for (const { name, sql, checksum } of pending(db, migrations)) {
        const started = new Date().toISOString()
        db.exec(sql)
        db.prepare(
          'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
        ).run(randomUUID(), checksum, new Date().toISOString(), name, started)
        done.push(name)
      }
      const broken = db.prepare('PRAGMA foreign_key_check').all()
      if (broken.length > 0) throw new Error(`the migrations leave ${broken.length} broken foreign keys`)
      db.exec('COMMIT')
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  } finally {
    db.close()
  }
  return done
}

/** A whole copy or none: a former try may have ended in the middle, or left its copy because the migration failed. */
function backUp(db: InstanceType<typeof Database>, copy: string): void {
  const temporary = `${copy}.part`
  rmSync(temporary, { force: true })
  db.exec(`VACUUM INTO '${temporary.replaceAll("'", "''")}'`)
  chmodSync(temporary, 0o600)
  renameSync(temporary, copy)
}

interface Migration {
  name: string
  sql: string
  checksum: string
}

function all(directory: string): Migration[] {
  return readdirSync(directory)
    .sort()
    .filter((name) => existsSync(join(directory, name, 'migration.sql')))
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

function pending(db: InstanceType<typeof Database>, directory: string): Migration[] {
  const rows = db
    .prepare(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL',
    )
    .all() as { name: string; checksum: string }[]
  const applied = new Map(rows.map((row) => [row.name, row.checksum]))
  return all(directory).filter(({ name, checksum }) => {
    const before = applied.get(name)
    if (before !== undefined && before !== checksum) {
      throw new UserError({
        code: 'database-changed',
        message: `The migration ${name} was changed after it was applied.`,
        fix: 'Restore the file from the repository, or move the data directory away to begin anew.',
      })
    }
    return before === undefined
  })
}
