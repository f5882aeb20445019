/**
 * Time of the post-processing on a 1280 x 736 map with 50 boxes, and of the targets of 640 x 640 crops with 30 texts.
 *
 *     npx tsx bench/postprocess.ts
 */

import { findCandidates } from '../detector/detection/postprocess'
import { makeTargets, type TargetPolygon } from '../detector/loading/targets'
import { BenchTable, digits } from './report'

const REPEATS = 300
const settings = { binarizeThreshold: 0.3, unclipRatio: 1.5, minSide: 3, maxCandidates: 1000 }

/** Slanted lines of text on a grid, without overlap: centre, half sides, angle. */
function lines(count: number, width: number, height: number): number[][] {
  const columns = Math.ceil(Math.sqrt((count * width) / height / 3))
  const rows = Math.ceil(count / columns)
  return Array.from({ length: count }, (_, i) => {
    const cx = ((i % columns) + 0.5) * (width / columns)
    const cy = (Math.floor(i / columns) + 0.5) * (height / rows)
    return [cx, cy, (width / columns) * (0.3 + 0.03 * (i % 5)), height / rows / 5, ((i % 7) - 3) * 0.03]
  })
}

/** A map as a network gives it: a little noise everywhere, soft borders. */
function probabilityMap(width: number, height: number, texts: number[][]): Float32Array {
  const map = Float32Array.from({ length: width * height }, (_, i) => ((i * 2654435761) % 997) / 50_000)
  for (const [cx, cy, halfWidth, halfHeight, angle] of texts) {
    const cos = Math.cos(angle)
    const sin = Math.sin(angle)
    const reach = Math.ceil(halfWidth + halfHeight + 4)
    for (let y = Math.max(0, Math.floor(cy) - reach); y < Math.min(height, cy + reach); y++) {
      for (let x = Math.max(0, Math.floor(cx) - reach); x < Math.min(width, cx + reach); x++) {
        const u = Math.abs((x - cx) * cos + (y - cy) * sin) - halfWidth
        const v = Math.abs((y - cy) * cos - (x - cx) * sin) - halfHeight
        map[y * width + x] = Math.max(map[y * width + x], 1 / (1 + Math.exp(2 * Math.max(u, v))))
      }
    }
  }
  return map
}

function quad([cx, cy, halfWidth, halfHeight, angle]: number[]): TargetPolygon {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const corner = (u: number, v: number): number[] => [cx + u * cos - v * sin, cy + u * sin + v * cos]
  const points = [
    ...corner(-halfWidth, -halfHeight),
    ...corner(halfWidth, -halfHeight),
    ...corner(halfWidth, halfHeight),
    ...corner(-halfWidth, halfHeight),
  ]
  return { points, ignore: false }
}

interface Timing {
  /** Milliseconds: wall clock, wall clock, processor time per call (says what a busy machine hides). */
  median: number
  least: number
  cpu: number
}

function timed(work: () => void): Timing {
  const before = process.cpuUsage()
  const times: number[] = []
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now()
    work()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const { user, system } = process.cpuUsage(before)
  return { median: times[REPEATS >> 1], least: times[0], cpu: (user + system) / 1000 / REPEATS }
}

const texts = lines(50, 1280, 736)
const map = probabilityMap(1280, 736, texts)
const boxes = findCandidates(map, 1280, 736, settings).scores.length
const polygons = lines(30, 640, 640).map(quad)
const plane = 640 * 640
const maps = {
  gt: new Float32Array(plane),
  mask: new Float32Array(plane),
  threshMap: new Float32Array(plane),
  threshMask: new Float32Array(plane),
}
const table = new BenchTable('postprocess', ['what', 'median ms', 'least ms', 'processor ms'])
const row = (what: string, { median, least, cpu }: Timing): void =>
  table.row(what, digits(median, 2), digits(least, 2), digits(cpu, 2))
row(
  `post-processing, 1280×736, ${boxes} boxes`,
  timed(() => findCandidates(map, 1280, 736, settings)),
)
row(
  'the same with polygons',
  timed(() => findCandidates(map, 1280, 736, { ...settings, polygon: true })),
)
const targets = timed(() => makeTargets(polygons, 640, 640, maps))
row('targets, 640×640, 30 texts', targets)
await table.save(`${Math.round(1000 / targets.cpu)} crops of targets a second on one core`)
