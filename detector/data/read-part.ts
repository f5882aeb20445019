import { basename, dirname, join } from 'node:path'
import type { AnnotatedText, Problem } from '../formats/annotation'
import { decodeText } from '../formats/decode-text'
import { parseIcdar } from '../formats/icdar'
import { parseListFile } from '../formats/list-file'
import { isPaddleLabel, type LabelledImage, parsePaddleLabel } from '../formats/paddle-label'
import { isImageName, type PartLayout } from './dataset-layout'
import { type FolderIndex, MOST_ANNOTATION_BYTES } from './folder-index'
import { asReadError } from '../formats/read-bytes'
import { isPictureName } from '../image/picture-names'
import { mapConcurrently } from './map-concurrently'

/** One picture with its annotations. */
export interface Sample {
  /** Path of the picture. */
  image: string
  /** The same, relative to the set's root, with `/`. */
  name: string
  /** Where the annotations stand. */
  annotation: { file: string; line?: number }
  polygons: AnnotatedText[]
}

export interface ReadPart {
  samples: Sample[]
  problems: Problem[]
  format: 'icdar' | 'paddle'
  /** Lines of the list (pictures in the folder) that were to be read. */
  listed: number
}

/** Annotation files read at the same time. */
const READS = 16

/** Reads one part of a data set: its list or folders, then every annotation. Faults become problems, nothing is thrown for them. */
export async function readPart(layout: PartLayout, index: FolderIndex): Promise<ReadPart> {
  if (layout.list === undefined) return await readPairs(pairsOfFolders(layout, index), layout, index)
  const { text } = decodeText(await index.read(layout.list))
  if (isPaddleLabel(text)) return readLabels(parsePaddleLabel(text, layout.list), layout, index)
  const list = layout.list
  const entries = parseListFile(text).map(({ line, image, annotation }) => ({
    where: { file: list, line },
    image,
    annotation,
  }))
  return await readPairs(entries, layout, index)
}

interface Pair {
  /** The line of the list that names it; the picture itself where there is no list. */
  where: { file: string; line?: number }
  image: string
  annotation?: string
}

function pairsOfFolders({ imageFolders: [images] }: PartLayout, index: FolderIndex): Pair[] {
  return index
    .filesIn(images)
    .filter((name) => isPictureName(name) && !name.startsWith('.'))
    .map((name) => ({ where: { file: join(images, name) }, image: join(images, name) }))
}

async function readPairs(pairs: readonly Pair[], layout: PartLayout, index: FolderIndex): Promise<ReadPart> {
  const result: ReadPart = { samples: [], problems: [], format: 'icdar', listed: pairs.length }
  const found = new Map<string, Pair>()
  const wanted = pairs.flatMap((pair) => {
    const image = findImage(pair.image, layout, index)
    if (image === undefined) {
      result.problems.push(missing('image-missing', `The image "${pair.image}" does not exist`, pair))
      return []
    }
    const first = found.get(image)
    if (first) {
      result.problems.push({
        severity: 'warning',
        code: 'entry-repeated',
        message: `The image "${pair.image}" is listed twice (first in line ${first.where.line}); the second is left out.`,
        where: pair.where,
        fix: 'Delete one of the lines.',
      })
      return []
    }
    found.set(image, pair)
    const annotation = findAnnotation(image, pair.annotation, layout, index)
    if (annotation === undefined) {
      const name = pair.annotation ?? `gt_${stem(basename(image))}.txt`
      result.problems.push(missing('annotation-missing', `The annotation "${name}" does not exist`, pair))
      return []
    }
    return [{ image, annotation }]
  })
  const read = await mapConcurrently(wanted, READS, async ({ image, annotation }) => {
    const { text } = decodeText(await index.read(annotation, MOST_ANNOTATION_BYTES))
    return { image, annotation, ...parseIcdar(text, annotation) }
  })
  for (const { image, annotation, texts, problems } of read) {
    result.samples.push({ image, name: index.name(image), annotation: { file: annotation }, polygons: texts })
    result.problems.push(...problems)
  }
  return result
}

function readLabels(
  label: { images: LabelledImage[]; problems: Problem[] },
  layout: PartLayout,
  index: FolderIndex,
): ReadPart {
  const file = layout.list ?? ''
  const result: ReadPart = { samples: [], problems: [...label.problems], format: 'paddle', listed: label.images.length }
  const lines = new Map<string, number>()
  for (const { image, line, texts, problems } of label.images) {
    const path = findImage(image, layout, index)
    if (path === undefined) {
      const pair = { where: { file, line }, image }
      result.problems.push(missing('image-missing', `The image "${image}" does not exist`, pair))
      continue
    }
    const before = lines.get(path)
    if (before !== undefined) {
      result.problems.push({
        severity: 'warning',
        code: 'entry-repeated',
        message: `The image "${image}" is listed twice (first in line ${before}); the second is left out.`,
        where: { file, line },
        fix: 'Delete one of the lines.',
      })
      continue
    }
    lines.set(path, line)
    result.samples.push({ image: path, name: index.name(path), annotation: { file, line }, polygons: texts })
    result.problems.push(...problems)
  }
  result.listed += label.problems.length
  return result
}

function missing(code: string, message: string, { where }: Pair): Problem {
  return {
    severity: 'warning',
    code,
    message: `${message}; the image is left out.`,
    where,
    fix: 'Add the file or delete the line.',
  }
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, '')

/** As written, then in the folders of pictures; a path of another machine by its last parts. */
function findImage(written: string, { imageFolders, list }: PartLayout, index: FolderIndex): string | undefined {
  const parts = written.split('/')
  const name = parts[parts.length - 1]
  const candidates = [
    ...(list === undefined ? [] : [join(dirname(list), written)]),
    written,
    ...imageFolders.map((folder) => join(folder, written)),
    ...(parts.length > 1 && list !== undefined ? [join(dirname(list), ...parts.slice(-2))] : []),
    ...imageFolders.map((folder) => join(folder, name)),
  ]
  return firstFile(candidates, index)
}

/** As written, or by the picture's name: `gt_img_1.txt`, `img_1.txt`, `img_1.jpg.txt`. */
function findAnnotation(
  image: string,
  written: string | undefined,
  { gtFolders, list }: PartLayout,
  index: FolderIndex,
): string | undefined {
  if (written !== undefined) {
    const parts = written.split('/')
    return firstFile(
      [
        ...(list === undefined ? [] : [join(dirname(list), written)]),
        written,
        ...(parts.length > 1 && list !== undefined ? [join(dirname(list), ...parts.slice(-2))] : []),
        ...gtFolders.map((folder) => join(folder, parts[parts.length - 1])),
      ],
      index,
    )
  }
  const name = basename(image)
  const names = [`gt_${stem(name)}`, stem(name), name, `gt_${name}`, name.slice(0, name.indexOf('.'))]
  const beside = dirname(image)
  const sibling = join(dirname(beside), basename(beside).replace(/images?|imgs?$/i, 'gts'))
  const folders = [...new Set([sibling, ...gtFolders, beside])]
  return firstFile(
    folders.flatMap((folder) => names.map((n) => join(folder, `${n}.txt`))),
    index,
  )
}

function firstFile(candidates: readonly string[], index: FolderIndex): string | undefined {
  for (const candidate of candidates) {
    const file = index.file(candidate)
    if (file !== undefined) return file
  }
  return undefined
}
