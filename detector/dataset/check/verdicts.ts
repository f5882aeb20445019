import type { Problem } from '../annotation'
import type { Dataset } from '../dataset'
import type { Part } from '../dataset-layout'
import { LEGIBLE, MIN_TEXT_SIZE, type PartFigures } from './figures'
import type { Probed } from './images'

/** The guide's advice. */
const ADVISED_IMAGES = 500
/** Ratio of middle text heights between training and test beyond which their scales differ. */
const SCALE_RATIO = 2

/** What the figures of a set say about training with it. */
export function verdicts(dataset: Dataset, train: PartFigures, test: PartFigures, imageSize: number): Problem[] {
  const where = { file: dataset.root }
  const problems: Problem[] = []
  const add = (severity: Problem['severity'], code: string, message: string, fix: string): void => {
    problems.push({ severity, code, message, where, fix })
  }
  const readable = train.boxes - train.ignored
  if (train.images === 0) {
    const found = `Not one of ${train.listed} listed images can be used.`
    add(
      'error',
      'dataset-empty',
      train.listed > 0 ? found : 'The training part is empty.',
      'Mend what is said below, or list other images.',
    )
  } else if (readable === 0) {
    const all = train.ignored > 0 ? `All ${train.ignored} texts are marked unreadable (###)` : 'No text is annotated'
    add(
      'error',
      'no-readable-text',
      `${all}: nothing can be learned, the loss would stay at exactly 1.`,
      'Write the text, or any other word, in place of ### wherever a text is to be found.',
    )
  } else if (train.tiny === readable) {
    add(
      'error',
      'no-readable-text',
      `All ${readable} texts are lower or narrower than ${LEGIBLE} pixels: nothing can be learned.`,
      'Use larger pictures; coordinates must be pixels, not shares of the picture.',
    )
  } else if (train.ignored > readable) {
    add(
      'warning',
      'mostly-ignored',
      `${train.ignored} of ${train.boxes} texts are marked unreadable (###) and teach nothing.`,
      'Use ### only where people cannot read the text either.',
    )
  }
  if (train.images > 0 && train.images < ADVISED_IMAGES) {
    add(
      'warning',
      'few-images',
      `${train.images} training images; at least ${ADVISED_IMAGES} are advised.`,
      'Training works with fewer: take more epochs, and the two-stage recipe below 100 images.',
    )
  }
  const reachable = readable - train.tiny
  if (reachable > 0 && train.tooSmall > 0) {
    add(
      train.tooSmall * 5 > readable ? 'warning' : 'note',
      'text-too-small',
      `${train.tooSmall} of ${readable} texts are lower than ${MIN_TEXT_SIZE} pixels when the picture is scaled to ${imageSize}; only enlarged crops teach them.`,
      'Take a larger image size, or cut large scans into parts.',
    )
  }
  if (train.images > 0 && train.withoutText > 0 && readable > 0) {
    add(
      'note',
      'image-without-text',
      `${train.withoutText} training images hold no readable text; they teach little.`,
      'Nothing, if they are meant as examples without text.',
    )
  }
  if (dataset.testFrom === 'list' && test.images > 0 && test.boxes === test.ignored) {
    add(
      'warning',
      'test-no-text',
      'The test images hold no readable text: precision, recall and hmean would always be 0.',
      'Annotate them, or list other images.',
    )
  }
  const [a, b] = [train.medianScaledHeight, test.medianScaledHeight]
  if (dataset.testFrom === 'list' && a && b && Math.max(a / b, b / a) > SCALE_RATIO) {
    add(
      'warning',
      'scale-differs',
      `Text is ${Math.round(a)} pixels high in the training and ${Math.round(b)} in the test images (scaled to ${imageSize}).`,
      'Take both parts from the same kind of pictures.',
    )
  }
  return problems
}

/** Pictures that are the same byte for byte, within a part and across both. */
export function repeatedImages(parts: Record<Part, readonly Probed[]>): Problem[] {
  const seen = new Map<string, { name: string; part: Part }>()
  const problems: Problem[] = []
  for (const part of ['train', 'test'] as const) {
    for (const { sample, image } of parts[part]) {
      if (!image) continue
      const first = seen.get(image.digest)
      if (!first) {
        seen.set(image.digest, { name: sample.name, part })
        continue
      }
      const both = first.part !== part
      problems.push({
        severity: both ? 'warning' : 'note',
        code: both ? 'image-in-both' : 'image-repeated',
        message: both
          ? `The test image is a training image (${first.name}): its score says nothing.`
          : `The picture is the same as ${first.name}.`,
        where: { file: sample.image },
        fix: both ? 'Take it out of one of the lists.' : 'Take one of them out.',
      })
    }
  }
  return problems
}
