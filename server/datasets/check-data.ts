import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CheckReport, checkDataset } from '../../detector/dataset/check/check'
import { readDataset, type Sample } from '../../detector/dataset/dataset'
import { UserError } from '../../detector/errors'
import { readImageHeader } from '../../detector/picture/decode-image'
import type { CheckRequest } from '../children/task-requests'
import type { IndexedImage } from './datasets'

/** Checks a data set and lists its pictures with their boxes, for pages that show them. */
export async function checkData({ path, confined, lists }: CheckRequest): Promise<Omit<CheckReport, 'root'>> {
  const report = await checkDataset(path, { confined })
  const { root: _, ...shown } = report
  const dataset = await readDataset(path, { confined }).catch((error: unknown) => {
    // The report says already why there is nothing to list.
    if (error instanceof UserError) return undefined
    throw error
  })
  await writeList(lists.train, dataset?.train ?? [])
  await writeList(lists.test, dataset && dataset.testFrom !== 'train' ? dataset.test : [])
  return shown
}

async function writeList(file: string, samples: readonly Sample[]): Promise<void> {
  const temporary = `${file}.tmp`
  await pipeline(Readable.from(lines(samples)), createWriteStream(temporary))
  await rename(temporary, file)
}

async function* lines(samples: readonly Sample[]): AsyncGenerator<string> {
  for (const [index, { image: file, name, polygons }] of samples.entries()) {
    const entry: IndexedImage = {
      seq: index + 1,
      time: '',
      index,
      name,
      file,
      width: 0,
      height: 0,
      boxes: polygons.map(({ points, text, ignore }) => ({ points, text, ignored: ignore })),
    }
    try {
      const { width, height } = await readImageHeader(file, { name })
      Object.assign(entry, { width, height })
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      entry.error = error.toBody()
    }
    yield `${JSON.stringify(entry)}\n`
  }
}
