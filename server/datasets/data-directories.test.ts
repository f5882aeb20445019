import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ServerConfig } from '../config/config'
import { DataDirectories } from './data-directories'

let folder: string
let directories: DataDirectories

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'directories-')))
  for (const name of ['project/custom', 'project/data', 'beside', 'both', 'project/both'])
    await mkdir(join(folder, name), { recursive: true })
  const config = { root: join(folder, 'project'), dataDir: join(folder, 'project/data'), dataRoots: [folder] }
  directories = new DataDirectories(config as ServerConfig)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a relative path is looked for in the project first, then below the roots', async () => {
  expect(await directories.allowed('custom')).toBe(join(folder, 'project/custom'))
  expect(await directories.allowed('./both/')).toBe(join(folder, 'project/both'))
  expect(await directories.allowed('beside')).toBe(join(folder, 'beside'))
  expect(await directories.allowed(join(folder, 'both'))).toBe(join(folder, 'both'))
})

it('nothing else is reached by a relative path', async () => {
  const codeOf = (path: string) => directories.allowed(path).catch((error) => error.code)
  expect(await codeOf('absent')).toBe('file-missing')
  expect(await codeOf('data')).toBe('path-refused')
  expect(await codeOf('../../..')).toBe('path-refused')
  expect(await codeOf('../../absent')).toBe('path-refused')
})

it('~ is the home of the user whom the server runs as', async () => {
  const home = new DataDirectories({ root: folder, dataDir: join(folder, 'x'), dataRoots: [homedir()] } as ServerConfig)
  expect(await home.allowed('~')).toBe(await realpath(homedir()))
  expect(await home.allowed('~/')).toBe(await realpath(homedir()))
})
