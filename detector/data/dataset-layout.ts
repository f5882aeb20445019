import { join } from 'node:path'
import { UserError } from '../errors'
import { isPictureName } from '../image/picture-names'
import type { FolderIndex } from './folder-index'

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
}

export interface DatasetLayout {
  /** The folder in which everything was found: the root, or the only folder in it. */
  base: string
  parts: PartLayout[]
}

/** Names of list files, most usual first. */
const listNames: Record<Part, string[]> = {
  train: ['train_list.txt', 'train.txt', 'train_label.txt', 'train_gt.txt', 'Label.txt', 'list.txt'],
  test: ['test_list.txt', 'test.txt', 'val_list.txt', 'val.txt', 'valid.txt', 'validation_list.txt', 'test_label.txt'],
}

/** Pairs of folders that stand for a part without a list: pictures, annotations. */
const folderPairs: Record<Part, [string, string][]> = {
  train: [
    ['train_images', 'train_gts'],
    ['ch4_training_images', 'ch4_training_localization_transcription_gt'],
    ['icdar_c4_train_imgs', 'icdar_c4_train_gts'],
    ['train/images', 'train/gts'],
    ['train/images', 'train/labels'],
    ['train/images', 'train/gt'],
    ['train/img', 'train/gt'],
    ['images/train', 'labels/train'],
    ['train', 'train'],
    ['images', 'gts'],
    ['images', 'gt'],
    ['images', 'labels'],
    ['images', 'annotations'],
    ['images', 'images'],
    ['.', '.'],
  ],
  test: [
    ['test_images', 'test_gts'],
    ['ch4_test_images', 'Challenge4_Test_Task1_GT'],
    ['val_images', 'val_gts'],
    ['test/images', 'test/gts'],
    ['test/images', 'test/labels'],
    ['test/images', 'test/gt'],
    ['test/img', 'test/gt'],
    ['val/images', 'val/labels'],
    ['images/test', 'labels/test'],
    ['images/val', 'labels/val'],
    ['test', 'test'],
    ['val', 'val'],
  ],
}

/**
 * Finds the parts of a data set. The names of lists and folders decide, never the path above them: a set in
 * `/data/train_v2` keeps its test part.
 *
 * @throws UserError `dataset-not-found` when there is neither list nor known folder
 */
export function findLayout(index: FolderIndex): DatasetLayout {
  const found = layoutAt(index, index.root)
  if (found.parts.length > 0) return found
  // An unpacked archive often has one folder around everything.
  const [only, ...others] = index.foldersIn(index.root).filter((name) => !name.startsWith('.') && name !== '__MACOSX')
  if (only !== undefined && others.length === 0) {
    const inner = layoutAt(index, join(index.root, only))
    if (inner.parts.length > 0) return inner
  }
  throw new UserError({
    code: 'dataset-not-found',
    message: 'No data set was found: train_list.txt, train_images/ and train_gts/ were expected.',
    where: { file: index.root },
    fix: 'Give the folder that holds train_list.txt, train_images/ and train_gts/.',
  })
}

function layoutAt(index: FolderIndex, base: string): DatasetLayout {
  const parts: PartLayout[] = []
  for (const part of ['train', 'test'] as const) {
    const list = listNames[part].map((name) => index.file(join(base, name))).find((path) => path !== undefined)
    const pairs = existingPairs(index, base, part)
    const filled = pairs.find(([images, gts]) => isFilled(index, images, gts))
    if (list !== undefined) {
      const imageFolders = [...new Set([...pairs.map(([images]) => images), base])]
      const gtFolders = [...new Set([...pairs.map(([, gts]) => gts), base])]
      parts.push({ part, list, imageFolders, gtFolders })
    } else if (filled) {
      parts.push({ part, imageFolders: [filled[0]], gtFolders: [filled[1]] })
    }
  }
  return { base, parts }
}

/** Folders of pictures and annotations that exist, most usual first. */
function existingPairs(index: FolderIndex, base: string, part: Part): [string, string][] {
  return folderPairs[part].flatMap(([images, gts]): [string, string][] => {
    const pictures = index.folder(join(base, images))
    const annotations = index.folder(join(base, gts))
    return pictures !== undefined && annotations !== undefined ? [[pictures, annotations]] : []
  })
}

/** Pictures on one side, text files on the other. */
function isFilled(index: FolderIndex, images: string, gts: string): boolean {
  return index.filesIn(images).some(isPictureName) && index.filesIn(gts).some((name) => /\.txt$/i.test(name))
}
