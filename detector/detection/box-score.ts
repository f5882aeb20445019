/** OpenCV's corners come out as 4.9999995 for an exact 5; rounding down without this would lose a row of pixels. */
const SNAP = 0.002

let rowLeft = new Int32Array(0)
let rowRight = new Int32Array(0)

/**
 * Mean of the map inside a rectangle, border pixels included ("box score fast"). The corners are rounded down to pixels
 * (with a snap of 0.002), the outline is drawn with 8-connected lines and filled.
 *
 * @param map row-major, width · height values
 * @param corners 8 numbers: a convex quadrilateral in map pixels; parts outside the map do not count
 * @returns the mean, 0 when no pixel lies inside the map
 */
export function boxScore(map: Float32Array, width: number, height: number, corners: ArrayLike<number>): number {
  if (rowLeft.length < height) {
    rowLeft = new Int32Array(height)
    rowRight = new Int32Array(height)
  }
  let top = height
  let bottom = -1
  for (let i = 1; i < 8; i += 2) {
    const y = Math.floor(corners[i] + SNAP)
    if (y < top) top = y
    if (y > bottom) bottom = y
  }
  if (top < 0) top = 0
  if (bottom >= height) bottom = height - 1
  for (let y = top; y <= bottom; y++) {
    rowLeft[y] = width
    rowRight[y] = -1
  }
  let x0 = Math.floor(corners[6] + SNAP)
  let y0 = Math.floor(corners[7] + SNAP)
  for (let i = 0; i < 8; i += 2) {
    const x1 = Math.floor(corners[i] + SNAP)
    const y1 = Math.floor(corners[i + 1] + SNAP)
    widenRows(x0, y0, x1, y1, height)
    x0 = x1
    y0 = y1
  }
  let sum = 0
  let count = 0
  for (let y = top; y <= bottom; y++) {
    const from = rowLeft[y] < 0 ? 0 : rowLeft[y]
    const to = rowRight[y] >= width ? width - 1 : rowRight[y]
    if (to < from) continue
    count += to - from + 1
    const base = y * width
    // Two sums, because one waits for itself.
    let odd = 0
    let i = base + from
    for (; i < base + to; i += 2) {
      sum += map[i]
      odd += map[i + 1]
    }
    if (i === base + to) sum += map[i]
    sum += odd
  }
  return count ? sum / count : 0
}

/** Walks the 8-connected (Bresenham) line from left to right and widens the column range of every row that it meets. */
function widenRows(ax: number, ay: number, bx: number, by: number, height: number): void {
  const swap = bx < ax
  let x = swap ? bx : ax
  let y = swap ? by : ay
  const dx = Math.abs(bx - ax)
  const rise = swap ? ay - by : by - ay
  const dy = Math.abs(rise)
  const stepY = rise < 0 ? -1 : 1
  const steep = dy > dx
  const major = steep ? dy : dx
  const minor = steep ? dx : dy
  let error = major - 2 * minor
  for (let k = 0; k <= major; k++) {
    if (y >= 0 && y < height) {
      if (x < rowLeft[y]) rowLeft[y] = x
      if (x > rowRight[y]) rowRight[y] = x
    }
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
