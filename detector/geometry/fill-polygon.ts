import type { Points } from './polygon'

/** Any array that can be painted into. */
export type Canvas = { [index: number]: number }

/** Sub-pixel steps of the scan line, as in OpenCV. */
const ONE = 65536

let crossings = new Float64Array(16)

/**
 * Paints a polygon with its border, pixel for pixel as OpenCV's fillPoly does: the outline as 8-connected lines, the
 * inside by the even-odd rule. Parts outside the canvas are left out.
 *
 * @param canvas row-major, width · height values
 * @param points whole numbers: pixel centres
 */
export function fillPolygon(canvas: Canvas, width: number, height: number, points: Points, value: number): void {
  const n = points.length
  if (n < 2) return
  if (crossings.length < n) crossings = new Float64Array(n * 2)
  let top = Infinity
  let bottom = -Infinity
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    drawLine(canvas, width, height, points[j], points[j + 1], points[i], points[i + 1], value)
    if (points[i + 1] < top) top = points[i + 1]
    if (points[i + 1] > bottom) bottom = points[i + 1]
  }
  for (let y = Math.max(top, 0); y < Math.min(bottom, height); y++) {
    const count = crossingsOfRow(points, y)
    for (let k = 0; k + 1 < count; k += 2) {
      const from = Math.max(Math.ceil(crossings[k] / ONE), 0)
      const to = Math.min(Math.floor(crossings[k + 1] / ONE), width - 1)
      const base = y * width
      for (let i = base + from; i <= base + to; i++) canvas[i] = value
    }
  }
}

/** Where the outline crosses a row, ascending, in sub-pixel steps. An edge counts from its upper end to above its lower end. */
function crossingsOfRow(points: Points, y: number): number {
  const n = points.length
  let count = 0
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    const down = points[j + 1] < points[i + 1]
    const upper = down ? j : i
    const lower = down ? i : j
    const y0 = points[upper + 1]
    const y1 = points[lower + 1]
    if (y < y0 || y >= y1) continue
    const slope = Math.trunc(((points[lower] - points[upper]) * ONE) / (y1 - y0))
    const x = points[upper] * ONE + (y - y0) * slope
    let k = count++
    while (k > 0 && crossings[k - 1] > x) {
      crossings[k] = crossings[k - 1]
      k--
    }
    crossings[k] = x
  }
  return count
}

/** End points of a line after clipping: x0, y0, x1, y1. */
const ends = [0, 0, 0, 0]

/** An 8-connected (Bresenham) line drawn from left to right, after its ends are clipped to the canvas. */
function drawLine(
  canvas: Canvas,
  width: number,
  height: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  value: number,
): void {
  if (!clipLine(width, height, ax, ay, bx, by)) return
  const swap = ends[2] < ends[0]
  let x = swap ? ends[2] : ends[0]
  let y = swap ? ends[3] : ends[1]
  const dx = Math.abs(ends[2] - ends[0])
  const rise = swap ? ends[1] - ends[3] : ends[3] - ends[1]
  const dy = Math.abs(rise)
  const stepY = rise < 0 ? -1 : 1
  const steep = dy > dx
  const major = steep ? dy : dx
  const minor = steep ? dx : dy
  let error = major - 2 * minor
  for (let k = 0; k <= major; k++) {
    canvas[y * width + x] = value
    const sidestep = error < 0
    error += (sidestep ? 2 * major : 0) - 2 * minor
    if (steep) {
      y += stepY
      if (sidestep) x++
    } else {
      x++
      if (sidestep) y += stepY
    }
  }
}

/** Cohen–Sutherland with coordinates truncated to whole pixels, vertical borders last; writes `ends`, false when outside. */
function clipLine(width: number, height: number, ax: number, ay: number, bx: number, by: number): boolean {
  ends[0] = ax
  ends[1] = ay
  ends[2] = bx
  ends[3] = by
  const right = width - 1
  const bottom = height - 1
  let a = sideOf(ax, right) | (sideOf(ay, bottom) << 2)
  let b = sideOf(bx, right) | (sideOf(by, bottom) << 2)
  if (a & b) return false
  if (!(a | b)) return true
  if (a & 12) {
    const y = a < 8 ? 0 : bottom
    ends[0] += Math.trunc(((y - ends[1]) * (ends[2] - ends[0])) / (ends[3] - ends[1]))
    ends[1] = y
    a = sideOf(ends[0], right)
  }
  if (b & 12) {
    const y = b < 8 ? 0 : bottom
    ends[2] += Math.trunc(((y - ends[3]) * (ends[2] - ends[0])) / (ends[3] - ends[1]))
    ends[3] = y
    b = sideOf(ends[2], right)
  }
  if (a & b) return false
  if (a) {
    const x = a === 1 ? 0 : right
    ends[1] += Math.trunc(((x - ends[0]) * (ends[3] - ends[1])) / (ends[2] - ends[0]))
    ends[0] = x
  }
  if (b) {
    const x = b === 1 ? 0 : right
    ends[3] += Math.trunc(((x - ends[2]) * (ends[3] - ends[1])) / (ends[2] - ends[0]))
    ends[2] = x
  }
  return true
}

function sideOf(value: number, last: number): number {
  return value < 0 ? 1 : value > last ? 2 : 0
}
