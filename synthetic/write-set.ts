import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { formatIcdar } from '../detector/dataset/icdar'
import { UserError } from '../detector/errors'
import { writeFileAtomic } from '../detector/files/atomic-write'
import { makeFolder } from '../detector/files/make-folder'
import { type GenerateOptions, generateJpeg } from './generate-picture'

export interface SyntheticSetOptions extends GenerateOptions {
  folder: string
  count: number
  seed: number
  /** Share of the pictures that become the test part. */
  testShare: number
  /** Write the words instead of the lines. */
  words: boolean
  signal?: AbortSignal
  onProgress?: (done: number, count: number) => void
}

export interface SyntheticSetReport {
  train: number
  test: number
  texts: number
  ignored: number
  seconds: number
}

/**
 * Writes pictures and boxes in the layout of ICDAR2015 (lists, images and gts of both parts), ready for training.
 * Stopped by the signal, it leaves a smaller but complete set.
 *
 * @throws UserError `folder-not-empty`; the folder's own errors
 */
export async function writeSyntheticSet(options: SyntheticSetOptions): Promise<SyntheticSetReport> {
  const { folder, count, seed, signal } = options
  makeFolder(folder)
  if ((await readdir(folder)).length > 0)
    throw new UserError({
      code: 'folder-not-empty',
      message: 'The folder for the synthetic pictures holds something already.',
      where: { file: folder },
      fix: 'Name a new folder.',
    })
  const started = performance.now()
  const lists: Record<'train' | 'test', string[]> = { train: [], test: [] }
  for (const part of ['train', 'test'] as const)
    for (const kind of ['images', 'gts']) await mkdir(path.join(folder, `${part}_${kind}`), { recursive: true })
  const firstTest = count - Math.round(count * options.testShare)
  let texts = 0
  let ignored = 0
  for (let i = 0; i < count && !signal?.aborted; i++) {
    const part = i < firstTest ? 'train' : 'test'
    const picture = generateJpeg(seed * 1_000_003 + i, options)
    const marked = options.words
      ? [...(picture.words ?? []).map((word) => ({ ...word, ignore: false })), ...picture.lines.filter((l) => l.ignore)]
      : picture.lines
    const name = `${String(i + 1).padStart(String(count).length, '0')}_${picture.scene}`
    await writeFileAtomic(path.join(folder, `${part}_images`, `${name}.jpg`), picture.jpeg)
    await writeFileAtomic(path.join(folder, `${part}_gts`, `gt_${name}.txt`), formatIcdar(marked))
    lists[part].push(`${part}_images/${name}.jpg ${part}_gts/gt_${name}.txt\n`)
    texts += marked.length
    ignored += marked.filter((text) => text.ignore).length
    options.onProgress?.(i + 1, count)
    // Rendering never yields by itself; signals need their turn, and canvases are freed only between turns.
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const part of ['train', 'test'] as const)
    await writeFileAtomic(path.join(folder, `${part}_list.txt`), lists[part].join(''))
  const seconds = (performance.now() - started) / 1000
  return { train: lists.train.length, test: lists.test.length, texts, ignored, seconds }
}
