import { z } from 'zod'
import { type AnnotatedText, type Annotations, addText, isUnreadable, type Problem, UNREADABLE } from './annotation'
import { numberedLines } from './decode-text'

/** The texts of one picture in a label file for many. */
export interface LabelledImage extends Annotations {
  /** As written in the file. */
  image: string
  line: number
}

const entrySchema = z.object({
  transcription: z.union([z.string(), z.number()]).nullish(),
  points: z.array(z.tuple([z.number(), z.number()])).min(1),
  difficult: z.boolean().nullish(),
  illegibility: z.boolean().nullish(),
})

/** Whether a text looks like a label file: its first line has the form of one. */
export function isPaddleLabel(content: string): boolean {
  const [first] = numberedLines(content.slice(0, 100_000))
  return first !== undefined && /^[^\t[]*[\t ]\[\s*[{\]]/.test(first.text)
}

/**
 * Reads the label file of PaddleOCR and PPOCRLabel (`Label.txt`, `train.txt`): a picture per line with
 * `[{"transcription": …, "points": [[x, y], …]}, …]`. `###` and `*` mark unreadable text. What cannot be read becomes a
 * problem with its line; nothing is thrown.
 *
 * @param file how problems name the file
 */
export function parsePaddleLabel(content: string, file: string): { images: LabelledImage[]; problems: Problem[] } {
  const images: LabelledImage[] = []
  const problems: Problem[] = []
  for (const { line, text } of numberedLines(content)) {
    const where = { file, line }
    const { image: name, entries } = splitLine(text)
    if (!entries) {
      problems.push({
        severity: 'warning',
        code: 'line-unreadable',
        message: 'An image, a TAB and a JSON list of texts were expected; the line is left out.',
        where,
        fix: 'Correct or delete the line.',
      })
      continue
    }
    const image: LabelledImage = { image: name, line, texts: [], problems: [] }
    for (const [i, entry] of entries.entries()) {
      const parsed = entrySchema.safeParse(entry)
      if (!parsed.success) {
        image.problems.push({
          severity: 'warning',
          code: 'line-unreadable',
          message: `Text ${i + 1} has no usable "points" ([[x, y], …]); it is left out.`,
          where,
          fix: 'Draw the box again or delete it.',
        })
        continue
      }
      const { transcription, points, difficult, illegibility } = parsed.data
      const content = String(transcription ?? '')
      const ignore = isUnreadable(content) || difficult === true || illegibility === true
      addText(image, where, { points: points.flat(), text: content, ignore })
    }
    images.push(image)
  }
  return { images, problems }
}

/** Image, TAB (or blanks), a JSON list of texts. The name may hold brackets: the list begins after the blanks. */
function splitLine(text: string): { image: string; entries: unknown[] | undefined } {
  const tab = text.indexOf('\t')
  const start = tab >= 0 ? tab + 1 : text.search(/[ ]\[\s*[{\]]/)
  if (start < 0) return { image: text, entries: undefined }
  return { image: text.slice(0, start).trim(), entries: parseList(text.slice(start)) }
}

function parseList(json: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A label file of PaddleOCR: one line per picture, LF, UTF-8. Unreadable texts are written as `###`. */
export function formatPaddleLabel(
  images: readonly { image: string; texts: readonly Pick<AnnotatedText, 'points' | 'text' | 'ignore'>[] }[],
): string {
  return images
    .map(({ image, texts }) => {
      const entries = texts.map(({ points, text, ignore }) => ({
        transcription: ignore ? UNREADABLE : text,
        points: Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]),
        difficult: false,
      }))
      return `${image}\t${JSON.stringify(entries)}\n`
    })
    .join('')
}
