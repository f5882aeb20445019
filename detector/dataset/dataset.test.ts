import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataHash } from './data-hash'
import { type Dataset, openDataset } from './dataset'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'train_set-'))
})
afterEach(() => rm(root, { recursive: true }))

/** Files by path; pictures may be anything here, nobody decodes them. */
async function put(files: Record<string, string | Uint8Array>, at = root): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(at, name)), { recursive: true })
    await writeFile(join(at, name), content)
  }
}

const gt = (text: string): string => `10,20,110,20,110,50,10,50,${text}\n`
const names = (samples: Dataset['train']): string[] => samples.map(({ name }) => name)
const texts = (samples: Dataset['train']): string[] => samples.flatMap(({ polygons }) => polygons.map((p) => p.text))
const codes = ({ problems }: Dataset): string[] => problems.map(({ code }) => code)

const pictures = {
  'train_images/img_1.jpg': 'x',
  'train_images/img_2.jpg': 'y',
  'test_images/img_3.jpg': 'z',
}
const annotations = {
  'train_gts/gt_img_1.txt': gt('one'),
  'train_gts/gt_img_2.txt': `\ufeff${gt('two')}`.replace('\n', '\r\n'),
  'test_gts/gt_img_3.txt': gt('three'),
}

describe('lists', () => {
  it.each([
    ['two columns', 'train_images/img_1.jpg train_gts/gt_img_1.txt\ntrain_images/img_2.jpg train_gts/gt_img_2.txt\n'],
    [
      'TAB, CRLF, BOM',
      '\ufefftrain_images/img_1.jpg\ttrain_gts/gt_img_1.txt\r\ntrain_images/img_2.jpg\ttrain_gts/gt_img_2.txt\r\n\r\n',
    ],
    ['one column of names', 'img_1.jpg\nimg_2.jpg'],
    ['one column of paths', './train_images/img_1.jpg\n./train_images/img_2.jpg\n'],
    ['backslashes', 'train_images\\img_1.jpg train_gts\\gt_img_1.txt\ntrain_images\\img_2.jpg train_gts\\gt_img_2.txt'],
    ['another case', 'Train_Images/IMG_1.JPG train_gts/GT_IMG_1.txt\ntrain_images/img_2.JPG train_gts/gt_img_2.TXT'],
    [
      'paths of another machine',
      'D:\\me\\train_images\\img_1.jpg D:\\me\\train_gts\\gt_img_1.txt\n/home/me/set/train_images/img_2.jpg /home/me/set/train_gts/gt_img_2.txt',
    ],
    ['names without folders', 'img_1.jpg gt_img_1.txt\nimg_2.jpg gt_img_2.txt'],
  ])('%s', async (_, list) => {
    await put({ ...pictures, ...annotations, 'train_list.txt': list, 'test_list.txt': 'img_3.jpg' })
    const set = await openDataset(root)
    expect(set).toMatchObject({ format: 'icdar', testFrom: 'list', problems: [], listed: { train: 2, test: 1 } })
    expect(names(set.train)).toEqual(['train_images/img_1.jpg', 'train_images/img_2.jpg'])
    expect(texts(set.train)).toEqual(['one', 'two'])
    expect(texts(set.test)).toEqual(['three'])
  })

  it('absolute paths', async () => {
    const line = `${join(root, 'train_images/img_1.jpg')} ${join(root, 'train_gts/gt_img_1.txt')}`
    await put({ ...pictures, ...annotations, 'train_list.txt': line, 'test_list.txt': 'img_3.jpg' })
    expect(texts((await openDataset(root)).train)).toEqual(['one'])
  })

  it('a relative root', async () => {
    await put({ ...pictures, ...annotations, 'train_list.txt': 'img_1.jpg', 'test_list.txt': 'img_3.jpg' })
    const set = await openDataset(relative(process.cwd(), root))
    expect(set.root).toBe(root)
    expect(texts(set.train)).toEqual(['one'])
  })

  it.each(['gt_a.b c.txt', 'a.b c.txt', 'a.b c.jpg.txt', 'gt_a.b c.jpg.txt', 'a.txt'])(
    'of one column find the annotation %s',
    async (name) => {
      await put({ 'train_images/a.b c.jpg': 'x', [`train_gts/${name}`]: gt('found'), 'train_list.txt': 'a.b c.jpg' })
      expect(texts((await openDataset(root)).train)).toEqual(['found'])
    },
  )

  it('faults are collected with file and line, the rest is used', async () => {
    const lines = ['img_1.jpg', '', 'absent.jpg', 'img_2.jpg gt_absent.txt', 'img_1.jpg', 'img_3.jpg']
    await put({
      ...pictures,
      'train_images/img_3.jpg': 'w',
      'train_gts/gt_img_1.txt': gt('one'),
      'train_gts/gt_img_3.txt': `nonsense\n${gt('3')}`,
      'train_list.txt': lines.join('\n'),
    })
    const set = await openDataset(root)
    expect(texts(set.train)).toEqual(['one', '3'])
    const list = join(root, 'train_list.txt')
    expect(set.problems.slice(0, 4)).toMatchObject([
      { code: 'image-missing', where: { file: list, line: 3 } },
      { code: 'annotation-missing', where: { file: list, line: 4 } },
      { code: 'entry-repeated', where: { file: list, line: 5 } },
      { code: 'line-unreadable', where: { file: join(root, 'train_gts/gt_img_3.txt'), line: 1 } },
    ])
  })
})

describe('without lists', () => {
  it.each([
    ['train_images', 'train_gts', 'gt_img_1.txt'],
    ['ch4_training_images', 'ch4_training_localization_transcription_gt', 'gt_img_1.txt'],
    ['train/images', 'train/gts', 'img_1.txt'],
    ['images', 'labels', 'img_1.txt'],
    ['.', '.', 'img_1.txt'],
  ])('%s and %s are paired by name', async (images, gts, name) => {
    await put({ [`${images}/img_1.jpg`]: 'x', [`${gts}/${name}`]: gt('one') })
    const set = await openDataset(root)
    expect(texts(set.train)).toEqual(['one'])
    expect(set.format).toBe('folders')
    expect(codes(set)).toEqual(['list-missing', 'test-is-train'])
  })

  it('one folder around everything is looked into', async () => {
    await put(
      { ...pictures, ...annotations, 'train_list.txt': 'img_1.jpg', 'test_list.txt': 'img_3.jpg' },
      join(root, 'my set'),
    )
    const set = await openDataset(root)
    expect(names(set.train)).toEqual(['my set/train_images/img_1.jpg'])
    expect(texts(set.test)).toEqual(['three'])
  })
})

describe('PaddleOCR label files', () => {
  const points = [
    [10, 20],
    [110, 20],
    [110, 50],
    [10, 50],
  ]
  const line = (image: string, text: string): string =>
    `${image}\t${JSON.stringify([{ transcription: text, points }])}\n`

  it('are read as lists, the path prefix of the opened folder may be missing', async () => {
    await put({
      'imgs/a.jpg': 'x',
      'imgs/b.jpg': 'y',
      'train.txt': [
        line('imgs/a.jpg', 'one'),
        line('/elsewhere/imgs/b.jpg', '###'),
        line('imgs/c.jpg', 'x'),
        'broken\n',
      ].join(''),
      'val.txt': line('imgs/b.jpg', 'two'),
    })
    const set = await openDataset(root)
    expect(set.format).toBe('paddle')
    expect(set.train.map((s) => [s.name, s.polygons[0].ignore])).toEqual([
      ['imgs/a.jpg', false],
      ['imgs/b.jpg', true],
    ])
    expect(texts(set.test)).toEqual(['two'])
    expect(set.problems).toMatchObject([
      { code: 'line-unreadable', where: { line: 4 } },
      { code: 'image-missing', where: { line: 3 } },
    ])
  })

  it('Label.txt beside its pictures', async () => {
    await put({ 'a.jpg': 'x', 'Label.txt': line(`${root.split('/').pop()}/a.jpg`, 'one') })
    expect(texts((await openDataset(root)).train)).toEqual(['one'])
  })
})

describe('a set without test images', () => {
  const many = (count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        [`train_images/${i}.jpg`, 'x'],
        [`train_gts/${i}.txt`, gt(String(i))],
      ]).flat(),
    )

  it('gives a tenth of the training images to the test, the same each time and by the seed', async () => {
    await put({ ...many(30), 'train_list.txt': Array.from({ length: 30 }, (_, i) => `${i}.jpg`).join('\n') })
    const set = await openDataset(root)
    expect(set).toMatchObject({ testFrom: 'split', problems: [{ code: 'test-split', severity: 'warning' }] })
    expect([set.train.length, set.test.length]).toEqual([27, 3])
    expect(new Set([...names(set.train), ...names(set.test)]).size).toBe(30)
    // The order of the list does not matter.
    await put({ 'train_list.txt': Array.from({ length: 30 }, (_, i) => `${29 - i}.jpg`).join('\n') })
    expect(names((await openDataset(root)).test).sort()).toEqual(names(set.test).sort())
    expect(names((await openDataset(root, { seed: 1 })).test).sort()).not.toEqual(names(set.test).sort())
  })

  it('keeps all of a small one and says that the test shows nothing', async () => {
    await put(many(8))
    const set = await openDataset(root)
    expect(set).toMatchObject({ testFrom: 'train' })
    expect(set.test).toHaveLength(8)
    expect(codes(set)).toContain('test-is-train')
  })
})

describe('refusals', () => {
  it('no folder, no set, nothing usable', async () => {
    await expect(openDataset(join(root, 'absent'))).rejects.toMatchObject({ code: 'file-missing' })
    await expect(openDataset(root)).rejects.toMatchObject({ code: 'dataset-not-found', where: { file: root } })
    await put({ 'file.txt': 'x' })
    await expect(openDataset(join(root, 'file.txt'))).rejects.toMatchObject({ code: 'folder-expected' })
    await put({ 'train_list.txt': 'a.jpg\nb.jpg\n' })
    await expect(openDataset(root)).rejects.toMatchObject({
      code: 'dataset-empty',
      message: expect.stringContaining('Not one of 2'),
      where: { file: join(root, 'train_list.txt'), line: 1 },
    })
  })

  it('a test part alone serves an evaluation, not a training', async () => {
    await put({ 'test_images/a.jpg': 'x', 'test_gts/gt_a.txt': gt('a'), 'test_list.txt': 'a.jpg' })
    expect(texts((await openDataset(root, { need: 'test' })).test)).toEqual(['a'])
    await expect(openDataset(root)).rejects.toMatchObject({ code: 'dataset-empty' })
  })

  it('nothing outside a confined set is read, links included', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'))
    try {
      await put({ 'a.jpg': 'x', 'a.txt': gt('secret') }, outside)
      await put({
        'in.jpg': 'x',
        'in.txt': gt('own'),
        'train_list.txt': `in.jpg in.txt\n${outside}/a.jpg ${outside}/a.txt\nlink/a.jpg link/a.txt\nin.jpg linked.txt\n../a.jpg ../a.txt`,
      })
      await symlink(outside, join(root, 'link'))
      await symlink(join(outside, 'a.txt'), join(root, 'linked.txt'))
      expect(texts((await openDataset(root, { confined: true })).train)).toEqual(['own'])
      expect(texts((await openDataset(root)).train)).toEqual(['own', 'secret', 'secret'])
    } finally {
      await rm(outside, { recursive: true })
    }
  })

  it('a set that lies where the server keeps uploaded ones is confined, whoever opens it', async () => {
    const uploaded = join(root, 'datasets/abcdefghijkmnpqr/files')
    await put({ 'out.jpg': 'x', 'out.txt': gt('secret') })
    await put(
      { 'in.jpg': 'x', 'in.txt': gt('own'), 'train_list.txt': `in.jpg in.txt\n${root}/out.jpg ${root}/out.txt` },
      uploaded,
    )
    await symlink(uploaded, join(root, 'elsewhere'))
    for (const path of [uploaded, join(root, 'elsewhere'), relative(process.cwd(), uploaded)]) {
      expect(texts((await openDataset(path, { confined: false })).train)).toEqual(['own'])
    }
  })

  it('only regular files are read: no device, no pipe', { timeout: 5000 }, async () => {
    execFileSync('mkfifo', [join(root, 'pipe.txt'), join(root, 'pipe.jpg')])
    await symlink('/dev/zero', join(root, 'zero.txt'))
    await put({
      'a.jpg': 'x',
      'b.jpg': 'x',
      'c.jpg': 'x',
      'a.txt': gt('a'),
      'train_list.txt':
        'a.jpg a.txt\nb.jpg pipe.txt\nc.jpg zero.txt\n/dev/zero a.txt\npipe.jpg a.txt\n/dev/zero /dev/zero',
    })
    const set = await openDataset(root)
    expect(texts(set.train)).toEqual(['a'])
    expect(codes(set).filter((code) => code.endsWith('missing'))).toHaveLength(5)
  })

  it('a text file beyond any sense is refused before it is read', async () => {
    await put({ 'a.jpg': 'x', 'a.txt': gt('a'), 'train_list.txt': 'a.jpg a.txt' })
    await truncate(join(root, 'a.txt'), 17e6)
    await expect(openDataset(root)).rejects.toMatchObject({
      code: 'file-too-large',
      where: { file: join(root, 'a.txt') },
    })
  })
})

describe('the hash of a set', () => {
  const base = { ...pictures, ...annotations, 'train_list.txt': 'img_1.jpg\nimg_2.jpg', 'test_list.txt': 'img_3.jpg' }
  const hash = async (): Promise<string> => await dataHash(await openDataset(root))

  it('knows content, not form', async () => {
    await put(base)
    const first = await hash()
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    await put({ 'train_list.txt': '\ufeffimg_2.jpg train_gts/gt_img_2.txt\r\nimg_1.jpg train_gts/gt_img_1.txt' })
    expect(await hash()).toBe(first)
    for (const change of [
      { 'train_gts/gt_img_1.txt': gt('One') },
      { 'train_gts/gt_img_1.txt': gt('one').replace('110', '111') },
      { 'train_images/img_1.jpg': 'longer' },
      { 'train_list.txt': 'img_1.jpg' },
      { 'test_list.txt': '' },
    ]) {
      await put({ ...base, ...change })
      expect(await hash(), JSON.stringify(change)).not.toBe(first)
    }
  })
})

const data = process.env.OCR_DATA ?? '../shared/data'

describe.skipIf(!existsSync(data) && process.env.OCR_REQUIRE_DATA !== '1')('the real sets', () => {
  // Images, texts and unreadable texts as their own descriptions count them.
  it.each([
    ['icdar2015', [112, 1171, 686], [50, 531, 320]],
    ['receipts-phone', [10, 598, 479], [4, 230, 192]],
    ['receipts', [52, 2739, 0], [22, 1178, 0]],
  ])('%s', async (name, train, test) => {
    const set = await openDataset(join(data, name))
    const count = (samples: Dataset['train']): number[] => {
      const all = samples.flatMap(({ polygons }) => polygons)
      return [samples.length, all.length, all.filter(({ ignore }) => ignore).length]
    }
    expect([count(set.train), count(set.test), set.problems]).toEqual([train, test, []])
  })
})
