import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeFolder } from './remove-folder'

it('removes a folder that somebody is still writing into', async () => {
  for (let round = 0; round < 20; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'removed-'))
    await Promise.all(Array.from({ length: 40 }, (_, i) => writeFile(join(folder, `${i}`), 'x')))
    let writing = true
    const writer = (async () => {
      for (let i = 0; writing && i < 300; i++) await writeFile(join(folder, `late-${i}`), 'x').catch(() => undefined)
    })()
    await removeFolder(folder)
    writing = false
    await writer
    expect(existsSync(folder)).toBe(false)
  }
})

it('is content with what is not there', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'removed-')), 'never')
  await removeFolder(folder)
  await mkdir(folder)
  await removeFolder(folder)
  expect(existsSync(folder)).toBe(false)
})
