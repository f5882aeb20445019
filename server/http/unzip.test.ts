import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { unzip } from './unzip'

const limits = { entries: 100, totalBytes: 30e6, entryBytes: 20e6 }
let folder: string
let n = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unzip-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A zip with these entries; names are patched in afterwards, as the packer refuses bad ones. */
async function pack(entries: { name: string; content?: string | Buffer; mode?: number }[]): Promise<string> {
  const zip = new ZipFile()
  const patches: [Buffer, Buffer][] = []
  for (const [i, { name, content = 'x', mode }] of entries.entries()) {
    const bytes = Buffer.from(name)
    const stand = Buffer.from(`${i}`.padStart(bytes.length, '_'))
    patches.push([stand, bytes])
    zip.addBuffer(Buffer.from(content), stand.toString(), { mode: mode ?? 0o100644 })
  }
  zip.end()
  const file = join(folder, `${n++}.zip`)
  await pipeline(zip.outputStream, createWriteStream(file))
  let bytes = await readFile(file)
  for (const [from, to] of patches) {
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + from.length)) {
      bytes = Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)])
    }
  }
  await writeFile(file, bytes)
  return file
}
const target = (): string => join(folder, `out-${n++}`)
const all = (): boolean => true

describe('unzip', () => {
  it('unpacks folders, and leaves out what systems add', async () => {
    const file = await pack([
      { name: 'a/图片.txt', content: 'one' },
      { name: '__MACOSX/a' },
      { name: '.DS_Store' },
      { name: 'b.bin' },
    ])
    const out = target()
    const names: string[] = []
    const count = await unzip(
      file,
      out,
      limits,
      (name) => !name.endsWith('.bin'),
      async (name) => {
        names.push(name)
      },
    )
    expect(count).toBe(1)
    expect(names).toEqual(['a/图片.txt'])
    expect(await readFile(join(out, 'a/图片.txt'), 'utf8')).toBe('one')
    expect(await readdir(out)).toEqual(['a'])
  })

  it('reads names in GBK and with backslashes, as Windows writes them', async () => {
    const file = await pack([{ name: 'aa????b.txt' }])
    const bytes = await readFile(file)
    const gbk = Buffer.from([0x61, 0x5c, 0xcd, 0xbc, 0xc6, 0xac])
    for (let at = bytes.indexOf('aa????'); at >= 0; at = bytes.indexOf('aa????', at + 6)) gbk.copy(bytes, at)
    // Without the flag that says UTF-8 (local header and directory).
    bytes.writeUInt16LE(bytes.readUInt16LE(6) & ~0x800, 6)
    const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    bytes.writeUInt16LE(bytes.readUInt16LE(directory + 8) & ~0x800, directory + 8)
    await writeFile(file, bytes)
    const out = target()
    await unzip(file, out, limits, all)
    expect(await readdir(join(out, 'a'))).toEqual(['图片b.txt'])
  })

  it.each(['../evil', 'a/../../evil', '/evil', 'C:/evil', '..\\evil', 'con', 'a:b'])(
    'refuses the name %s',
    async (name) => {
      await expect(unzip(await pack([{ name }]), target(), limits, all)).rejects.toMatchObject({ code: 'path-refused' })
    },
  )

  it('refuses links', async () => {
    const file = await pack([{ name: 'link', content: '/etc/passwd', mode: 0o120777 }])
    await expect(unzip(file, target(), limits, all)).rejects.toMatchObject({ code: 'zip-invalid' })
  })

  it('refuses bombs, too many entries and too much in all', async () => {
    const bomb = await pack([{ name: 'bomb', content: Buffer.alloc(15e6) }])
    await expect(unzip(bomb, target(), limits, all)).rejects.toThrow(/200 times/)
    // Each below the size at which one alone would be told.
    const small = Array.from({ length: 4 }, (_, i) => ({ name: `s${i}`, content: Buffer.alloc(7e6) }))
    await expect(unzip(await pack(small), target(), limits, all)).rejects.toThrow(/200 times/)
    const large = await pack([{ name: 'large', content: Buffer.alloc(2e6) }])
    await expect(unzip(large, target(), { ...limits, entryBytes: 1e6 }, all)).rejects.toMatchObject({
      code: 'zip-too-large',
    })
    const two = await pack([
      { name: 'one', content: Buffer.alloc(2e6) },
      { name: 'two', content: Buffer.alloc(2e6) },
    ])
    await expect(unzip(two, target(), { ...limits, totalBytes: 3e6 }, all)).rejects.toMatchObject({
      code: 'zip-too-large',
    })
    const many = await pack(Array.from({ length: 5 }, (_, i) => ({ name: `f${i}` })))
    await expect(unzip(many, target(), { ...limits, entries: 4 }, all)).rejects.toMatchObject({ code: 'zip-too-large' })
  })

  it('refuses what is damaged, cut off or no zip at all', async () => {
    const whole = await readFile(await pack([{ name: 'a', content: 'x'.repeat(1000) }]))
    const file = join(folder, 'bad.zip')
    for (const bytes of [Buffer.alloc(0), Buffer.from('no zip'), whole.subarray(0, 60), whole.subarray(20)]) {
      await writeFile(file, bytes)
      await expect(unzip(file, target(), limits, all)).rejects.toMatchObject({ code: 'zip-invalid' })
    }
    const wrong = Buffer.from(whole)
    wrong.fill(0xff, 35, 40)
    await writeFile(file, wrong)
    await expect(unzip(file, target(), limits, all)).rejects.toMatchObject({ code: 'zip-invalid' })
  })

  it('refuses two entries of one name', async () => {
    const file = await pack([{ name: 'a' }, { name: 'a' }])
    await expect(unzip(file, target(), limits, all)).rejects.toMatchObject({ code: 'zip-invalid' })
  })
})
