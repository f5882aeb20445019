import { isAbsolute, relative, sep } from 'node:path'
import type { Problem, Severity } from '../annotation'

export interface Place {
  /** Relative to the set's root where it lies below it. */
  file: string
  line?: number
  /** What is wrong there. */
  detail: string
}

/** All problems of one kind, or a check that was passed. */
export interface Finding {
  severity: Severity | 'passed'
  code: string
  message: string
  fix?: string
  count: number
  /** The first places; `count` counts all. */
  where: Place[]
}

/** Places kept of one kind. */
const MAX_PLACES = 1000

const order: Record<Finding['severity'], number> = { error: 0, warning: 1, note: 2, passed: 3 }

/** What stands for several problems of one kind. */
const summaries: Record<string, (count: number) => string> = {
  'image-missing': (n) => `${n} listed images do not exist; they are left out.`,
  'annotation-missing': (n) => `${n} images have no annotation file; they are left out.`,
  'annotation-foreign': (n) => `${n} annotation files are in a format that is not read; their images are left out.`,
  'annotation-claimed-twice': (n) => `${n} annotation files would be taken by several images; these are left out.`,
  'image-claimed-twice': (n) => `${n} entries are found as the picture of another entry; they are left out.`,
  'label-file-unused': (n) => `${n} more label files lie there; they are not read.`,
  'file-left-out': (n) => `${n} files are of a kind that is not read; they are left out.`,
  'pages-left-out': (n) => `${n} files have more pages than one; only the first is used.`,
  'entry-repeated': (n) => `${n} images are listed twice; the second entry is left out.`,
  'line-unreadable': (n) => `${n} lines cannot be read; they are left out.`,
  'polygon-empty': (n) => `${n} outlines have no area; they are left out.`,
  'polygon-crossed': (n) =>
    `${n} outlines cross themselves; those of four corners are put into order, others not learned.`,
  'text-missing': (n) => `${n} annotation files have boxes without a text; these count as readable.`,
  'boxes-as-rectangles': (n) =>
    `${n} annotation files have four numbers a line; they are read as left, top, right, bottom.`,
  'image-unreadable': (n) =>
    `${n} images cannot be read (damaged, empty, too large or of another kind); they are left out.`,
  'exif-orientation': (n) => `${n} photographs are marked as turned by the camera (EXIF); they are used upright.`,
  'extension-wrong': (n) =>
    `${n} images are of another kind than their extension says; they are read as what they are.`,
  'box-outside': (n) => `${n} boxes reach outside their picture; they are cut at the border.`,
  'boxes-not-turned': (n) => `The boxes of ${n} photographs fit before they were turned upright, not after.`,
  'box-repeated': (n) => `${n} boxes stand twice.`,
  'image-in-both': (n) => `${n} test images are training images, too: the score would flatter.`,
  'image-repeated': (n) => `${n} pictures occur more than once.`,
}

/** Problems by kind, the gravest first; kinds keep the order in which they were met. */
export function groupProblems(problems: readonly Problem[], root: string): Finding[] {
  const groups = new Map<string, Finding>()
  for (const { severity, code, message, fix, where } of problems) {
    const key = `${severity} ${code}`
    let finding = groups.get(key)
    if (!finding) {
      finding = { severity, code, message, ...(fix && { fix }), count: 0, where: [] }
      groups.set(key, finding)
    }
    finding.count++
    if (finding.count > 1) finding.message = summaries[code]?.(finding.count) ?? finding.message
    // What concerns the set as a whole has no place.
    if (finding.where.length >= MAX_PLACES || where.file === root) continue
    const place = { file: placeName(where.file, root), ...(where.line !== undefined && { line: where.line }) }
    finding.where.push({ ...place, detail: message })
  }
  return [...groups.values()].sort((a, b) => order[a.severity] - order[b.severity])
}

function placeName(file: string, root: string): string {
  const name = relative(root, file)
  return (name.startsWith('..') || isAbsolute(name) ? file : name).split(sep).join('/')
}

/** What was looked for and not found, so that a report says what it covers. */
export function passedChecks(findings: readonly Finding[], counts: { images: number; boxes: number }): Finding[] {
  const checks: [code: string, faults: string[], message: string][] = [
    [
      'files-complete',
      ['image-missing', 'annotation-missing', 'annotation-claimed-twice', 'image-claimed-twice', 'entry-repeated'],
      'Every listed image and annotation exists, once.',
    ],
    ['images-readable', ['image-unreadable'], `All ${counts.images} images can be decoded to the last pixel.`],
    [
      'lines-readable',
      ['line-unreadable', 'polygon-empty', 'annotation-foreign'],
      `All ${counts.boxes} texts can be read.`,
    ],
    ['outlines-sound', ['polygon-crossed', 'box-repeated'], 'No outline crosses itself or stands twice.'],
    ['boxes-inside', ['box-outside', 'boxes-not-turned'], 'All boxes lie inside their pictures.'],
    ['parts-separate', ['image-in-both', 'test-is-train'], 'No image is in both the training and the test part.'],
  ]
  if (counts.images === 0) return []
  const found = new Set(findings.map(({ code }) => code))
  return checks
    .filter(([, faults]) => !faults.some((code) => found.has(code)))
    .map(([code, , message]) => ({ severity: 'passed', code, message, count: 0, where: [] }))
}
