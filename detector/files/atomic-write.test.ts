import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallDisk } from '../testing/small-disk'
import { writeFileAtomic } from './atomic-write'
import { LineFile } from './line-file'
import { sha256OfFile } from './sha256'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('writing at once or not at all', () => {
  it('text, bytes and pieces replace what was there', async () => {
    const path = join(folder, 'file')
    for (const [data, expected] of [
      ['Größe', 'Größe'],
      [Buffer.from('bytes'), 'bytes'],
      [[Buffer.from('pie'), Buffer.from(''), Buffer.from('ces')], 'pieces'],
      ['', ''],
    ] as const) {
      await writeFileAtomic(path, data)
      expect(await readFile(path, 'utf8')).toBe(expected)
    }
    expect(await readdir(folder)).toEqual(['file'])
  })

  it('a reader never sees a part', async () => {
    const path = join(folder, 'watched')
    const versions = [Buffer.alloc(3_000_000, 'a'), Buffer.alloc(1_000_000, 'b')]
    await writeFileAtomic(path, versions[0])
    let writing = true
    const writer = (async () => {
      for (let i = 0; i < 20; i++) await writeFileAtomic(path, versions[i % 2])
    })().finally(() => {
      writing = false
    })
    let reads = 0
    for (; writing; reads++) {
      const seen = await readFile(path)
      expect(versions.some((version) => version.equals(seen))).toBe(true)
    }
    await writer
    expect(reads).toBeGreaterThan(1)
  })

  it('names as long as the system allows, in any script', async () => {
    for (const name of ['x'.repeat(255), '图'.repeat(85)]) {
      await writeFileAtomic(join(folder, name), name)
      expect(await readFile(join(folder, name), 'utf8')).toBe(name)
      await rm(join(folder, name))
    }
  })

  it('failures name the file, keep the old one and leave nothing behind', async () => {
    const absent = join(folder, 'absent', 'x')
    await expect(writeFileAtomic(absent, 'x')).rejects.toMatchObject({
      code: 'folder-missing',
      where: { file: absent },
    })
    const taken = join(folder, 'taken')
    await mkdir(join(taken, 'inside'), { recursive: true })
    await expect(writeFileAtomic(taken, 'x')).rejects.toMatchObject({ code: 'write-refused' })
    const kept = join(folder, 'kept')
    await writeFile(kept, 'old')
    const failing = (function* (): Generator<Uint8Array> {
      yield Buffer.from('part')
      throw new Error('stopped while making it')
    })()
    await expect(writeFileAtomic(kept, failing)).rejects.toThrow('stopped while making it')
    expect(await readFile(kept, 'utf8')).toBe('old')
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

const disk = smallDisk(1)

afterAll(() => disk?.unmount())

describe.skipIf(!disk)('a full disk', () => {
  it('is said in one line, the old file stays, nothing half-written', async () => {
    const path = join(disk!.path, 'weights.pth')
    await writeFileAtomic(path, 'old')
    await expect(writeFileAtomic(path, Buffer.alloc(2_000_000))).rejects.toMatchObject({
      code: 'disk-full',
      where: { file: path },
    })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(disk!.path)).toEqual(['weights.pth'])
  })
})

describe.skipIf(!disk)('lines on a full disk', () => {
  it('are there as a whole or not at all, and those that follow can be read', async () => {
    const path = join(disk!.path, 'lines')
    const lines = new LineFile(path, 0)
    lines.append('first')
    await disk!.fill(4096)
    const long = 'x'.repeat(9000)
    // Half of it would fit.
    for (let i = 0; i < 2; i++) expect(() => lines.append(long)).toThrow('The disk is full')
    lines.append('second')
    await disk!.free()
    lines.append(long)
    lines.append('third')
    expect(await readFile(path, 'utf8')).toBe(`first\nsecond\n${long}\nthird\n`)
  })
})

describe('the hash of a file', () => {
  it('is SHA-256', async () => {
    const path = join(folder, 'abc')
    await writeFile(path, 'abc')
    // The example of FIPS 180-4.
    expect(await sha256OfFile(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    await expect(sha256OfFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-missing' })
    await expect(sha256OfFile(folder)).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})
