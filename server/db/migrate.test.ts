import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from './migrate'

let folder: string
let file: string
let migrations: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
  file = join(folder, "it's data", 'app.db')
  migrations = join(folder, 'migrations')
  await cp(new URL('../../prisma/migrations', import.meta.url), migrations, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

const add = async (name: string, sql: string): Promise<void> => {
  await mkdir(join(migrations, name))
  await writeFile(join(migrations, name, 'migration.sql'), sql)
}
function query<T>(path: string, sql: string): T[] {
  const db = new Database(path)
  try {
    return db.prepare(sql).all() as T[]
  } finally {
    db.close()
  }
}
const put = (id: string): void => {
  query(file, `INSERT INTO "Dataset" (id, name, origin, path, state) VALUES ('${id}', 'n', 'o', 'p', 's') RETURNING id`)
}
const datasets = (path: string): string[] => query<{ id: string }>(path, 'SELECT id FROM "Dataset"').map(({ id }) => id)
const columns = (path: string): string[] =>
  query<{ name: string }>(path, 'PRAGMA table_info("Dataset")').map(({ name }) => name)
const databases = async (): Promise<string[]> =>
  (await readdir(join(file, '..'))).filter((name) => !/-(wal|shm)$/.test(name)).sort()

it('copies a database with rows before it changes it, and only then', async () => {
  const first = migrate(file, migrations)
  expect(first.length).toBeGreaterThan(0)
  expect(migrate(file, migrations)).toEqual([])
  expect(await databases()).toEqual(['app.db'])
  put('kept')
  await add('29990101000000_note', 'ALTER TABLE "Dataset" ADD COLUMN "note" TEXT;')
  expect(migrate(file, migrations)).toEqual(['29990101000000_note'])
  expect(await databases()).toEqual(['app.db', 'app.db.before-29990101000000_note'])
  const copy = `${file}.before-29990101000000_note`
  expect([datasets(file), datasets(copy)]).toEqual([['kept'], ['kept']])
  expect([columns(file).includes('note'), columns(copy).includes('note')]).toEqual([true, false])
  expect(query(copy, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

it('applies all or none, and can be tried again after it failed', async () => {
  migrate(file, migrations)
  put('kept')
  await add('29990101000000_note', 'ALTER TABLE "Dataset" ADD COLUMN "note" TEXT;')
  await add('29990102000000_fault', 'ALTER TABLE "Nothing" ADD COLUMN "x" TEXT;')
  // Of a former try that was killed while it copied.
  await writeFile(`${file}.before-29990101000000_note.part`, 'torn')
  for (let i = 0; i < 2; i++) {
    expect(() => migrate(file, migrations)).toThrow(/Nothing/)
    expect(columns(file)).not.toContain('note')
    expect(datasets(file)).toEqual(['kept'])
  }
  await writeFile(join(migrations, '29990102000000_fault', 'migration.sql'), 'SELECT 1;')
  expect(migrate(file, migrations)).toHaveLength(2)
  expect(columns(file)).toContain('note')
  expect(await databases()).toEqual(['app.db', 'app.db.before-29990101000000_note'])
  expect(datasets(`${file}.before-29990101000000_note`)).toEqual(['kept'])
})

it('refuses a migration that was changed after it was applied', async () => {
  const [name] = migrate(file, migrations)
  await writeFile(join(migrations, name, 'migration.sql'), 'SELECT 1;')
  expect(() => migrate(file, migrations)).toThrow(expect.objectContaining({ code: 'database-changed' }))
})
