import { join } from 'node:path'
import { mapConcurrently } from '../files/map-concurrently'
import { isSystemName } from '../picture/left-out'
import { isPictureName } from '../picture/picture-names'
import type { AnnotatedText, Problem } from './annotation'
import type { PartLayout } from './dataset-layout'
import { decodeText } from './decode-text'
import { type FolderIndex, MOST_ANNOTATION_BYTES } from './folder-index'
import { READ_FORMATS } from './foreign-format'
import { type IcdarFile, readIcdar, textsOf } from './icdar'
import { parseListFile } from './list-file'
import { isPaddleLabel, type LabelledImage, parsePaddleLabel } from './paddle-label'
import { annotationName, claimedTwice, findAnnotation, findImage, sameTail } from './pair-names'
import { findTextColumn, type TextColumn } from './text-column'

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

/** A part whose annotation files are read, but whose texts are told from other columns only over the whole set. */
export interface OpenedPart extends ReadPart {
  files: { image: string; annotation: IcdarFile }[]
}

/** Annotation files read at the same time. */
const READS = 16

/** Reads one part of a data set: its list or folders, then every annotation. Faults become problems, nothing is thrown for them. */
export async function openPart(layout: PartLayout, index: FolderIndex): Promise<OpenedPart> {
  if (layout.list === undefined) return await openPairs(pairsOfFolders(layout, index), layout, index)
  const { text } = decodeText(await index.read(layout.list))
  if (isPaddleLabel(text)) return openLabels(parsePaddleLabel(text, layout.list), layout, index)
  const list = layout.list
  const entries = parseListFile(text).map(({ line, image, annotation }) => ({
    where: { file: list, line },
    image,
    annotation,
  }))
  return await openPairs(entries, layout, index)
}

/** The column between coordinates and texts that all annotation files of a set have. */
export const columnOf = (parts: readonly OpenedPart[]): TextColumn | undefined =>
  findTextColumn(parts.flatMap(({ files }) => files.flatMap(({ annotation }) => annotation.rests)))

/** Makes the samples of a part that was opened. */
export function finishPart(part: OpenedPart, column: TextColumn | undefined, index: FolderIndex): ReadPart {
  const { files, samples, problems, format, listed } = part
  const read = files.map(({ image, annotation }) => ({ image, annotation, ...textsOf(annotation, column) }))
  for (const { image, annotation, texts, problems: faults } of read) {
    samples.push({ image, name: index.name(image), annotation: { file: annotation.file }, polygons: texts })
    problems.push(...faults)
  }
  return { samples, problems, format, listed }
}

interface Pair {
  /** The line of the list that names it; the picture itself where there is no list. */
  where: { file: string; line?: number }
  image: string
  annotation?: string
}

function pairsOfFolders({ imageFolders: [images], without, shallow }: PartLayout, index: FolderIndex): Pair[] {
  return index
    .filesBelow(images, without, shallow ? 0 : undefined)
    .filter((name) => isPictureName(name) && !isSystemName(name))
    .map((name) => ({ where: { file: join(images, name) }, image: join(images, name) }))
}

/** Finds pictures, each once: one that is missing or was named before is told and left out. */
function pictureFinder(
  layout: PartLayout,
  index: FolderIndex,
  problems: Problem[],
): (pair: Pair) => string | undefined {
  const first = new Map<string, Pair>()
  return (pair) => {
    const path = findImage(pair.image, layout, index)
    const before = path === undefined ? undefined : first.get(path)
    if (path === undefined) {
      problems.push(missing('image-missing', `The image "${pair.image}" does not exist`, pair))
      return undefined
    }
    if (before) {
      problems.push(repeated(pair, before))
      return undefined
    }
    first.set(path, pair)
    return path
  }
}

async function openPairs(pairs: readonly Pair[], layout: PartLayout, index: FolderIndex): Promise<OpenedPart> {
  const problems: Problem[] = []
  const find = pictureFinder(layout, index, problems)
  const wanted = pairs.flatMap((pair) => {
    const path = find(pair)
    if (path === undefined) return []
    const annotation = findAnnotation(path, pair.annotation, layout, index)
    if (annotation !== undefined) return [{ image: path, annotation }]
    const other = pair.annotation === undefined && findAnnotation(path, undefined, layout, index, OTHER_ENDINGS)
    const name = pair.annotation ?? annotationName(path)
    problems.push(
      other
        ? foreign(other, other.slice(other.lastIndexOf('.') + 1).toUpperCase())
        : missing('annotation-missing', `The annotation "${name}" does not exist`, pair),
    )
    return []
  })
  const contested = claimedTwice(wanted, ({ annotation }) => annotation)
  for (const [annotation, claims] of contested)
    problems.push(
      claimed(
        annotation,
        claims.map(({ image }) => index.name(image)),
        index,
      ),
    )
  const own = wanted.filter(({ annotation }) => !contested.has(annotation))
  const read = await mapConcurrently(own, READS, async ({ image, annotation }) => {
    const { text } = decodeText(await index.read(annotation, MOST_ANNOTATION_BYTES))
    return { image, annotation: readIcdar(text, annotation) }
  })
  const files = read.filter(({ annotation }) => {
    if (annotation.foreign !== undefined) problems.push(foreign(annotation.file, annotation.foreign))
    return annotation.foreign === undefined
  })
  return { samples: [], problems, format: 'icdar', listed: pairs.length, files }
}

function openLabels(
  label: { images: LabelledImage[]; problems: Problem[] },
  layout: PartLayout,
  index: FolderIndex,
): OpenedPart {
  const file = layout.list ?? ''
  const problems = [...label.problems]
  const find = pictureFinder(layout, index, problems)
  const samples = label.images.flatMap(({ image, line, texts, problems: faults }): Sample[] => {
    const where = { file, line }
    const path = find({ where, image })
    if (path === undefined) return []
    problems.push(...faults)
    return [{ image: path, name: index.name(path), annotation: where, polygons: texts }]
  })
  return { samples, problems, format: 'paddle', listed: label.images.length + label.problems.length, files: [] }
}

/** Annotations that are found in place of `.txt` and not read. */
const OTHER_ENDINGS = ['json', 'xml', 'gt', 'csv']

function missing(code: string, message: string, { where }: Pair): Problem {
  return {
    severity: 'warning',
    code,
    message: `${message}; the image is left out.`,
    where,
    fix: 'Add the file or delete the line.',
  }
}

function repeated(pair: Pair, before: Pair): Problem {
  const first = before.where.line === undefined ? '' : ` (first in line ${before.where.line})`
  const same = sameTail(pair.image, before.image)
  return {
    severity: 'warning',
    code: same ? 'entry-repeated' : 'image-claimed-twice',
    message: same
      ? `The image "${pair.image}" is listed twice${first}; the second is left out.`
      : `"${before.image}"${first} and "${pair.image}" are found as the same picture; the second is left out.`,
    where: pair.where,
    fix: same
      ? 'Delete one of the lines.'
      : 'Keep the folders that the list names, or give every picture a name of its own.',
  }
}

function claimed(annotation: string, images: readonly string[], index: FolderIndex): Problem {
  const more = images.length > 2 ? ` and ${images.length - 2} more` : ''
  return {
    severity: 'warning',
    code: 'annotation-claimed-twice',
    message: `${images.slice(0, 2).join(', ')}${more} would all take ${index.name(annotation)}; whose boxes these are cannot be told, the images are left out.`,
    where: { file: annotation },
    fix: 'Put the annotations into folders like those of the pictures, or name them in the list.',
  }
}

function foreign(file: string, seen: string): Problem {
  return {
    severity: 'warning',
    code: 'annotation-foreign',
    message: `The annotation holds ${seen}, which is not read; its image is left out.`,
    where: { file },
    fix: READ_FORMATS,
  }
}
