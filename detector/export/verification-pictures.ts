import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openDataset } from '../dataset/dataset'
import { UserError } from '../errors'
import type { TruthPolygon } from '../evaluation/icdar'
import type { TrainOptions } from '../options/train'
import { isPictureName } from '../picture/picture-names'
import { readConfig } from '../training/config-file'
import { projectFolder } from './project'

interface VerificationPicture {
  image: string
  /** Absent where nobody annotated the picture. */
  truth?: readonly TruthPolygon[]
}

export interface VerificationPictures {
  /** Where they are from: the root of a data set, or `samples`. */
  source: string
  pictures: VerificationPicture[]
  /** Others, to choose the ranges of 8-bit numbers by; the same ones where there are no others. */
  calibration: string[]
}

/**
 * Pictures to check an export with: the test part of the data set that is named, else of the one that the weights' run
 * used, else the sample pictures of the project; `count` of them, evenly over the set.
 *
 * @param model path of the weights
 * @throws UserError of `openDataset` for a set that was named; `pictures-missing`
 */
export async function verificationPictures(
  model: string,
  data: string | undefined,
  count: number,
): Promise<VerificationPictures> {
  const ofRun = data ? undefined : await dataOfRun(dirname(model))
  const root = data || ofRun?.root
  if (root) {
    // The set of a finished run may be gone; then the samples do.
    const { testFrom, confined } = ofRun ?? {}
    const dataset = await openDataset(root, { need: 'any', testFrom, confined }).catch((error: unknown) => {
      if (data || !(error instanceof UserError)) throw error
    })
    if (dataset) {
      const tested = dataset.test.length > 0 ? dataset.test : dataset.train
      const others = dataset.train.length > 0 ? dataset.train : tested
      return {
        source: dataset.root,
        pictures: spread(tested, count).map(({ image, polygons }) => ({ image, truth: polygons })),
        calibration: others.map(({ image }) => image),
      }
    }
  }
  const samples = await samplePictures()
  return { source: 'samples', pictures: spread(samples, count).map((image) => ({ image })), calibration: samples }
}

/** `count` items, evenly over a list; all when there are fewer. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)])
}

type DataOfRun = Pick<TrainOptions, 'testFrom'> & { root: string; confined: boolean }

async function dataOfRun(folder: string): Promise<DataOfRun | undefined> {
  if (!existsSync(join(folder, 'config.json'))) return undefined
  const config = await readConfig(folder).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
  })
  if (!config || !existsSync(config.options.data)) return undefined
  return { root: config.options.data, testFrom: config.options.testFrom, confined: config.confined }
}

async function samplePictures(): Promise<string[]> {
  const folder = join(projectFolder() ?? '.', 'public', 'samples')
  const names = existsSync(folder) ? (await readdir(folder)).sort() : []
  const pictures = names.filter((name) => isPictureName(name) && !/-small\./.test(name))
  if (pictures.length > 0) return pictures.map((name) => join(folder, name))
  throw new UserError({
    code: 'pictures-missing',
    message: 'There are no pictures to check the export with.',
    fix: 'Name a data set with --data.',
  })
}
