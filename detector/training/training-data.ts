import type { Problem } from '../dataset/annotation'
import { dataHash } from '../dataset/data-hash'
import { hasText, openDataset, type Sample } from '../dataset/dataset'
import { UserError } from '../errors'
import type { TrainOptions } from '../options/train'
import type { RunEventBody } from './events'

export interface TrainingData {
  train: Sample[]
  validation: Sample[]
  /** SHA-256 over names, sizes and annotations: tells whether a set has changed. */
  hash: string
  /** What was wrong with the set, as events: the first faults one by one, the rest counted. */
  warnings: RunEventBody[]
}

/** Faults that are named one by one; `ocr-detect check` lists them all. */
const NAMED = 20
/** The guide's advice. */
const ADVISED_IMAGES = 500

/**
 * Reads a data set for training, and makes sure that there is something to learn.
 * @param confined as config.json of the run says; default as `openDataset`
 * @throws UserError of `openDataset`; `no-text` when no readable text is annotated
 */
export async function openTrainingData(
  { data, testFrom }: Pick<TrainOptions, 'data' | 'testFrom'>,
  confined?: boolean,
): Promise<TrainingData> {
  const dataset = await openDataset(data, { confined, testFrom })
  const { train, test, problems } = dataset
  if (!train.some(hasText)) {
    const marked = train.reduce((sum, { polygons }) => sum + polygons.length, 0)
    throw new UserError({
      code: 'no-text',
      message:
        marked > 0
          ? `None of the ${marked} annotated texts of ${train.length} training images is readable (all are ###): there is nothing to learn.`
          : `No text is annotated in the ${train.length} training images: there is nothing to learn.`,
      where: { file: data },
      fix: 'Check the last column of the annotation files, or run "ocr-detect check".',
    })
  }
  return {
    train,
    validation: test,
    hash: await dataHash(dataset),
    warnings: [...warningsOf(problems, train.length, data), ...nothingToMeasure(test, data)],
  }
}

function nothingToMeasure(test: readonly Sample[], data: string): RunEventBody[] {
  if (test.some(hasText)) return []
  const message = `The ${test.length} test images hold no readable text: nothing can be measured. The last epoch becomes the best model, with the thresholds of the starting model. --test-from split takes a part of the training images as test part.`
  return [{ type: 'warning', code: 'test-no-text', message, where: { file: data } }]
}

function warningsOf(problems: readonly Problem[], images: number, data: string): RunEventBody[] {
  const faults = problems.filter(({ severity }) => severity !== 'note')
  const warnings = faults
    .slice(0, NAMED)
    .map(({ code, message, where }): RunEventBody => ({ type: 'warning', code, message, where }))
  const where = { file: data }
  if (faults.length > NAMED) {
    const message = `${faults.length - NAMED} more faults; "ocr-detect check" lists them all.`
    warnings.push({ type: 'warning', code: 'more-faults', message, where })
  }
  if (images < ADVISED_IMAGES) {
    const message = `${images} training images; at least ${ADVISED_IMAGES} are advised for a robust model.`
    warnings.push({ type: 'warning', code: 'few-images', message, where })
  }
  return warnings
}
