import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import sharp from 'sharp'
import { writeTinySet } from '../fixtures/training/tiny-set'
import { OCR_DATA, ROOT } from './app-server'

export const SAMPLES = ['form', 'label', 'poster', 'receipt', 'screenshot', 'shop-sign'] as const
export const samplePath = (name: (typeof SAMPLES)[number]): string => join(ROOT, 'public', 'samples', `${name}.jpg`)

/** The first picture of the real phone photographs, or undefined where the sets are absent. */
export async function realPicture(): Promise<string | undefined> {
  const list = join(OCR_DATA, 'receipts-phone', 'test_list.txt')
  if (!existsSync(list)) return undefined
  const [first] = (await readFile(list, 'utf8')).split(/\s/)
  return join(OCR_DATA, 'receipts-phone', first)
}

/** Small pictures made of the rendered samples, each another crop. @returns their paths */
export async function writePictures(folder: string, count: number, side = 256): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const paths: string[] = []
  for (let i = 0; i < count; i++) {
    const path = join(folder, `picture-${String(i + 1).padStart(3, '0')}.jpg`)
    const picture = sharp(samplePath(SAMPLES[i % SAMPLES.length]))
    const { width, height } = await picture.metadata()
    const edge = Math.min(width, height) - 40
    const shift = Math.floor(i / SAMPLES.length)
    await picture
      .extract({ left: shift, top: 2 * shift, width: edge, height: edge })
      .resize(side, side)
      .jpeg()
      .toFile(path)
    paths.push(path)
  }
  return paths
}

/**
 * A data set in ICDAR2015 layout, small enough to train on in seconds: pictures of real labels where they are at hand,
 * drawn pages otherwise.
 */
export async function writeTrainingSet(folder: string, train = 24, test = 2): Promise<void> {
  const source = join(OCR_DATA, 'industrial-labels')
  if (!existsSync(source)) return writeTinySet(folder, train)
  for (const [part, count] of [
    ['train', train],
    ['test', test],
  ] as const) {
    const lines = (await readFile(join(source, `${part}_list.txt`), 'utf8')).trim().split('\n').slice(0, count)
    for (const file of lines.flatMap((line) => line.trim().split(/\s+/))) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await copyFile(join(source, file), join(folder, file))
    }
    await writeFile(join(folder, `${part}_list.txt`), `${lines.join('\n')}\n`)
  }
}

/** The files as a form to upload. */
export async function formOf(paths: readonly string[], field: string): Promise<FormData> {
  const form = new FormData()
  for (const path of paths) form.append(field, new Blob([new Uint8Array(await readFile(path))]), basename(path))
  return form
}
