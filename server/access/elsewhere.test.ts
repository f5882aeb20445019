import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

// The whole list takes a minute: npx --no-install tsx bench/attack.ts
it.skipIf(!existsSync(`${root}/.next/BUILD_ID`))(
  'a client from elsewhere gets in by no door but the one with the code',
  async () => {
    const args = ['--import', 'tsx', 'bench/attack.ts', '--list', 'doors', '--promise', 'T1,T3,T4']
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
    expect(stdout).not.toContain('FAILED')
    expect(stdout.match(/^held /gm)?.length).toBeGreaterThanOrEqual(3)
  },
  180_000,
)
