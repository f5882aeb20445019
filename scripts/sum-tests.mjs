// Sums the results of all runners of test.sh; the last line alone is `N passed, N failed, N skipped`. What was skipped
// is named, and fails under OCR_REQUIRE_ALL=1; a test that passed only when tried again is flaky and fails.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const dir = process.argv[2]
let passed = 0
let failed = 0
const bad = []
/** Names of skipped tests. */
const left = []

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
      else left.push(`${file.name}: ${test.fullName}`)
    }
  }
})
runner('playwright', (report) => {
  const walk = (suite) => {
    for (const { title, tests } of suite.specs ?? [])
      for (const { status } of tests) {
        const name = `${suite.file}: ${title}`
        if (status === 'expected') passed++
        else if (status === 'skipped') left.push(name)
        else fail(status === 'flaky' ? `${name} (flaky: passed when tried again)` : name)
      }
    for (const inner of suite.suites ?? []) walk(inner)
  }
  for (const suite of report.suites) walk(suite)
})

if (process.env.OCR_REQUIRE_ALL) for (const name of left.splice(0)) fail(`${name} (skipped)`)

for (const name of left) console.log(`skipped: ${name}`)
for (const name of bad) console.log(`failed: ${name}`)
console.log(`${passed} passed, ${failed} failed, ${left.length} skipped`)
process.exit(failed === 0 ? 0 : 1)
