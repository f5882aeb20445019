import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInside, resolveInside, safeParts } from './resolve-inside'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inside-'))
  for (const name of ['root/sub', 'root-beside', 'other']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'root/sub/file'), '')
  await writeFile(join(folder, 'other/secret'), '')
  await symlink(join(folder, 'other'), join(folder, 'root/way-out'))
  await symlink(join(folder, 'other/secret'), join(folder, 'root/secret-link'))
  await symlink(join(folder, 'root/sub'), join(folder, 'root/way-in'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('resolveInside', () => {
  const at = (path: string) => resolveInside(join(folder, 'root'), path)

  it('gives the real path of what lies inside', async () => {
    expect(await at('sub/file')).toBe(join(folder, 'root/sub/file'))
    expect(await at('')).toBe(join(folder, 'root'))
    expect(await at('sub/../sub/./file')).toBe(join(folder, 'root/sub/file'))
    expect(await at('way-in/file')).toBe(join(folder, 'root/sub/file'))
    expect(await at(join(folder, 'root/sub'))).toBe(join(folder, 'root/sub'))
    const roots = [join(folder, 'root'), join(folder, 'other')]
    expect(await resolveInside(roots, join(folder, 'other/secret'))).toBe(join(folder, 'other/secret'))
  })

  it('refuses every way out', async () => {
    const ways = [
      '..',
      '../other/secret',
      'sub/../../other',
      '/etc/passwd',
      'way-out',
      'way-out/secret',
      'secret-link',
      '../root-beside',
      join(folder, 'root-beside'),
      'sub/file\0',
      '../nothing-there',
      '/nothing-there',
    ]
    for (const way of ways) await expect(at(way), way).rejects.toMatchObject({ code: 'path-refused' })
  })

  it('says when something inside does not exist', async () => {
    await expect(at('sub/nothing')).rejects.toMatchObject({ code: 'file-missing' })
  })

  it('refuses what a random walk of nasty parts makes, or stays inside', async () => {
    const parts = ['..', '.', 'sub', 'way-out', '%2e%2e', '..\\', 'C:', '\\\\host\\share', '~', 'way-in', '....', ' ']
    let random = 7
    for (let n = 0; n < 500; n++) {
      const path = Array.from({ length: 1 + (n % 5) }, () => {
        random = (random * 1103515245 + 12345) % 2147483648
        return parts[random % parts.length]
      }).join('/')
      const real = await at(path).catch((error: { code: string }) => {
        expect(['path-refused', 'file-missing'], path).toContain(error.code)
        return join(folder, 'root')
      })
      expect(isInside(join(folder, 'root'), real), path).toBe(true)
    }
  })
})

describe('safeParts', () => {
  it('takes names with folders, in any script', () => {
    expect(safeParts('a/b c/图片 (1).jpg')).toEqual(['a', 'b c', '图片 (1).jpg'])
    expect(safeParts('./a//b')).toEqual(['a', 'b'])
  })

  it('refuses what leads elsewhere on any system', () => {
    const names = [
      '',
      '.',
      '..',
      '../a',
      'a/../../b',
      '/a',
      'C:\\a',
      'C:a',
      'a\\..\\b',
      '\\\\host\\a',
      'a\0b',
      'a\nb',
      'con',
      'aux.txt',
      'LPT1.png',
      'a:stream',
      'a.',
      'a ',
      'a*',
      'x'.repeat(300),
      '字'.repeat(100),
    ]
    for (const name of names) expect(() => safeParts(name), JSON.stringify(name)).toThrow(/leads out/)
  })
})
