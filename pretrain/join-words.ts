import { convexHull } from '../detector/geometry/convex-hull'
import { minAreaRectangle, type Rectangle, rectangleCorners } from '../detector/geometry/min-area-rectangle'

export interface MarkedText {
  /** x1,y1,x2,y2,… clockwise, first point at the beginning of the text. */
  points: ArrayLike<number>
  ignore: boolean
}

interface Oriented {
  x: number
  y: number
  /** Unit vector along the text. */
  dx: number
  dy: number
  length: number
  height: number
}

/** Largest clear space between two words of a line, and how far their centres may lie off one baseline: word heights. */
const GAP = 0.9
const SHIFT = 0.4
/** Heights of two words of a line differ by less than this factor, directions by less than this many radians. */
const RATIO = 2
const TURN = Math.PI / 12

/**
 * Joins words to lines, for sets that mark words while the base model finds lines. Two readable words belong together when
 * they run in one direction, are about as high, lie on one baseline and are less than 0.9 heights apart; a line is the
 * rectangle around its words along their mean direction. Don't-care stays alone.
 */
export function joinWords(words: readonly MarkedText[]): MarkedText[] {
  const boxes = words.map(({ points }) => orientation(points))
  return groups(words, boxes).map((members) => {
    if (members.length === 1) return words[members[0]]
    const { corner, left, right, top, bottom } = lineFrame(
      members.map((i) => words[i].points),
      members.map((i) => boxes[i]),
    )
    return { points: rectangle(corner, left, right, top, bottom), ignore: false }
  })
}

/**
 * The other way to use words for a finder of lines: the words as they are, and don't-care between the words of a line. It
 * reaches half a height into both words, since there, in the margin that shrinking leaves, a line has text.
 */
export function gapsBetweenWords(words: readonly MarkedText[]): MarkedText[] {
  const boxes = words.map(({ points }) => orientation(points))
  return groups(words, boxes).flatMap((members) => {
    if (members.length === 1) return []
    const { corner, ranges, top, bottom } = lineFrame(
      members.map((i) => words[i].points),
      members.map((i) => boxes[i]),
    )
    const reach = (bottom - top) / 2
    ranges.sort((a, b) => a.left - b.left)
    return ranges.slice(1).map((range, i) => {
      const points = rectangle(corner, ranges[i].right - reach, range.left + reach, top, bottom)
      return { points, ignore: true }
    })
  })
}

/** Numbers of the words of each line, words that stand alone among them. */
function groups(words: readonly MarkedText[], boxes: readonly Oriented[]): number[][] {
  const group = words.map((_, i) => i)
  const root = (i: number): number => {
    let at = i
    while (group[at] !== at) at = group[at]
    return at
  }
  for (let i = 0; i < words.length; i++)
    for (let j = i + 1; j < words.length; j++)
      if (!words[i].ignore && !words[j].ignore && areNeighbours(boxes[i], boxes[j])) group[root(i)] = root(j)
  const lines = new Map<number, number[]>()
  words.forEach((_, i) => {
    const members = lines.get(root(i))
    if (members) members.push(i)
    else lines.set(root(i), [i])
  })
  return [...lines.values()]
}

function orientation(points: ArrayLike<number>): Oriented {
  const quad = points.length === 8 ? Array.from(points) : smallestRectangle(points)
  const [ax, ay, bx, by, cx, cy, ex, ey] = quad
  const along = [(bx - ax + cx - ex) / 2, (by - ay + cy - ey) / 2]
  const across = [(ex - ax + cx - bx) / 2, (ey - ay + cy - by) / 2]
  const length = Math.hypot(along[0], along[1])
  const height = Math.max(1e-3, Math.hypot(across[0], across[1]))
  const known = length > 1e-3
  return {
    x: (ax + bx + cx + ex) / 4,
    y: (ay + by + cy + ey) / 4,
    dx: known ? along[0] / length : 1,
    dy: known ? along[1] / length : 0,
    length: Math.max(1e-3, length),
    height,
  }
}

function smallestRectangle(points: ArrayLike<number>): number[] {
  const rectangle = {} as Rectangle
  minAreaRectangle(convexHull(points), rectangle)
  const corners: number[] = []
  rectangleCorners(rectangle, corners)
  return corners
}

function areNeighbours(a: Oriented, b: Oriented): boolean {
  // A single letter or figure is as high as long: its direction says nothing.
  const bothLong = a.length > 1.3 * a.height && b.length > 1.3 * b.height
  const { dx, dy } = a.length / a.height >= b.length / b.height ? a : b
  if (bothLong && (Math.abs(a.dx * b.dy - a.dy * b.dx) > Math.sin(TURN) || a.dx * b.dx + a.dy * b.dy < 0)) return false
  if (Math.max(a.height, b.height) > RATIO * Math.min(a.height, b.height)) return false
  const height = (a.height + b.height) / 2
  const along = Math.abs((b.x - a.x) * dx + (b.y - a.y) * dy)
  const across = Math.abs((b.x - a.x) * dy - (b.y - a.y) * dx)
  const halves = (a.length + b.length) / 2
  const space = along - halves
  return across < SHIFT * height && space > -0.5 * height && space < GAP * height && along > 0.4 * halves
}

type Corner = (along: number, across: number) => [x: number, y: number]

interface LineFrame {
  /** From places along and across the line to the picture. */
  corner: Corner
  left: number
  right: number
  top: number
  bottom: number
  /** Where each word begins and ends along the line. */
  ranges: { left: number; right: number }[]
}

/** A line's extent along and across the mean direction of its words. */
function lineFrame(polygons: ArrayLike<number>[], boxes: Oriented[]): LineFrame {
  let dx = 0
  let dy = 0
  for (const box of boxes) {
    dx += box.dx * box.length
    dy += box.dy * box.length
  }
  const size = Math.hypot(dx, dy)
  dx /= size
  dy /= size
  let top = Infinity
  let bottom = -Infinity
  const ranges = polygons.map((points) => {
    let left = Infinity
    let right = -Infinity
    for (let i = 0; i < points.length; i += 2) {
      const u = points[i] * dx + points[i + 1] * dy
      const v = points[i + 1] * dx - points[i] * dy
      left = Math.min(left, u)
      right = Math.max(right, u)
      top = Math.min(top, v)
      bottom = Math.max(bottom, v)
    }
    return { left, right }
  })
  const left = Math.min(...ranges.map((range) => range.left))
  const right = Math.max(...ranges.map((range) => range.right))
  return { corner: (u, v) => [u * dx - v * dy, u * dy + v * dx], left, right, top, bottom, ranges }
}

function rectangle(corner: Corner, left: number, right: number, top: number, bottom: number): number[] {
  return [...corner(left, top), ...corner(right, top), ...corner(right, bottom), ...corner(left, bottom)]
}
