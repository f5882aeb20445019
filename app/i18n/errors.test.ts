import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { common } from './common'
import { errorText } from './errors'

/** Said at the start of the server, in its terminal. */
const NEVER_SHOWN = ['database-changed', 'database-damaged', 'lock-damaged', 'pages-missing', 'port-taken']

it('every fault that the server can name has its Chinese words', () => {
  const folder = join(import.meta.dirname, '..', '..', 'server')
  const codes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/\bcode: '([a-z-]+)'/g)].map(([, c]) => c))
  expect(codes).toContain('run-unknown')
  const untold = codes.filter((code) => errorText('zh', { code, message: 'x' }).title === common.zh.unknownError)
  expect([...new Set(untold)].sort()).toEqual(NEVER_SHOWN)
})
