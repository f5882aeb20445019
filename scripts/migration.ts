// `npm run migration -- NAME` writes the SQL that leads from the migrations to the schema; `--check` only tells whether there is any.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { migrate } from '../server/db/migrate'

/** The part of the internal package that is used here; it ships no types for this entry. */
interface EngineModule {
  __wbg_set_wasm(exports: WebAssembly.Exports): void
  SchemaEngine: { new: (schema: object, log: () => void, adapter: object) => Promise<Engine> }
}
interface Engine {
  diff(request: object): Promise<{ exitCode: number; stdout: string }>
}

const bg = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as EngineModule
const wasm = createRequire(import.meta.url)
  .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  .replace(/\.js$/, '.wasm')
const { instance } = (await WebAssembly.instantiate(readFileSync(wasm), {
  './schema_engine_bg.js': bg as unknown as WebAssembly.ModuleImports,
})) as unknown as { instance: WebAssembly.Instance }
bg.__wbg_set_wasm(instance.exports)
;(instance.exports.__wbindgen_start as () => void)()

const tmp = mkdtempSync(join(tmpdir(), 'migration-'))
try {
  const file = join(tmp, 'shadow.db')
  const url = `file:${file}`
  migrate(file, 'prisma/migrations')
  const path = 'prisma/schema.prisma'
  const files = [{ path, content: readFileSync(path, 'utf8') }]
  const engine = await bg.SchemaEngine.new(
    { datamodels: files.map((f) => [f.path, f.content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new PrismaLibSql({ url })),
  )
  const r = await engine.diff({
    from: { tag: 'schemaDatasource', files, configDir: process.cwd() },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    shadowDatabaseUrl: null,
    filters: { externalTables: ['_prisma_migrations'], externalEnums: [] },
  })
  const name = process.argv[2]
  if (r.exitCode === 0) console.log('The migrations match the schema.')
  else if (!name || name === '--check') {
    console.log(r.stdout)
    process.exitCode = 1
  } else {
    const dir = join('prisma/migrations', `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`)
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'migration.sql'), r.stdout)
    console.log(`${dir}/migration.sql\n${r.stdout}`)
  }
} finally {
  rmSync(tmp, { recursive: true, force: true })
}
