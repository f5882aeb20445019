import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CheckReport, checkDataset } from './check'
import { textHeight } from './figures'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'doctor-'))
})
afterAll(() => rm(root, { recursive: true }))

type Files = Record<string, string | Uint8Array>

async function set(name: string, files: Files): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    const path = join(root, name, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  return join(root, name)
}

/** A picture of one colour; another `shade`, another file. */
async function picture(width: number, height: number, shade: number, format: 'jpeg' | 'png' = 'png'): Promise<Buffer> {
  const background = { r: shade, g: 255 - shade, b: 128 }
  return await sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer()
}

const gt = '10,20,110,20,110,50,10,50,word\n'
const find = (report: CheckReport, code: string) => report.findings.find((finding) => finding.code === code)
const codes = (report: CheckReport, ...severities: string[]): string[] =>
  report.findings.filter(({ severity }) => severities.includes(severity)).map(({ code }) => code)

describe('a sound set', () => {
  it('has no faults but its size, and says what was checked', async () => {
    const files: Files = { 'train_list.txt': 'a.png\nb.png', 'test_list.txt': 'c.png' }
    for (const [i, name] of ['train_images/a', 'train_images/b', 'test_images/c'].entries()) {
      files[`${name}.png`] = await picture(640, 320, i)
      files[`${name.replace('images/', 'gts/gt_')}.txt`] = gt
    }
    const progress: number[][] = []
    const path = await set('sound', files)
    const report = await checkDataset(path, { onProgress: (...at) => progress.push(at) })
    expect(report).toMatchObject({ root: path, ok: true, format: 'icdar', testFrom: 'list', medianTextHeight: 30 })
    expect(report.train).toMatchObject({ images: 2, listed: 2, boxes: 2, ignored: 0, tooSmall: 0, withoutText: 0 })
    expect(report.train.heights.filter(({ count }) => count > 0)).toEqual([{ from: 23, count: 2 }])
    expect(codes(report, 'error', 'warning', 'note')).toEqual(['few-images'])
    expect(codes(report, 'passed')).toHaveLength(6)
    expect(report.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(progress).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })
})

describe('a set with every fault', () => {
  let report: CheckReport
  beforeAll(async () => {
    const good = await picture(640, 320, 1)
    const jpeg = await picture(640, 640, 2, 'jpeg')
    const turned = await sharp(await picture(640, 320, 9, 'jpeg'))
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const names = ['good', 'copy', 'cut', 'empty', 'text', 'turned', 'jpeg', 'absent', 'nogt', 'good', 'faults']
    const path = await set('faulty', {
      'train_list.txt': names.map((name) => `${name}.png`).join('\n'),
      'test_list.txt': 'leak.png',
      'train_images/good.png': good,
      'train_images/copy.png': good,
      'test_images/leak.png': good,
      'train_images/cut.png': jpeg.subarray(0, jpeg.length >> 1),
      'train_images/empty.png': '',
      'train_images/text.png': 'this is no picture',
      'train_images/turned.png': turned,
      'train_images/jpeg.png': jpeg,
      'train_images/nogt.png': await picture(64, 64, 3),
      'train_images/faults.png': await picture(640, 320, 4),
      ...Object.fromEntries(
        ['good', 'copy', 'cut', 'empty', 'text', 'jpeg'].map((name) => [`train_gts/gt_${name}.txt`, gt]),
      ),
      // Inside the stored 640 x 320, outside the upright 320 x 640.
      'train_gts/gt_turned.txt': '400,20,600,20,600,50,400,50,sideways\n',
      'train_gts/gt_faults.txt': [
        gt.trim(),
        'nonsense',
        '10,20,110,20,10,50,110,50,bow tie',
        '5,5,5,5,5,5,5,5,empty',
        '600,300,700,300,700,340,600,340,over the edge',
        '1000,1000,1100,1000,1100,1040,1000,1040,far away',
        '200,100,260,100,260,104,200,104,low',
        '110,50,10,50,10,20,110,20,again',
        '300,200,400,200,400,240,300,240,###',
      ].join('\n'),
      'test_gts/gt_leak.txt': gt.replace('word', '###'),
    })
    report = await checkDataset(path)
  })

  it('names each with its file, line and a cure', () => {
    const places = (code: string): [string, number | undefined][] =>
      (find(report, code)?.where ?? []).map(({ file, line }) => [file, line])
    const faults = 'train_gts/gt_faults.txt'
    expect(places('image-missing')).toEqual([['train_list.txt', 8]])
    expect(places('annotation-missing')).toEqual([['train_list.txt', 9]])
    expect(places('entry-repeated')).toEqual([['train_list.txt', 10]])
    expect(places('line-unreadable')).toEqual([[faults, 2]])
    expect(places('polygon-crossed')).toEqual([[faults, 3]])
    expect(places('polygon-empty')).toEqual([[faults, 4]])
    expect(places('box-outside')).toEqual([
      [faults, 5],
      [faults, 6],
    ])
    expect(places('box-repeated')).toEqual([
      [faults, 3],
      [faults, 8],
    ])
    expect(places('image-unreadable')).toEqual([
      ['train_images/cut.png', undefined],
      ['train_images/empty.png', undefined],
      ['train_images/text.png', undefined],
    ])
    expect(places('exif-orientation')).toEqual([['train_images/turned.png', undefined]])
    expect(places('boxes-not-turned')).toEqual([['train_gts/gt_turned.txt', undefined]])
    expect(places('extension-wrong').map(([file]) => file)).toEqual([
      'train_images/turned.png',
      'train_images/jpeg.png',
    ])
    expect(places('image-repeated')).toEqual([['train_images/copy.png', undefined]])
    expect(places('image-in-both')).toEqual([['test_images/leak.png', undefined]])
    for (const finding of report.findings) {
      if (finding.severity !== 'passed' && finding.code !== 'extension-wrong')
        expect(finding.fix, finding.code).toBeTruthy()
    }
  })

  it('counts what is left, and lets the training start', () => {
    expect(report.ok).toBe(true)
    expect(report.train).toMatchObject({ images: 5, listed: 11, ignored: 1, tooSmall: 1, tiny: 0 })
    expect(codes(report, 'warning')).toEqual(expect.arrayContaining(['few-images', 'test-no-text']))
    expect(find(report, 'image-unreadable')).toMatchObject({ count: 3, message: expect.stringContaining('3 images') })
  })
})

describe('what keeps a training from starting', () => {
  const only = async (name: string, annotation: string): Promise<CheckReport> => {
    const files = { 'train_images/a.png': await picture(640, 320, 1), 'train_gts/gt_a.txt': annotation }
    return await checkDataset(await set(name, { ...files, 'train_list.txt': 'a.png' }))
  }

  it('every text marked unreadable: the loss would be exactly 1', async () => {
    const report = await only('all-ignored', gt.replace('word', '###').repeat(1))
    expect(report.ok).toBe(false)
    expect(find(report, 'no-readable-text')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('exactly 1'),
    })
  })

  it('no text at all, or coordinates as shares of the picture', async () => {
    expect(codes(await only('nothing', ''), 'error')).toEqual(['no-readable-text'])
    expect(codes(await only('shares', '0.1,0.2,0.9,0.2,0.9,0.4,0.1,0.4,word\n'), 'error')).toEqual(['no-readable-text'])
  })

  it('no usable picture, no set, no folder', async () => {
    const empty = await checkDataset(await set('unusable', { 'train_list.txt': 'a.png\nb.png\n' }))
    expect(empty.ok).toBe(false)
    expect(codes(empty, 'error')).toEqual(['dataset-empty'])
    expect(find(empty, 'image-missing')).toMatchObject({ count: 2 })
    const nothing = await checkDataset(await set('no-set', { 'readme.md': 'x' }))
    expect(nothing).toMatchObject({ ok: false, format: 'unknown' })
    expect(codes(nothing, 'error')).toEqual(['dataset-not-found'])
    await expect(checkDataset(join(root, 'absent'))).rejects.toMatchObject({ code: 'file-missing' })
  })
})

describe('figures', () => {
  it('training and test of another scale are noticed', async () => {
    const box = (height: number): string => `10,10,300,10,300,${10 + height},10,${10 + height},word\n`
    const files: Files = { 'train_list.txt': 'a.png', 'test_list.txt': 'b.png' }
    files['train_images/a.png'] = await picture(640, 320, 1)
    files['test_images/b.png'] = await picture(640, 320, 2)
    const path = await set('scales', { ...files, 'train_gts/gt_a.txt': box(20), 'test_gts/gt_b.txt': box(45) })
    expect(find(await checkDataset(path), 'scale-differs')).toMatchObject({
      message: expect.stringContaining('20 pixels'),
    })
    await set('scales', { 'test_gts/gt_b.txt': box(35) })
    expect(find(await checkDataset(path), 'scale-differs')).toBeUndefined()
  })

  it('the height of a slanted text is that of its own rectangle', () => {
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)]
    const corners = [0, 0, 100, 0, 100, 20, 0, 20]
    const turned: number[] = []
    for (let i = 0; i < 8; i += 2) turned.push(corners[i] * c - corners[i + 1] * s, corners[i] * s + corners[i + 1] * c)
    expect(textHeight(turned)).toBeCloseTo(20, 9)
  })

  it('a check can be stopped', async () => {
    const stopped = AbortSignal.abort()
    await expect(checkDataset(join(root, 'scales'), { signal: stopped })).rejects.toMatchObject({ name: 'AbortError' })
  })
})
