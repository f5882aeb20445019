import type { ErrorBody } from '../errors'
import { type Points, signedArea } from '../geometry/polygon'
import { isSimple } from '../geometry/validity'

/** One marked text of a picture. */
export interface AnnotatedText {
  /** x1,y1,x2,y2,… in pixels of the upright picture; at least three points. */
  points: number[]
  text: string
  /** Takes no part in loss and score: unreadable (`###`), or its outline cannot be used. */
  ignore: boolean
  /** Line of the annotation file. */
  line: number
}

export type Severity = 'error' | 'warning' | 'note'

/** Something wrong with data. An error keeps the set from being used, a warning costs a line, a picture or accuracy. */
export interface Problem extends ErrorBody {
  severity: Severity
  where: { file: string; line?: number }
}

export interface Annotations {
  texts: AnnotatedText[]
  problems: Problem[]
  /** What the file holds in place of annotations, in words; there are no texts then. */
  foreign?: string
}

/** The mark of a text that cannot be read, as it is written. */
export const UNREADABLE = '###'
/** All such marks that are read, whatever the format. */
const UNREADABLE_MARKS: readonly string[] = [UNREADABLE, '*']

/** Whether a text is one of the marks for what cannot be read. */
export const isUnreadable = (text: string): boolean => UNREADABLE_MARKS.includes(text.trim())

type Tidied =
  | { points: number[]; fault?: undefined }
  | { points: number[]; fault: 'crossed-repaired' | 'crossed' }
  | { points?: undefined; fault: 'degenerate' }

/**
 * Makes an outline usable: repeated points go, four corners in the wrong order (a bow tie) are put into order around
 * their centre. A longer outline that crosses itself stays as it is, with the fault.
 */
export function tidyPolygon(points: Points): Tidied {
  const distinct = withoutRepeats(points)
  if (distinct.length < 6) return { fault: 'degenerate' }
  if (isSimple(distinct)) return signedArea(distinct) === 0 ? { fault: 'degenerate' } : { points: distinct }
  if (distinct.length === 8) {
    const ordered = aroundCentre(distinct)
    if (isSimple(ordered) && signedArea(ordered) !== 0) return { points: ordered, fault: 'crossed-repaired' }
  }
  return isFlat(distinct) ? { fault: 'degenerate' } : { points: distinct, fault: 'crossed' }
}

function withoutRepeats(points: Points): number[] {
  const result: number[] = []
  for (let i = 0; i < points.length; i += 2) {
    const n = result.length
    if (n > 0 && result[n - 2] === points[i] && result[n - 1] === points[i + 1]) continue
    result.push(points[i], points[i + 1])
  }
  while (result.length > 2 && result[0] === result.at(-2) && result[1] === result.at(-1)) result.length -= 2
  return result
}

/** All points on one line. */
function isFlat(points: Points): boolean {
  let far = 0
  for (let i = 2; i < points.length; i += 2) {
    const reach = (at: number): number => Math.hypot(points[at] - points[0], points[at + 1] - points[1])
    if (reach(i) > reach(far)) far = i
  }
  const dx = points[far] - points[0]
  const dy = points[far + 1] - points[1]
  for (let i = 0; i < points.length; i += 2) {
    if (Math.abs(dx * (points[i + 1] - points[1]) - dy * (points[i] - points[0])) > 1e-9 * (dx * dx + dy * dy))
      return false
  }
  return true
}

/** Clockwise around the mean of the corners, beginning with the first corner. */
function aroundCentre(points: Points): number[] {
  const n = points.length / 2
  let cx = 0
  let cy = 0
  for (let i = 0; i < n; i++) {
    cx += points[2 * i] / n
    cy += points[2 * i + 1] / n
  }
  const start = Math.atan2(points[1] - cy, points[0] - cx)
  const turn = (i: number): number => {
    const angle = Math.atan2(points[2 * i + 1] - cy, points[2 * i] - cx) - start
    return angle < 0 ? angle + 2 * Math.PI : angle
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => turn(a) - turn(b))
  return order.flatMap((i) => [points[2 * i], points[2 * i + 1]])
}

/**
 * Takes an outline into a list of texts, or says why not.
 * @param place where it was read
 */
export function addText(
  into: Annotations,
  place: { file: string; line: number },
  text: { points: Points; text: string; ignore: boolean },
): void {
  const { points, fault } = tidyPolygon(text.points)
  const where = { file: place.file, line: place.line }
  if (!points) {
    into.problems.push({
      severity: 'warning',
      code: 'polygon-empty',
      message: 'The outline has no area and is left out.',
      where,
      fix: 'Draw the box again or delete the line.',
    })
    return
  }
  if (fault === 'crossed-repaired') {
    into.problems.push({
      severity: 'warning',
      code: 'polygon-crossed',
      message: 'The four corners are in the wrong order (a bow tie); they are used in clockwise order.',
      where,
      fix: 'Write the corners clockwise from the top left.',
    })
  } else if (fault === 'crossed') {
    into.problems.push({
      severity: 'warning',
      code: 'polygon-crossed',
      message: 'The outline crosses itself; its text is treated as unreadable.',
      where,
      fix: 'Write the points in order around the text.',
    })
  }
  into.texts.push({ points, text: text.text, ignore: text.ignore || fault === 'crossed', line: place.line })
}
