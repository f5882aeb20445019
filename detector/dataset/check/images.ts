import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { UserError } from '../../errors'
import { mapConcurrently } from '../../files/map-concurrently'
import { readWhole } from '../../files/read-bytes'
import { boundsOf } from '../../geometry/polygon'
import { decodeImage, MOST_BYTES } from '../../picture/decode-image'
import { hasEndingOf } from '../../picture/picture-names'
import type { Problem } from '../annotation'
import type { Sample } from '../read-part'

/** A picture that was decoded whole. */
interface ProbedImage {
  /** Upright. */
  width: number
  height: number
  orientation: number
  /** Pages in the file, of which the first is used. */
  pages: number
  /** Same for pictures of the same bytes. */
  digest: string
}

export interface Probed {
  sample: Sample
  /** Absent when it cannot be read. */
  image?: ProbedImage
  problems: Problem[]
}

/** Decoded pictures may be large; more at a time than cores helps nobody. */
const AT_ONCE = Math.min(4, availableParallelism())
/** Pixels beyond the border that rounding explains. */
const BORDER = 1

/** Decodes every picture and holds its annotations against it. */
export async function probeImages(
  samples: readonly Sample[],
  onDone: () => void,
  signal: AbortSignal | undefined,
): Promise<Probed[]> {
  return await mapConcurrently(samples, AT_ONCE, async (sample) => {
    signal?.throwIfAborted()
    const probed = await probe(sample)
    onDone()
    return probed
  })
}

async function probe(sample: Sample): Promise<Probed> {
  const problems = repeatedBoxes(sample)
  const where = { file: sample.image }
  try {
    const bytes = await readWhole(sample.image, MOST_BYTES)
    const { width, height, orientation, pages, format } = await decodeImage(bytes, { name: sample.image })
    const image = { width, height, orientation, pages, digest: createHash('sha256').update(bytes).digest('base64') }
    if (orientation !== 1) {
      problems.push({
        severity: 'warning',
        code: 'exif-orientation',
        message: `The camera marked this photograph as turned (EXIF orientation ${orientation}); it is used upright.`,
        where,
        fix: 'Look whether its boxes were drawn on the upright picture.',
      })
    }
    if (!hasEndingOf(sample.image, format)) {
      problems.push({
        severity: 'note',
        code: 'extension-wrong',
        message: `The file is a ${format.toUpperCase()} picture under another extension; it is read as what it is.`,
        where,
      })
    }
    problems.push(...boxesOutside(sample, image))
    return { sample, image, problems }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    problems.push({ ...error.toBody(), severity: 'warning', code: 'image-unreadable', where })
    return { sample, problems }
  }
}

function boxesOutside({ polygons, annotation, name }: Sample, image: ProbedImage): Problem[] {
  const outside = polygons.filter(({ points }) => {
    const b = boundsOf(points)
    return b.minX < -BORDER || b.minY < -BORDER || b.maxX > image.width + BORDER || b.maxY > image.height + BORDER
  })
  const fitsTurned =
    image.orientation >= 5 &&
    outside.length > 0 &&
    polygons.every(({ points }) => {
      const b = boundsOf(points)
      return b.maxX <= image.height + BORDER && b.maxY <= image.width + BORDER
    })
  if (fitsTurned) {
    return [
      {
        severity: 'warning',
        code: 'boxes-not-turned',
        message: `The boxes of ${name} fit the photograph before it was turned upright, not after.`,
        where: annotation,
        fix: 'Remove the EXIF orientation of the picture, or turn the boxes as well.',
      },
    ]
  }
  return outside.map(({ points, line }) => {
    const b = boundsOf(points)
    const entirely = b.maxX <= 0 || b.maxY <= 0 || b.minX >= image.width || b.minY >= image.height
    const reach = `x ${round(b.minX)} to ${round(b.maxX)}, y ${round(b.minY)} to ${round(b.maxY)}`
    return {
      severity: 'warning',
      code: 'box-outside',
      message: `The box (${reach}) ${entirely ? 'lies' : 'reaches'} outside the picture of ${image.width} x ${image.height} pixels.`,
      where: { file: annotation.file, line },
      fix: entirely
        ? 'Correct the coordinates or delete the line.'
        : 'It is cut at the border; correct it if that is wrong.',
    }
  })
}

const round = (value: number): number => Math.round(value)

/** Outlines that are the same when rounded to pixels, whatever corner they begin at. */
function repeatedBoxes({ polygons, annotation }: Sample): Problem[] {
  const lines = new Map<string, number>()
  const problems: Problem[] = []
  for (const { points, line } of polygons) {
    const corners: string[] = []
    for (let i = 0; i < points.length; i += 2) corners.push(`${round(points[i])},${round(points[i + 1])}`)
    const key = corners.sort().join(' ')
    const first = lines.get(key)
    if (first === undefined) {
      lines.set(key, line)
      continue
    }
    problems.push({
      severity: 'warning',
      code: 'box-repeated',
      message:
        first === line ? 'The same box stands twice in this line.' : `The same box stands in line ${first} already.`,
      where: { file: annotation.file, line },
      fix: 'Delete one of them.',
    })
  }
  return problems
}
