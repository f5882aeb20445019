import { boundsOf, type Points } from '../../geometry/polygon'
import type { Random } from '../../random'

export interface TextPolygon {
  /** x1,y1,x2,y2,… */
  points: Points
  /** Unreadable: takes no part in the loss. */
  ignore: boolean
}

export interface Crop {
  x: number
  y: number
  width: number
  height: number
}

/** A crop narrower or lower than this share of the picture is refused (EAST, MhLiao/DB). */
const MIN_SIDE = 0.1
const MAX_TRIES = 10

/** Maximal runs of positions that no interval covers, as [first, last] (both included). */
function freeRuns(length: number, intervals: [number, number][]): [number, number][] {
  const covered = new Uint8Array(length)
  for (const [from, to] of intervals) covered.fill(1, Math.max(0, from), Math.max(0, Math.min(length, to)))
  const runs: [number, number][] = []
  for (let i = 0; i < length; i++) {
    if (covered[i]) continue
    if (i === 0 || covered[i - 1]) runs.push([i, i])
    else runs[runs.length - 1][1] = i
  }
  return runs
}

/** Two cut positions, in order: from two runs drawn with replacement, or both from the only run. */
function twoCuts(runs: [number, number][], random: Random): [number, number] {
  const pick = ([first, last]: [number, number]): number => first + random.int(last - first + 1)
  const a = pick(runs[random.int(runs.length)])
  const b = pick(runs[random.int(runs.length)])
  return a < b ? [a, b] : [b, a]
}

function outside(points: Points, crop: Crop): boolean {
  const b = boundsOf(points)
  return b.maxX <= crop.x || b.minX >= crop.x + crop.width || b.maxY <= crop.y || b.minY >= crop.y + crop.height
}

/**
 * The random crop of EAST as DBNet uses it: cuts run only through rows and columns that no readable text's upright
 * rectangle covers, and at least one readable text stays inside. The whole picture when there is no such place.
 */
export function randomCrop(width: number, height: number, polygons: readonly TextPolygon[], random: Random): Crop {
  const whole = { x: 0, y: 0, width, height }
  const readable = polygons.filter((p) => !p.ignore)
  const bounds = readable.map((p) => boundsOf(p.points))
  const columns = freeRuns(
    width,
    bounds.map((b) => [Math.round(b.minX), Math.round(b.maxX)]),
  )
  const rows = freeRuns(
    height,
    bounds.map((b) => [Math.round(b.minY), Math.round(b.maxY)]),
  )
  if (columns.length === 0 || rows.length === 0) return whole
  for (let i = 0; i < MAX_TRIES; i++) {
    const [left, right] = twoCuts(columns, random)
    const [top, bottom] = twoCuts(rows, random)
    const crop = { x: left, y: top, width: right - left, height: bottom - top }
    if (crop.width < MIN_SIDE * width || crop.height < MIN_SIDE * height || crop.width < 1 || crop.height < 1) continue
    if (readable.some((p) => !outside(p.points, crop))) return crop
  }
  return whole
}

/** Polygons with at least some part of their upright rectangle inside the area. */
export function polygonsWithin<P extends TextPolygon>(polygons: readonly P[], area: Crop): P[] {
  return polygons.filter((p) => !outside(p.points, area))
}
