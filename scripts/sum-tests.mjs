// Sums the results of all runners of test.sh; the last line alone is `N passed, N failed, N skipped`.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const dir = process.argv[2]
let passed = 0
let failed = 0
let skipped = 0
const bad = []

function fail(name) {
  bad.push(name)
  failed++
}

for (const line of readFileSync(join(dir, 'checks'), 'utf8').trim().split('\n')) {
  const [, status, name] = /^(\d+) (.*)$/.exec(line)
  if (status === '0') passed++
  else fail(name)
}

/** A runner that left no report, or failed without a failed test, counts as one failure. */
function runner(name, count) {
  const file = join(dir, `${name}.json`)
  const status = readFileSync(join(dir, `${name}.status`), 'utf8').trim()
  const before = failed
  if (existsSync(file)) count(JSON.parse(readFileSync(file, 'utf8')))
  if ((status !== '0' || !existsSync(file)) && failed === before) fail(`${name} (exit ${status})`)
}

runner('vitest', (report) => {
  for (const file of report.testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) fail(file.name)
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed++
      else if (test.status === 'failed') fail(`${file.name}: ${test.fullName}`)
      else skipped++
    }
  }
})
runner('playwright', (report) => {
  passed += report.stats.expected + report.stats.flaky
  failed += report.stats.unexpected
  skipped += report.stats.skipped
})

for (const name of bad) console.log(`failed: ${name}`)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed === 0 ? 0 : 1)
