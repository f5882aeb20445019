import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseListFile } from '../detector/dataset/list-file'
import { main } from './main'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'synth-label-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const lines = { out: [] as string[], err: [] as string[] }
  const { signal } = new AbortController()
  const terminal = {
    out: (l: string) => lines.out.push(l),
    err: (l: string) => lines.err.push(l),
    signal,
    debug: false,
  }
  const code = await main(argv, terminal)
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') }
}

describe('ocr-detect synth', () => {
  it('writes a data set and says so in JSON', async () => {
    const output = path.join(folder, 'set')
    const sizes = ['--width', '160', '--height', '128', '--test-share', '0.5']
    const { code, out } = await run('synth', '--output', output, '--count', '2', ...sizes, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ output, train: 1, test: 1 })
    const [entry] = parseListFile(await readFile(path.join(output, 'test_list.txt'), 'utf8'))
    expect(await readdir(path.join(output, 'test_images'))).toEqual([path.basename(entry.image)])
  })

  it.each([
    [['synth'], '--output'],
    [['synth', '--output', 'x', '--scenes', 'pages'], 'Did you mean "page"?'],
    [['synth', '--output', 'x', '--count', '0'], '--count'],
    [['synth', 'pictures', '--output', 'x'], 'no files'],
  ])('%j is refused with a reason', async (argv, reason) => {
    const { code, err } = await run(...argv)
    expect(code).toBe(2)
    expect(err).toContain(reason)
  })
})

describe('ocr-detect label', () => {
  it('refuses what it cannot work on before a model is loaded', async () => {
    const empty = path.join(folder, 'empty')
    await mkdir(empty)
    for (const [argv, reason] of [
      [['label'], 'one folder'],
      [['label', path.join(folder, 'nowhere')], 'no such'],
      [['label', empty], 'no picture'],
    ] as const) {
      const { code, err } = await run(...argv)
      expect(code).toBe(2)
      expect(err).toContain(reason)
    }
  })

  it('does not replace annotations unasked, nor mixes two pictures up', async () => {
    const pictures = path.join(folder, 'pictures')
    await mkdir(pictures)
    await writeFile(path.join(pictures, 'a.jpg'), '')
    await writeFile(path.join(pictures, 'train_list.txt'), 'mine')
    expect((await run('label', pictures)).err).toContain('--overwrite')
    await writeFile(path.join(pictures, 'a.png'), '')
    expect((await run('label', pictures)).err).toContain('same annotation file')
    expect(await readFile(path.join(pictures, 'train_list.txt'), 'utf8')).toBe('mine')
  })

  it('leaves out a name that would write lines of its own into the list', async () => {
    const pictures = path.join(folder, 'forged')
    await mkdir(pictures)
    const forged = 'x.png\n../elsewhere.png\ttrain_gts.png'.replaceAll('/', '_')
    for (const name of ['good.jpg', forged])
      await copyFile(path.join('public', 'samples', 'label-small.jpg'), path.join(pictures, name))
    const output = path.join(folder, 'forged-out')
    const { err } = await run('label', pictures, '--output', output)
    expect(err).toContain('cannot hold')
    const list = await readFile(path.join(output, 'train_list.txt'), 'utf8')
    expect(list.trim().split('\n')).toHaveLength(1)
    expect(list).toContain('good.jpg')
  })
})
