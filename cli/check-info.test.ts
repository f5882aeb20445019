import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from './main'

async function run(...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await main(argv, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    signal: new AbortController().signal,
    debug: false,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/pth', name)

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'check-'))
  for (const folder of ['train_images', 'train_gts']) await mkdir(join(root, folder))
  const picture = sharp({ create: { width: 320, height: 160, channels: 3, background: '#fff' } })
  await picture.png().toFile(join(root, 'train_images/a.png'))
  await writeFile(join(root, 'train_gts/gt_a.txt'), '10,20,110,20,110,50,10,50,word\nbroken\n')
  await writeFile(join(root, 'train_list.txt'), 'train_images/a.png train_gts/gt_a.txt\nb.png\n')
})
afterAll(() => rm(root, { recursive: true }))

describe('check', () => {
  it('prints faults with file and line, a cure, and the verdict', async () => {
    const { code, out, err } = await run('check', root)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/Training: 1 of 2 images, 1 readable texts, 0 unreadable/)
    expect(out).toMatch(/line-unreadable: .*\n.*Correct or delete.*\n.*train_gts\/gt_a\.txt:2/)
    expect(out).toMatch(/image-missing: .*"b\.png".*\n.*\n.*train_list\.txt:2/)
    expect(out).toMatch(/Training can start: 0 errors, \d warnings/)
  })

  it('gives the whole report as one JSON object', async () => {
    const { code, out } = await run('check', '--data', root, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ ok: true, format: 'icdar', train: { images: 1, listed: 2 } })
  })

  it('ends with 2 when training cannot start, and for wrong use', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'empty-'))
    expect(await run('check', empty)).toMatchObject({ code: 2, err: '', out: expect.stringContaining('cannot start') })
    await rm(empty, { recursive: true })
    expect(await run('check')).toMatchObject({ code: 2, err: expect.stringContaining('check DIR') })
    expect(await run('check', 'a', 'b')).toMatchObject({ code: 2 })
    expect(await run('check', join(root, 'absent'))).toMatchObject({ code: 2, err: expect.stringContaining('absent') })
  })
})

describe('info', () => {
  it('tells the layout and keys of weights', async () => {
    const { code, out } = await run('info', fixture('mhliao.pth'), '--json')
    expect(code).toBe(0)
    const report = JSON.parse(out)
    expect(report).toMatchObject({ layout: 'mhliao', entries: 162, used: 158, trainable: true, missing: [] })
    expect(report.unused).toHaveLength(4)
    expect((await run('info', '--model', fixture('inference_only.pth'))).out).toMatch(/trainable\s+false/)
  })

  it('tells what the machine offers', async () => {
    const { code, out } = await run('info')
    expect(code).toBe(0)
    expect(out).toMatch(/onnxruntime\s+\d/)
    expect(out).toMatch(/devices\s+cpu/)
  })

  it.each([
    ['deformable.pth', 'deformable'],
    ['other.pth', 'another network'],
    ['whole_module.pth', 'torch.nn'],
  ])('refuses %s in one line that names it', async (name, words) => {
    const { code, out, err } = await run('info', fixture(name))
    expect([code, out, err.split('\n').length]).toEqual([2, '', 1])
    expect(err).toContain(fixture(name))
    expect(err).toContain(words)
  })
})
