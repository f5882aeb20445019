import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { mapConcurrently } from '../files/map-concurrently'
import { asReadError } from '../files/read-bytes'
import type { Dataset } from './dataset'
import type { Sample } from './read-part'

/**
 * Identifies what a run was trained on: SHA-256 over names and sizes of the pictures and what their annotations say.
 * Neither the place of the set, nor the order of its lists, nor encoding and line ends of its files change it.
 *
 * @returns 64 hexadecimal digits
 */
export async function dataHash({ train, test }: Pick<Dataset, 'train' | 'test'>): Promise<string> {
  const hash = createHash('sha256')
  for (const [part, samples] of Object.entries({ train, test })) {
    const lines = await mapConcurrently(samples, 16, describe)
    hash.update(`${part} ${samples.length}\n`)
    for (const line of lines.sort()) hash.update(line)
  }
  return hash.digest('hex')
}

async function describe({ image, name, polygons }: Sample): Promise<string> {
  const { size } = await stat(image).catch((error: unknown) => {
    throw asReadError(error, image)
  })
  return `${JSON.stringify([name, size, polygons.map(({ points, text, ignore }) => [points, text, ignore])])}\n`
}
