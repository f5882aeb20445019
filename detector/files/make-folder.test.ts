import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from './make-folder'

it('makes what is missing, with its mode, and is content with what is there', () => {
  const root = mkdtempSync(join(tmpdir(), 'made-'))
  makeFolder(join(root, 'a', 'b'), 0o700)
  expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700)
  makeFolder(join(root, 'a', 'b'))
})

it('says why it cannot: a file in the way, a place that takes no folders', () => {
  const root = mkdtempSync(join(tmpdir(), 'made-'))
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(root, 'file', 'x'))).toThrow(/EEXIST|ENOTDIR/)
  if (existsSync('/proc')) expect(() => makeFolder('/proc/nowhere/x')).toThrow(/ENOENT|EACCES/)
})
