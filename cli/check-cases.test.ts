import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CheckReport } from '../detector/dataset/check/check'
import { main } from './main'

const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/images', name)

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cases-'))
})
afterEach(() => rm(root, { recursive: true }))

/** Files by path: a picture of the fixtures by its name, else text. */
async function put(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    if (/\.(png|jpe?g|jfif|tif)$/.test(name)) await copyFile(fixture(content), join(root, name))
    else await writeFile(join(root, name), content)
  }
}

async function check(): Promise<CheckReport> {
  const out: string[] = []
  const { signal } = new AbortController()
  await main(['check', root, '--json'], { out: (line) => out.push(line), err: () => undefined, signal, debug: true })
  return JSON.parse(out.join(''))
}

const box = '2,3,30,3,30,20,2,20'
const codes = ({ findings }: CheckReport): string[] => findings.map(({ code }) => code)
const set = async (annotation: string): Promise<CheckReport> => {
  await put({ 'train_images/a.png': 'rgb.png', 'train_gts/gt_a.txt': annotation, 'train_list.txt': 'a.png' })
  return await check()
}

describe('check', () => {
  it('knows a column of scripts, and ### behind it', async () => {
    const report = await set(`${box},Latin,word\n${box.replaceAll('3', '4')},Latin,###\n`)
    expect(report.train).toMatchObject({ boxes: 2, ignored: 1 })
    expect(codes(report)).toContain('text-column')
  })

  it('knows a column of difficulties before quoted texts', async () => {
    const report = await set(`${box},0,"word"\n${box.replaceAll('3', '4')},1,"hard"\n`)
    expect(report.train).toMatchObject({ boxes: 2, ignored: 1 })
    expect(codes(report)).toContain('text-column')
  })

  it('refuses boxes with offsets, naming what was seen and what is read', async () => {
    const offsets = '0,0,10,0,20,0,28,0,28,17,20,17,10,17,0,17'
    const report = await set(`2,3,30,20,${offsets}\n4,5,32,22,${offsets}\n`)
    expect(report).toMatchObject({ ok: false, train: { boxes: 0 } })
    const finding = report.findings.find(({ code }) => code === 'annotation-foreign')
    expect(finding).toMatchObject({
      message: expect.stringContaining('CTW1500'),
      fix: expect.stringContaining('ICDAR'),
    })
  })

  it.each(['train_list', 'folders'])('pairs mirrored folders, %s', async (how) => {
    const names = ['cam1/i', 'cam2/i']
    if (how === 'train_list') await put({ 'train_list.txt': names.map((n) => `train_images/${n}.png`).join('\n') })
    for (const [i, name] of names.entries())
      await put({ [`train_images/${name}.png`]: 'rgb.png', [`train_gts/${name}.txt`]: `${box},${i}th\n`.repeat(i + 1) })
    expect((await check()).train).toMatchObject({ images: 2, boxes: 3 })
  })

  it('gives no annotation to two pictures of the same name', async () => {
    await put({
      'train_list.txt': 'train_images/cam1/i.png\ntrain_images/cam2/i.png\ntrain_images/own.png',
      'train_images/cam1/i.png': 'rgb.png',
      'train_images/cam2/i.png': 'grey.png',
      'train_images/own.png': 'palette.png',
      'train_gts/gt_i.txt': `${box},word\n`,
      'train_gts/gt_own.txt': `${box},word\n`,
    })
    const report = await check()
    expect(report.train).toMatchObject({ images: 1, listed: 3 })
    expect(report.findings.find(({ code }) => code === 'annotation-claimed-twice')?.message).toMatch(/cam1.*cam2.*gt_i/)
  })

  it('tells entries of a label file that end at one picture', async () => {
    const texts = '[{"transcription": "x", "points": [[2, 3], [30, 3], [30, 20], [2, 20]]}]'
    await put({ 'i.png': 'rgb.png', 'Label.txt': `cam1/i.png\t${texts}\ncam2/i.png\t${texts}\n` })
    const report = await check()
    expect(report.train).toMatchObject({ images: 1 })
    expect(codes(report)).toContain('image-claimed-twice')
  })

  it.each([
    ['', 'train_icdar2015_label.txt', 'test_icdar2015_label.txt'],
    ['', 'det_gt_train.txt', 'det_gt_val.txt'],
    ['det/', 'any.txt', 'eval.txt'],
    ['icdar2015/text_localization/', 'train_icdar2015_label.txt', 'test_icdar2015_label.txt'],
  ])('finds label files by content: %s%s', async (folder, train, test) => {
    const texts = '[{"transcription": "x", "points": [[2, 3], [30, 3], [30, 20], [2, 20]]}]'
    await put({
      [`${folder}images/1.png`]: 'rgb.png',
      [`${folder}images/2.png`]: 'grey.png',
      [`${folder}${train}`]: `images/1.png\t${texts}\n`,
      [`${folder}${test}`]: `images/2.png\t${texts}\n`,
      'rec/rec_gt_train.txt': 'train/1.png\tword\n',
    })
    expect(await check()).toMatchObject({ format: 'paddle', testFrom: 'list', train: { boxes: 1 }, test: { boxes: 1 } })
  })

  it('says what was seen and which layouts are read when there is no set', async () => {
    await put({ 'pictures/a.png': 'rgb.png', 'instances.json': '{}' })
    const [finding] = (await check()).findings
    expect(finding.message).toMatch(/pictures\/.*1 \.png.*1 \.json|pictures\/.*1 \.json.*1 \.png/)
    expect(finding.fix).toMatch(/PaddleOCR.*gts/)
  })

  it('lists files and pages that are not read, and takes .jfif', async () => {
    await put({
      'train_images/a.jfif': 'rgb.jpg',
      'train_images/pages.tif': 'three-pages.tif',
      'train_images/x.heic': '',
      'train_gts/a.txt': `${box},word\n`,
      'train_gts/pages.txt': `${box},word\n`,
    })
    const report = await check()
    expect(report.train).toMatchObject({ images: 2 })
    expect(codes(report)).not.toContain('extension-wrong')
    expect(report.leftOut).toEqual([
      { name: 'train_images/x.heic', why: 'type-unread' },
      { name: 'train_images/pages.tif', why: 'pages-unread', pages: 3 },
    ])
  })

  it('reads * as unreadable', async () => {
    expect((await set(`${box},word\n${box.replaceAll('3', '4')},*\n`)).train).toMatchObject({ boxes: 2, ignored: 1 })
  })
})

describe('batch', () => {
  it('lists what it leaves out', async () => {
    const at = join(root, 'in')
    await mkdir(join(at, 'sub'), { recursive: true })
    await copyFile(fixture('three-pages.tif'), join(at, 'pages.tif'))
    await copyFile(fixture('rgb.jpg'), join(at, 'b.jfif'))
    await symlink(fixture('rgb.png'), join(at, 'linked.png'))
    for (const name of ['x.heic', 'y.pdf', 'note.txt', 'z.zip', '.DS_Store']) await writeFile(join(at, name), '')
    const run = async (...more: string[]) => {
      const [out, err]: [string[], string[]] = [[], []]
      const { signal } = new AbortController()
      const argv = ['batch', at, '--output', join(root, `out${more.length}`), '--no-picture', '--threads', '2', ...more]
      await main(argv, { out: (l) => out.push(l), err: (l) => err.push(l), signal, debug: true })
      return { out: out.join('\n'), err: err.join('\n') }
    }
    const { images, leftOut } = JSON.parse((await run('--json')).out)
    expect(images).toBe(3)
    expect(leftOut).toEqual([
      { name: 'note.txt', why: 'not-a-picture' },
      { name: 'sub/', why: 'subfolder' },
      { name: 'x.heic', why: 'type-unread' },
      { name: 'y.pdf', why: 'type-unread' },
      { name: 'z.zip', why: 'archive-inside' },
      { name: 'pages.tif', why: 'pages-unread', pages: 3 },
    ])
    expect((await run()).err).toMatch(/Left out \(6\):[\s\S]*y\.pdf: [\s\S]*pages\.tif: pages 2 to 3 were not read/)

    // Nothing but files that are not read: the message names them.
    const none = join(root, 'none')
    await mkdir(none)
    await writeFile(join(none, 'x.heic'), '')
    const told: string[] = []
    const { signal } = new AbortController()
    const context = { out: (l: string) => told.push(l), err: (l: string) => told.push(l), signal, debug: false }
    expect(await main(['batch', none, '--output', join(root, 'out-none')], context)).toBe(2)
    expect(told.join('\n')).toMatch(/no picture in this folder.*x\.heic.*--recursive/)
  })
})
