/**
 * The tables of the measurements and their charts (docs/charts) from bench/results:
 *
 *     npx tsx scripts/benchmarks.ts            writes them
 *     npx tsx scripts/benchmarks.ts --check    ends with 1 and names what is not as the results give it
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { staleDocuments } from './figures/documents'

const stale = staleDocuments('.')
if (process.argv.includes('--check')) {
  for (const path of stale.keys())
    process.stderr.write(`${path} is not what bench/results gives: npx tsx scripts/benchmarks.ts\n`)
  process.exitCode = stale.size > 0 ? 1 : 0
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join('.', path)), { recursive: true })
    writeFileSync(path, text)
    process.stdout.write(`${path}\n`)
  }
}
