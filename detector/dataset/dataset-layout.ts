import { closeSync, openSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UserError } from '../errors'
import { isSystemName } from '../picture/left-out'
import { isPictureName } from '../picture/picture-names'
import { decodeText } from './decode-text'
import { FolderIndex } from './folder-index'
import { isPaddleLabel } from './paddle-label'

export type Part = 'train' | 'test'

/** Where one part of a data set lies. */
export interface PartLayout {
  part: Part
  /** Path of the list or label file; absent when the folders alone tell. */
  list?: string
  /** Folders that may hold the pictures, most likely first. */
  imageFolders: string[]
  /** Folders that may hold the annotations. */
  gtFolders: string[]
  /** Folders of the other part, which are not looked into. */
  without?: string[]
  /** Nor are other folders inside. */
  shallow?: boolean
}

export interface DatasetLayout {
  /** The folder in which everything was found: the root, or the only folder in it. */
  base: string
  parts: PartLayout[]
  /** Label files that were found and are not used. */
  unused: string[]
}

/** Names of list files, most usual first. */
const listNames: Record<Part, string[]> = {
  train: ['train_list.txt', 'train.txt', 'train_label.txt', 'train_gt.txt', 'Label.txt', 'list.txt'],
  test: ['test_list.txt', 'test.txt', 'val_list.txt', 'val.txt', 'valid.txt', 'validation_list.txt', 'test_label.txt'],
}

const GTS = ['gts', 'gt', 'labels', 'annotations']

/** `train/images` and `train/gts` and the like, and the other way round. */
const nested = (part: string): [string, string][] =>
  ['images', 'imgs', 'img'].flatMap((images) =>
    GTS.flatMap((gts): [string, string][] => [
      [`${part}/${images}`, `${part}/${gts}`],
      [`${images}/${part}`, `${gts}/${part}`],
      [`${part}_${images}`, `${part}_${gts}`],
    ]),
  )

/** Pairs of folders that stand for a part without a list: pictures, annotations. */
const folderPairs: Record<Part, [string, string][]> = {
  train: [
    ['train_images', 'train_gts'],
    ['ch4_training_images', 'ch4_training_localization_transcription_gt'],
    ['icdar_c4_train_imgs', 'icdar_c4_train_gts'],
    ...nested('train'),
    ['train', 'train'],
    ...GTS.map((gts): [string, string] => ['images', gts]),
    ['images', 'images'],
    ['.', '.'],
  ],
  test: [
    ['test_images', 'test_gts'],
    ['ch4_test_images', 'Challenge4_Test_Task1_GT'],
    ...nested('test'),
    ...nested('val'),
    ['test', 'test'],
    ['val', 'val'],
  ],
}

/** All that is found, for the message that nothing was. */
const LAYOUTS =
  'train_list.txt with train_images/ and train_gts/ (test_… as well); a label file of PaddleOCR under any name, with its pictures where it says; images/ with gts/, gt/, labels/ or annotations/; train/ and test/ with these inside; or pictures with .txt files beside them'

/** Folders inside that are looked into, and how deep. */
const MOST_FOLDERS = 100
const DEPTH = 3
/** Text files that are opened to see whether they are label files; a folder of annotations has thousands. */
const MOST_TEXTS = 200
const BEGINNING = 4096
/** Of several sets in one folder (`det/` beside `rec/`) this is the one with boxes. */
const DETECTION = /^(?:det|detection|text_localization)$/i

/**
 * Finds the parts of a data set. The names of lists and folders decide, never the path above them: a set in
 * `/data/train_v2` keeps its test part.
 *
 * @throws UserError `dataset-not-found` when there is neither list nor known folder
 */
export function findLayout(index: FolderIndex): DatasetLayout {
  const found = layoutBelow(index, index.root, DEPTH)
  if (found) return found
  throw new UserError({
    code: 'dataset-not-found',
    message: `No data set was found; seen ${seenIn(index)}.`,
    where: { file: index.root },
    fix: `Layouts that are read: ${LAYOUTS}.`,
  })
}

/** Whether a folder itself, without a look into wrapping folders, is laid out as a data set that `findLayout` finds. */
export function isDatasetFolder(path: string): boolean {
  try {
    const index = new FolderIndex(path, false)
    return layoutAt(index, index.root).parts.length > 0
  } catch {
    // It went away, or may not be read.
    return false
  }
}

/** The layout of a folder, else of the only set in the folders inside: archives and PaddleOCR wrap their sets. */
function layoutBelow(index: FolderIndex, base: string, depth: number): DatasetLayout | undefined {
  const found = layoutAt(index, base)
  if (found.parts.length > 0) return found
  if (depth === 0) return undefined
  const folders = index.foldersIn(base).filter((name) => !isSystemName(name))
  const inside = folders.slice(0, MOST_FOLDERS).flatMap((name) => {
    const layout = layoutBelow(index, join(base, name), depth - 1)
    return layout ? [{ name, layout }] : []
  })
  if (inside.length === 1) return inside[0].layout
  return inside.find(({ name }) => DETECTION.test(name))?.layout
}

/** What lies in the root, in words. */
function seenIn(index: FolderIndex): string {
  const endings = new Map<string, number>()
  for (const name of index.filesBelow(index.root).filter((file) => !isSystemName(file))) {
    const ending = /\.[^./]{1,8}$/.exec(name)?.[0].toLowerCase() ?? 'without ending'
    endings.set(ending, (endings.get(ending) ?? 0) + 1)
  }
  const most = [...endings].sort((a, b) => b[1] - a[1]).slice(0, 5)
  const folders = index.foldersIn(index.root).slice(0, 8)
  const files = most.map(([ending, count]) => `${count} ${ending}`).join(', ')
  return `${folders.length > 0 ? `${folders.map((name) => `${name}/`).join(', ')} and ` : ''}${files || 'no files'}`
}

function layoutAt(index: FolderIndex, base: string): DatasetLayout {
  const parts: PartLayout[] = []
  const labels = labelFiles(index, base)
  const testImages = existingPairs(index, base, 'test').map(([images]) => images)
  for (const part of ['train', 'test'] as const) {
    const list =
      listNames[part]
        .map((name) => index.file(join(base, name)))
        .find((path) => path !== undefined && isListOf(path, labels)) ?? labels[part][0]
    const pairs = existingPairs(index, base, part)
    const without = part === 'train' ? testImages : []
    const filled = pairs
      .map(([images, gts]) => ({ part, imageFolders: [images], gtFolders: [gts], without, shallow: images === base }))
      .find((layout) => isFilled(index, layout))
    if (list !== undefined) {
      const imageFolders = [...new Set([...pairs.map(([images]) => images), base])]
      const gtFolders = [...new Set([...pairs.map(([, gts]) => gts), base])]
      parts.push({ part, list, imageFolders, gtFolders })
    } else if (filled) {
      parts.push(filled)
    }
  }
  const used = parts.map(({ list }) => list)
  return { base, parts, unused: [...labels.train, ...labels.test].filter((file) => !used.includes(file)) }
}

/** A generic name (`Label.txt`) gives way to a label file that says which part it is of. */
const isListOf = (path: string, labels: Record<Part, string[]>): boolean =>
  !/^(?:label|list)\.txt$/i.test(basename(path)) || !labels.train.some((file) => /train/i.test(basename(file)))

/** Text files that read as label files, whatever they are called: by the part that their names speak of. */
function labelFiles(index: FolderIndex, base: string): Record<Part, string[]> {
  const found: Record<Part, string[]> = { train: [], test: [] }
  const texts = index.filesIn(base).filter((name) => /\.txt$/i.test(name) && !isSystemName(name))
  for (const name of texts.length > MOST_TEXTS
    ? texts.filter((text) => /label|train|test|val|det/i.test(text)).slice(0, MOST_TEXTS)
    : texts) {
    const file = index.file(join(base, name))
    if (file === undefined || !isPaddleLabel(decodeText(beginningOf(file)).text)) continue
    found[/test|val|eval/i.test(name) && !/train/i.test(name) ? 'test' : 'train'].push(file)
  }
  for (const files of Object.values(found)) files.sort((a, b) => rank(a) - rank(b))
  return found
}

/** `train` and `test` before `val` and names that say nothing. */
const rank = (file: string): number => (/train|test/i.test(basename(file)) ? 0 : 1)

function beginningOf(file: string): Uint8Array {
  const bytes = Buffer.alloc(BEGINNING)
  try {
    const opened = openSync(file, 'r')
    try {
      return bytes.subarray(0, readSync(opened, bytes, 0, BEGINNING, 0))
    } finally {
      closeSync(opened)
    }
  } catch {
    return bytes.subarray(0, 0)
  }
}

/** Folders of pictures and annotations that exist, most usual first. */
function existingPairs(index: FolderIndex, base: string, part: Part): [string, string][] {
  return folderPairs[part].flatMap(([images, gts]): [string, string][] => {
    const pictures = index.folder(join(base, images))
    const annotations = index.folder(join(base, gts))
    return pictures !== undefined && annotations !== undefined ? [[pictures, annotations]] : []
  })
}

/** Pictures on one side, annotations on the other: in the base itself as text beside them, else also in folders below. */
function isFilled(index: FolderIndex, layout: PartLayout): boolean {
  const { imageFolders, gtFolders, shallow, without } = layout
  const filesOf = ([folder]: string[]): string[] =>
    shallow ? index.filesIn(folder) : index.filesBelow(folder, without)
  const annotation = shallow ? /\.txt$/i : /\.(?:txt|json|xml|gt)$/i
  return filesOf(imageFolders).some(isPictureName) && filesOf(gtFolders).some((name) => annotation.test(name))
}
