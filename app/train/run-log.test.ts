import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { logText } from './run-log'
import { addEvents, emptySeries } from './run-series'

const detector = join(import.meta.dirname, '..', '..', 'detector')
const codesIn = (folder: string, pattern: RegExp): string[] =>
  readdirSync(join(detector, folder), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) =>
      [...readFileSync(join(detector, folder, name), 'utf8').matchAll(pattern)].map(([, code]) => code),
    )

const line = (code: string) =>
  addEvents(emptySeries, [
    {
      seq: 1,
      time: '2026-11-26T17:00:00Z',
      type: 'warning',
      code,
      message: 'Own words, 3.',
      where: { file: 'a.txt', line: 2 },
    },
  ]).log[0]

it('everything that a run tells in its log has its Chinese words', () => {
  const codes = [
    ...codesIn('training', /type: '(?:log|warning)',\s*code: '([a-z-]+)'/g),
    ...codesIn('dataset', /severity: 'warning',\s*code: '([a-z-]+)'/g),
  ]
  expect(codes).toContain('early-stop')
  expect(codes).toContain('few-images')
  for (const code of codes)
    expect(logText('zh', line(code)), code).toMatch(/^a\.txt:2: .*\p{Script=Han}.*（Own words, 3\.）$/u)
})

it('English stays as the run wrote it, and so does what has no Chinese words', () => {
  expect(logText('en', line('early-stop'))).toBe('a.txt:2: Own words, 3.')
  expect(logText('zh', line('never-heard-of'))).toBe('a.txt:2: Own words, 3.')
})
