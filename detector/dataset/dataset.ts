import { stat } from 'node:fs/promises'
import { UserError } from '../errors'
import { asReadError } from '../files/read-bytes'
import { isUnreadName, type LeftOut, leftOutFile } from '../picture/left-out'
import { Random, shuffled } from '../random'
import type { Problem } from './annotation'
import { type DatasetLayout, findLayout, type Part } from './dataset-layout'
import { FolderIndex } from './folder-index'
import { columnOf, finishPart, type OpenedPart, openPart, type ReadPart, type Sample } from './read-part'
import type { TextColumn } from './text-column'

export type { Sample } from './read-part'

export interface Dataset {
  /** Absolute, as all paths in it. */
  root: string
  /** `folders`: there was no list, pictures and annotations were paired by name. */
  format: 'icdar' | 'paddle' | 'folders'
  train: Sample[]
  /** What the training is checked with. */
  test: Sample[]
  /** Where `test` comes from: a part of its own, cut off from the training part, or the training part itself. */
  testFrom: 'list' | 'split' | 'train'
  /** Everything that was wrong or had to be guessed, in the order of the files. */
  problems: Problem[]
  /** Pictures that were to be read. */
  listed: Record<Part, number>
  /** Pictures and documents below the root of kinds that are not read. */
  leftOut: LeftOut[]
}

export interface OpenDatasetOptions {
  /** Which part must not be empty; default `train`. */
  need?: Part | 'any'
  /** Share of the training pictures (of 20 or more) that become the test part when there is none; default 0.1, 0 = none. */
  splitShare?: number
  /** `split` cuts the test part off from the training pictures, whatever lists there are; default `list`. */
  testFrom?: 'list' | 'split'
  /** Which pictures those are; default 42. */
  seed?: number
  /** Nothing outside the folder is read; default only for sets that lie where the server keeps uploaded ones. */
  confined?: boolean
}

/** Sets smaller than this are not split: every picture is needed for training. */
const SPLIT_FROM = 20

/**
 * Opens a data set: ICDAR2015 layout with lists of one or two columns, PaddleOCR label files, or folders without a list.
 * Faults of single lines and pictures are collected, not thrown.
 *
 * @throws UserError `file-missing`, `folder-expected`, `dataset-not-found`, `dataset-empty`
 */
export async function openDataset(root: string, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const dataset = await readDataset(root, options)
  const { need = 'train' } = options
  const parts = need === 'any' ? [...dataset.train, ...dataset.test] : dataset[need]
  if (parts.length === 0) throw emptyPart(dataset, need)
  return dataset
}

/**
 * As `openDataset`, for reports: a set without a single usable picture comes back, too.
 *
 * @throws UserError `file-missing`, `folder-expected`, `dataset-not-found`
 */
export async function readDataset(root: string, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { splitShare = 0.1, seed = 42, confined = false, testFrom = 'list' } = options
  await refuseNoFolder(root)
  const index = new FolderIndex(root, confined)
  const layout = findLayout(index)
  const open = async (part: Part): Promise<OpenedPart> => {
    const found = layout.parts.find((p) => p.part === part)
    return found ? await openPart(found, index) : { samples: [], problems: [], format: 'icdar', listed: 0, files: [] }
  }
  const opened = [await open('train'), await open('test')]
  const column = columnOf(opened)
  const [train, test] = opened.map((part) => finishPart(part, column, index))
  const dataset: Dataset = {
    root: index.root,
    format: formatOf(layout, train, test),
    train: train.samples,
    test: test.samples,
    testFrom: 'list',
    problems: [...noteColumn(column, index.root), ...noteLayout(layout, train), ...train.problems, ...test.problems],
    listed: { train: train.listed, test: test.listed },
    leftOut: index
      .filesBelow(index.root)
      .filter(isUnreadName)
      .flatMap((name) => leftOutFile(name) ?? []),
  }
  const asked = testFrom === 'split'
  if ((asked || test.samples.length === 0) && train.samples.length > 0) {
    splitOff(dataset, layout, { share: splitShare, seed, asked })
  }
  return dataset
}

async function refuseNoFolder(root: string): Promise<void> {
  const found = await stat(root).catch((error: unknown) => {
    throw asReadError(error, root)
  })
  if (found.isDirectory()) return
  throw new UserError({
    code: 'folder-expected',
    message: 'The folder of a data set was expected, this is a file.',
    where: { file: root },
    fix: 'Give the folder that holds train_list.txt.',
  })
}

function formatOf(layout: DatasetLayout, ...parts: ReadPart[]): Dataset['format'] {
  if (layout.parts.every(({ list }) => list === undefined)) return 'folders'
  return parts.some(({ format }) => format === 'paddle') ? 'paddle' : 'icdar'
}

function noteColumn(column: TextColumn | undefined, file: string): Problem[] {
  if (!column) return []
  const values = column.values.slice(0, 6).join(', ')
  const meaning =
    column.kind === 'difficulty'
      ? 'it is read as a difficulty, and texts with 1 take no part, as if they were unreadable'
      : 'it is not read as a part of the text'
  return [
    {
      severity: 'warning',
      code: 'text-column',
      message: `There is a column between the coordinates and the texts (${values}); ${meaning}.`,
      where: { file },
      fix: 'Nothing, if it is so; else put the texts into quotes.',
    },
  ]
}

function noteLayout({ base, parts, unused }: DatasetLayout, train: ReadPart): Problem[] {
  const aside = unused.map(
    (file): Problem => ({
      severity: 'warning',
      code: 'label-file-unused',
      message: 'This is a label file, too; another one is read.',
      where: { file },
      fix: 'Join the files into one, or move it elsewhere.',
    }),
  )
  const withoutList = parts.filter(({ list }) => list === undefined)
  const guessed = withoutList.map(
    ({ part, imageFolders }): Problem => ({
      severity: 'note',
      code: 'list-missing',
      message: `There is no ${part}_list.txt; ${part === 'train' ? `${train.listed} images` : 'images'} and annotations are paired by name.`,
      where: { file: imageFolders[0] ?? base },
      fix: `Write ${part}_list.txt to choose the images yourself.`,
    }),
  )
  return [...aside, ...guessed]
}

/** Cuts the test part off from the training part: by a seed and the names alone, so that it is the same each time. */
function splitOff(
  dataset: Dataset,
  layout: DatasetLayout,
  { share, seed, asked }: { share: number; seed: number; asked: boolean },
): void {
  const where = { file: layout.parts[0]?.list ?? layout.base }
  const fix = 'Write test_list.txt with images that are not trained on.'
  const total = dataset.train.length
  // Who asks for it wants something to be measured: pictures with text.
  const candidates = asked ? dataset.train.filter(hasText) : dataset.train
  const enough = asked ? total > 1 && candidates.length > 0 : total >= SPLIT_FROM
  if (!enough || share <= 0) {
    dataset.test = dataset.train
    dataset.testFrom = 'train'
    dataset.problems.push({
      severity: 'warning',
      code: 'test-is-train',
      message: 'There are no test images; the training images are tested, which shows nothing about new ones.',
      where,
      fix,
    })
    return
  }
  const names = candidates.map(({ name }) => name).sort()
  const count = Math.min(total - 1, names.length, Math.max(1, Math.round(total * share)))
  const order = shuffled(names.length, new Random(seed))
  const chosen = new Set(Array.from(order.subarray(0, count), (i) => names[i]))
  dataset.test = dataset.train.filter(({ name }) => chosen.has(name))
  dataset.train = dataset.train.filter(({ name }) => !chosen.has(name))
  dataset.testFrom = 'split'
  dataset.problems.push({
    severity: asked ? 'note' : 'warning',
    code: 'test-split',
    message: `${asked ? 'As asked for' : 'There are no test images'}; ${count} of ${total} training images (chosen by seed ${seed}) test the training and are not trained on.`,
    where,
    fix,
  })
}

/** True for a picture with a text that counts. */
export const hasText = ({ polygons }: Pick<Sample, 'polygons'>): boolean => polygons.some(({ ignore }) => !ignore)

function emptyPart(dataset: Dataset, need: Part | 'any'): UserError {
  const part = need === 'any' ? 'train' : need
  const [first] = dataset.problems.filter(({ severity }) => severity !== 'note')
  const reason = first ? ` The first fault: ${first.message}` : ''
  const listed = dataset.listed[part]
  return new UserError({
    code: 'dataset-empty',
    message:
      listed > 0
        ? `Not one of ${listed} listed ${part} images can be used.${reason}`
        : `The ${part} part of the data set is empty.${reason}`,
    where: first?.where ?? { file: dataset.root },
    fix: 'Run "ocr-detect check" to see all faults at once.',
  })
}
