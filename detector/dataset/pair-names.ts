import { basename, dirname, join, relative, sep } from 'node:path'
import type { PartLayout } from './dataset-layout'
import type { FolderIndex } from './folder-index'

// The one rule by which names of pictures and annotations belong together: for lists, folders, label files, unpacked
// zips, and for what `label` writes.

const stem = (name: string): string => name.replace(/\.[^.]*$/, '')

/** Name of the annotation that is written for a picture. */
export const annotationName = (picture: string): string => `gt_${stem(basename(picture))}.txt`

/** What an annotation may be called, without ending, the most usual first: `gt_img_1`, `img_1`, `img_1.jpg`. */
function annotationStems(picture: string): string[] {
  const name = basename(picture)
  return [...new Set([`gt_${stem(name)}`, stem(name), name, `gt_${name}`, name.slice(0, name.indexOf('.'))])]
}

/** Folders of annotations that go with folders of pictures. */
const ANNOTATION_FOLDERS = ['gts', 'gt', 'labels', 'annotations']
const PICTURE_FOLDER = /(?:images?|imgs?)$/i

/**
 * Finds a picture: as written, then in the folders of pictures; a path of another machine by its last parts.
 * @param written path with `/`
 */
export function findImage(written: string, { imageFolders, list }: PartLayout, index: FolderIndex): string | undefined {
  return firstFile(
    [
      ...asWritten(written, list),
      ...imageFolders.map((folder) => join(folder, written)),
      ...lastParts(written, list, imageFolders),
    ],
    index,
  )
}

/**
 * Finds the annotation of a picture: as the list names it, or by the picture's name. A mirrored folder comes first
 * (`images/a/1.jpg` and `gts/a/1.txt`), then the picture's own, then the folders of annotations themselves.
 * @param endings of the annotation, without the dot
 */
export function findAnnotation(
  image: string,
  written: string | undefined,
  { imageFolders, gtFolders, list }: PartLayout,
  index: FolderIndex,
  endings: readonly string[] = ['txt'],
): string | undefined {
  if (written !== undefined)
    return firstFile([...asWritten(written, list), ...lastParts(written, list, gtFolders)], index)
  const folders = [...mirrored(image, imageFolders, gtFolders, index.root), dirname(image), ...gtFolders]
  const names = annotationStems(image)
  return firstFile(
    [...new Set(folders)].flatMap((folder) =>
      endings.flatMap((ending) => names.map((n) => join(folder, `${n}.${ending}`))),
    ),
    index,
  )
}

function asWritten(written: string, list: string | undefined): string[] {
  return list === undefined ? [written] : [join(dirname(list), written), written]
}

function lastParts(written: string, list: string | undefined, folders: readonly string[]): string[] {
  const parts = written.split('/')
  return [
    ...(parts.length > 1 && list !== undefined ? [join(dirname(list), ...parts.slice(-2))] : []),
    ...(parts.length > 1 ? folders.map((folder) => join(folder, ...parts.slice(-2))) : []),
    ...folders.map((folder) => join(folder, parts[parts.length - 1])),
  ]
}

/** The picture's folder among the annotations: below each folder of annotations, and with another name for a part of the path. */
function mirrored(
  image: string,
  imageFolders: readonly string[],
  gtFolders: readonly string[],
  root: string,
): string[] {
  const folder = dirname(image)
  const below = imageFolders.flatMap((images) => {
    const inside = relative(images, folder)
    return inside === '' || inside.startsWith('..') ? [] : gtFolders.map((gts) => join(gts, inside))
  })
  const parts = relative(root, folder).split(sep)
  if (parts[0] === '..') return below
  const renamed = parts.flatMap((part, i) => {
    if (!PICTURE_FOLDER.test(part)) return []
    const others = ANNOTATION_FOLDERS.map((name) => part.replace(PICTURE_FOLDER, name))
    return others.map((other) => join(root, ...parts.slice(0, i), other, ...parts.slice(i + 1)))
  })
  return [...below, ...renamed]
}

function firstFile(candidates: readonly string[], index: FolderIndex): string | undefined {
  for (const candidate of candidates) {
    const file = index.file(candidate)
    if (file !== undefined) return file
  }
  return undefined
}

/** What more than one picture lays claim to, and the pictures: whose boxes these are cannot be told. */
export function claimedTwice<T>(items: readonly T[], claimed: (item: T) => string): Map<string, T[]> {
  const claims = new Map<string, T[]>()
  for (const item of items) {
    const others = claims.get(claimed(item))
    if (others) others.push(item)
    else claims.set(claimed(item), [item])
  }
  return new Map([...claims].filter(([, all]) => all.length > 1))
}

/** Whether two paths may be the same one, written with more or fewer folders before it. */
export function sameTail(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase().split('/').reverse(), b.toLowerCase().split('/').reverse()]
  // Two folders are what is looked at of a path of another machine.
  return x.slice(0, 2).every((part, i) => i >= y.length || part === y[i])
}
