import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-'))
  await mkdir(join(folder, 'scripts'))
  await cp(new URL('prepare.sh', import.meta.url), join(folder, 'scripts', 'prepare.sh'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs a command where the folder may not be written, whoever the user is: a mount of its own. */
function readOnly(command: string) {
  const setUp = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" "$1" && cd "$1"'
  const args = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]
  return spawnSync('unshare', [...args, 'sh', '-c', `${setUp} && ${command}`, 'sh', folder], { encoding: 'utf8' })
}

it('takes the build that is there where the folder may not be written, or says what to do', async (test) => {
  test.skip(readOnly('true').status !== 0, 'mounts are not allowed here')
  const unbuilt = readOnly('bash scripts/prepare.sh')
  expect([unbuilt.status, unbuilt.stderr]).toEqual([1, expect.stringContaining('is not built yet: run')])
  expect(unbuilt.stderr.trimEnd().split('\n')).toHaveLength(1)
  for (const name of ['node_modules', '.next', 'dist']) await mkdir(join(folder, name))
  await writeFile(join(folder, '.next', 'BUILD_ID'), '')
  await writeFile(join(folder, 'dist', 'server.js'), '')
  const built = readOnly('bash scripts/prepare.sh')
  expect([built.status, built.stderr]).toEqual([0, expect.stringContaining('the build that is there is used')])
})
