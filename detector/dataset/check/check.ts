import { join } from 'node:path'
import { UserError } from '../../errors'
import { type LeftOut, leftOutPages, leftOutText } from '../../picture/left-out'
import type { Problem } from '../annotation'
import { dataHash } from '../data-hash'
import { type Dataset, readDataset } from '../dataset'
import { type PartFigures, partFigures } from './figures'
import { type Finding, groupProblems, passedChecks } from './findings'
import { probeImages } from './images'
import { repeatedImages, verdicts } from './verdicts'

export interface CheckOptions {
  /** Side of the training crop that small text is judged by; default 640. */
  imageSize?: number
  /** Chooses the test part of sets without one; default 42. */
  seed?: number
  /** Nothing outside the folder is read (for sets that were uploaded); default false. */
  confined?: boolean
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

export interface CheckReport {
  root: string
  /** No errors: training can start. */
  ok: boolean
  format: Dataset['format'] | 'unknown'
  testFrom: Dataset['testFrom']
  /** Files and pages that are not read. */
  leftOut: LeftOut[]
  /** All faults by kind, the gravest first, then the checks that were passed. */
  findings: Finding[]
  train: PartFigures
  test: PartFigures
  /** Of the readable training texts, pixels of the picture. */
  medianTextHeight?: number
  /** Side of the training crop that small text was judged by. */
  imageSize: number
  /** Identifies the content of the set. */
  hash: string
  seconds: number
}

/**
 * The data doctor: looks at everything that training and evaluation will read, decodes every picture, and tells all faults
 * at once with file and line.
 *
 * @throws UserError `file-missing`, `folder-expected` when `root` is no folder; faults of the set are in the report
 */
export async function checkDataset(root: string, options: CheckOptions = {}): Promise<CheckReport> {
  const begun = performance.now()
  const { imageSize = 640, seed, confined, onProgress, signal } = options
  let dataset: Dataset
  try {
    dataset = await readDataset(root, { seed, confined })
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'dataset-not-found') throw error
    return unknownSet(root, error, imageSize, begun)
  }
  // Cut off from the training part or the same as it: those pictures are looked at once.
  const own = dataset.testFrom === 'train' ? [] : dataset.test
  const total = dataset.train.length + own.length
  let done = 0
  const onDone = (): void => onProgress?.(++done, total)
  const train = await probeImages(dataset.train, onDone, signal)
  const test = dataset.testFrom === 'train' ? train : await probeImages(own, onDone, signal)

  const trainFigures = partFigures(train, dataset.listed.train, imageSize)
  const testFigures = partFigures(test, dataset.listed.test, imageSize)
  const separate = dataset.testFrom === 'train' ? [] : test
  const pages = [...train, ...separate].flatMap(
    ({ sample, image }) => leftOutPages(sample.name, image?.pages ?? 1) ?? [],
  )
  const leftOut = [...dataset.leftOut, ...pages]
  const problems: Problem[] = [
    ...verdicts(dataset, trainFigures, testFigures, imageSize),
    ...dataset.problems,
    ...[...train, ...separate].flatMap((probed) => probed.problems),
    ...leftOut.map((one) => asProblem(one, dataset.root)),
    ...repeatedImages({ train, test: separate }),
  ]
  const findings = groupProblems(problems, dataset.root)
  const counts = {
    images: trainFigures.images + (separate.length > 0 ? testFigures.images : 0),
    boxes: trainFigures.boxes + (separate.length > 0 ? testFigures.boxes : 0),
  }
  return {
    root: dataset.root,
    ok: findings.every(({ severity }) => severity !== 'error'),
    format: dataset.format,
    testFrom: dataset.testFrom,
    leftOut,
    findings: [...findings, ...passedChecks(findings, counts)],
    train: trainFigures,
    test: testFigures,
    ...(trainFigures.medianTextHeight !== undefined && { medianTextHeight: trainFigures.medianTextHeight }),
    imageSize,
    hash: await dataHash(dataset),
    seconds: secondsSince(begun),
  }
}

const asProblem = (one: LeftOut, root: string): Problem => ({
  severity: 'note',
  code: one.why === 'pages-unread' ? 'pages-left-out' : 'file-left-out',
  message: leftOutText(one),
  where: { file: join(root, one.name) },
  fix: 'Save each page and picture as a file of its own, PNG or JPEG.',
})

function unknownSet(root: string, error: UserError, imageSize: number, begun: number): CheckReport {
  const problem: Problem = { ...error.toBody(), severity: 'error', where: error.where ?? { file: root } }
  const none = partFigures([], 0, imageSize)
  return {
    root: problem.where.file,
    ok: false,
    format: 'unknown',
    testFrom: 'list',
    leftOut: [],
    findings: groupProblems([problem], problem.where.file),
    train: none,
    test: none,
    imageSize,
    hash: '',
    seconds: secondsSince(begun),
  }
}

const secondsSince = (begun: number): number => Math.round(performance.now() - begun) / 1000
