import type { Points } from './polygon'

/**
 * Fewer points for a closed outline (Douglas–Peucker), with the result of OpenCV's approxPolyDP: the outline is cut at two
 * points that lie far apart, each half is split at its farthest point until none is farther than `tolerance` from its
 * chord, and points that then lie almost on a line are removed.
 *
 * @param tolerance in pixels
 */
export function simplifyOutline(points: Points, tolerance: number): number[] {
  const n = points.length / 2
  if (n === 0) return []
  const limit = tolerance * tolerance
  const [first, second, distance] = farApart(points)
  if (distance <= limit) return [points[2 * first], points[2 * first + 1]]
  const kept: number[] = []
  // Slices [from, to] still to be looked at, the next one last.
  const slices = [
    [second, first],
    [first, second],
  ]
  for (let slice = slices.pop(); slice; slice = slices.pop()) {
    const [from, to] = slice
    const split = farthestFromChord(points, from, to, limit)
    if (split < 0) kept.push(points[2 * from], points[2 * from + 1])
    else slices.push([split, to], [from, split])
  }
  return withoutStraightPoints(kept, limit)
}

/** Indices of two points far apart, found by going three times to the farthest point, and their squared distance. */
function farApart(points: Points): [first: number, second: number, squared: number] {
  const n = points.length / 2
  let start = 0
  let other = 0
  let best = 0
  for (let round = 0; round < 3; round++) {
    start = round ? other : 0
    best = 0
    let offset = 0
    for (let step = 1; step < n; step++) {
      const at = (start + step) % n
      const squared = (points[2 * at] - points[2 * start]) ** 2 + (points[2 * at + 1] - points[2 * start + 1]) ** 2
      if (squared > best) {
        best = squared
        offset = step
      }
    }
    other = (start + offset) % n
  }
  return [start, other, best]
}

/** The point between two others (cyclic) farthest from their chord, or −1 when none is farther than the limit. */
function farthestFromChord(points: Points, from: number, to: number, limit: number): number {
  const n = points.length / 2
  const x = points[2 * from]
  const y = points[2 * from + 1]
  const dx = points[2 * to] - x
  const dy = points[2 * to + 1] - y
  let best = 0
  let split = -1
  for (let at = (from + 1) % n; at !== to; at = (at + 1) % n) {
    const reach = Math.abs((points[2 * at + 1] - y) * dx - (points[2 * at] - x) * dy)
    if (reach > best) {
      best = reach
      split = at
    }
  }
  return best * best <= limit * (dx * dx + dy * dy) ? -1 : split
}

/** Removes points close to the line between their neighbours, unless that line is level or upright (as OpenCV does). */
function withoutStraightPoints(points: number[], limit: number): number[] {
  const n = points.length / 2
  const kept: number[] = []
  let remaining = n
  let px = points[2 * n - 2]
  let py = points[2 * n - 1]
  for (let i = 0; i < n; i++) {
    let x = points[2 * i]
    let y = points[2 * i + 1]
    const nextX = i + 1 < n ? points[2 * i + 2] : kept[0]
    const nextY = i + 1 < n ? points[2 * i + 3] : kept[1]
    const dx = nextX - px
    const dy = nextY - py
    const off = Math.abs((x - px) * dy - (y - py) * dx)
    const onwards = (x - px) * (nextX - x) + (y - py) * (nextY - y)
    const straight = off * off <= 0.5 * limit * (dx * dx + dy * dy) && dx !== 0 && dy !== 0 && onwards >= 0
    if (straight && remaining > 2) {
      // The next point takes its place and is not looked at itself.
      remaining--
      i++
      x = nextX
      y = nextY
    }
    kept.push(x, y)
    px = x
    py = y
  }
  return kept.slice(0, 2 * remaining)
}
