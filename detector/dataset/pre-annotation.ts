import type { Boxes } from '../detection/result'
import { intersectionArea, polygonIoU } from '../geometry/intersection'
import { polygonArea } from '../geometry/polygon'

/** A box that a model proposes as annotation. */
export interface ProposedText {
  points: number[]
  text: string
  /** Doubtful: training leaves the place out, a person decides. */
  ignore: boolean
}

/** Stands for the transcription, which detectors do not know and training does not use. */
const SOME_TEXT = 'text'
/** From this overlap on two models mean the same line. */
const SAME = 0.5
const COVERED = 0.5

/**
 * Turns what one or two models found into annotations: certain is a box with a score of at least `certain` that the
 * second model, where there is one, found as well (IoU over 0.5). Everything else that was found becomes don't-care, so
 * that neither a missed nor an invented text is learned.
 *
 * @param first boxes and scores of the model whose boxes are kept
 * @param second of another model for the same picture
 */
export function proposeTexts(first: Boxes, certain: number, second?: Boxes): ProposedText[] {
  const sure: ProposedText[] = []
  const doubtful: ProposedText[] = []
  const confirmed = new Set<number>()
  first.boxes.forEach((points, i) => {
    const partner = second
      ? second.boxes.findIndex((other, k) => !confirmed.has(k) && polygonIoU(points, other) > SAME)
      : -1
    if (partner >= 0) confirmed.add(partner)
    const agreed = second === undefined || partner >= 0
    if (agreed && first.scores[i] >= certain) sure.push({ points: [...points], text: SOME_TEXT, ignore: false })
    else doubtful.push({ points: [...points], text: SOME_TEXT, ignore: true })
  })
  second?.boxes.forEach((points, k) => {
    if (!confirmed.has(k)) doubtful.push({ points: [...points], text: SOME_TEXT, ignore: true })
  })
  return [...sure, ...doubtful.filter((box) => !sure.some((other) => covers(other.points, box.points)))]
}

/** Whether a box lies on a certain one so far that it says nothing new. */
function covers(sure: number[], box: number[]): boolean {
  return intersectionArea(sure, box) > COVERED * polygonArea(box)
}
