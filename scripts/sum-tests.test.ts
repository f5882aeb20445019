import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

let results: string
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'sum-'))
})
afterEach(() => rmSync(results, { recursive: true, force: true }))

/** Last lines of the sum over one passed check and the given outcomes of both runners. */
function sum(unit: string, browser: string, requireAll = ''): { exit: number | null; lines: string[] } {
  const write = (name: string, text: string): void => writeFileSync(join(results, name), text)
  write('checks', '0 types\n')
  const assertionResults = [{ status: unit, fullName: 'adds' }]
  write('vitest.json', JSON.stringify({ testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }] }))
  write('vitest.status', '0\n')
  const inner = { file: 'b.spec.ts', specs: [{ title: 'shows', tests: [{ status: browser }] }] }
  write('playwright.json', JSON.stringify({ suites: [{ file: 'b.spec.ts', specs: [], suites: [inner] }] }))
  write('playwright.status', '0\n')
  const ran = spawnSync(process.execPath, [join(import.meta.dirname, 'sum-tests.mjs'), results], {
    encoding: 'utf8',
    env: { ...process.env, OCR_REQUIRE_ALL: requireAll },
  })
  return { exit: ran.status, lines: ran.stdout.trim().split('\n') }
}

it('counts checks and tests of both runners', () => {
  expect(sum('passed', 'expected')).toEqual({ exit: 0, lines: ['3 passed, 0 failed, 0 skipped'] })
})

it('a browser test that passed only when tried again fails the run and is named apart', () => {
  expect(sum('passed', 'flaky')).toEqual({
    exit: 1,
    lines: ['failed: b.spec.ts: shows (flaky: passed when tried again)', '2 passed, 1 failed, 0 skipped'],
  })
})

it('a skipped test is named', () => {
  expect(sum('skipped', 'skipped')).toEqual({
    exit: 0,
    lines: ['skipped: a.test.ts: adds', 'skipped: b.spec.ts: shows', '1 passed, 0 failed, 2 skipped'],
  })
})

it('a skipped test is one failure, and counted once, where everything is required', () => {
  expect(sum('skipped', 'expected', '1')).toEqual({
    exit: 1,
    lines: ['failed: a.test.ts: adds (skipped)', '2 passed, 1 failed, 0 skipped'],
  })
})
