/**
 * The 8-connected components of a thresholded map. Only what an outer contour's convex hull needs is kept: for every row
 * of a component its first and last column. Holes and inner runs vanish here.
 *
 * The arrays are scratch space of this module: the next call overwrites them.
 */
export interface Components {
  /** Components in raster order of their first pixel. */
  count: number
  /** First row of each component. */
  top: Int32Array
  /** Rows of component c: left[first[c]] … left[first[c + 1] − 1], from `top[c]` downwards. */
  first: Int32Array
  left: Int32Array
  right: Int32Array
}

const components: Components = {
  count: 0,
  top: new Int32Array(0),
  first: new Int32Array(1),
  left: new Int32Array(0),
  right: new Int32Array(0),
}

let runLeft = new Int32Array(4096)
let runRight = new Int32Array(4096)
let parent = new Int32Array(4096)
let rowStart = new Int32Array(0)
let bottom = new Int32Array(0)

/**
 * Labels horizontal runs, not pixels, and joins touching runs of neighbouring rows (union-find, smaller index wins).
 *
 * @param map row-major, width · height values; a pixel is lit where map > threshold
 * @param threshold at least 0; compared in float32, as the exported graph does
 */
export function findComponents(map: Float32Array, width: number, height: number, threshold: number): Components {
  const runs = collectRuns(map, width, height, threshold)
  joinRuns(height)
  return gatherRows(runs, height)
}

/** The bits of a float, which order like integers as long as the float is not negative. */
const asFloat = new Float32Array(1)
const asBits = new Int32Array(asFloat.buffer)

/** Compares bits, eight pixels at a time: most of a map is dark. `level - bits` is negative for a lit pixel. */
function collectRuns(map: Float32Array, width: number, height: number, threshold: number): number {
  asFloat[0] = threshold
  const level = asBits[0]
  const bits = new Int32Array(map.buffer, map.byteOffset, width * height)
  if (rowStart.length <= height) rowStart = new Int32Array(height + 1)
  let n = 0
  for (let y = 0; y < height; y++) {
    rowStart[y] = n
    const base = y * width
    const end = base + width
    const lastEight = end - 8
    if (n + width > runLeft.length) growRuns(n + width)
    let i = base
    for (;;) {
      while (
        i <= lastEight &&
        ((level - bits[i]) |
          (level - bits[i + 1]) |
          (level - bits[i + 2]) |
          (level - bits[i + 3]) |
          (level - bits[i + 4]) |
          (level - bits[i + 5]) |
          (level - bits[i + 6]) |
          (level - bits[i + 7])) >=
          0
      ) {
        i += 8
      }
      while (i < end && bits[i] <= level) i++
      if (i >= end) break
      runLeft[n] = i - base
      i++
      while (i < end && bits[i] > level) i++
      runRight[n] = i - base - 1
      n++
    }
  }
  rowStart[height] = n
  return n
}

function growRuns(least: number): void {
  const size = Math.max(least, runLeft.length * 2)
  runLeft = grown(runLeft, size)
  runRight = grown(runRight, size)
  parent = new Int32Array(size)
}

function grown(array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size)
  larger.set(array)
  return larger
}

function joinRuns(height: number): void {
  const total = rowStart[height]
  for (let i = 0; i < total; i++) parent[i] = i
  for (let y = 1; y < height; y++) {
    let above = rowStart[y - 1]
    const aboveEnd = rowStart[y]
    const rowEnd = rowStart[y + 1]
    for (let run = rowStart[y]; run < rowEnd && above < aboveEnd; run++) {
      // Touching with 8 neighbours: the column ranges overlap when one of them is widened by one on both sides.
      const from = runLeft[run] - 1
      const to = runRight[run] + 1
      while (above < aboveEnd && runRight[above] < from) above++
      let other = above
      while (other < aboveEnd && runLeft[other] <= to) {
        join(run, other)
        other++
      }
      // The last toucher may reach the next run too.
      if (other > above) above = other - 1
    }
  }
}

function rootOf(run: number): number {
  let at = run
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]]
    at = parent[at]
  }
  return at
}

function join(a: number, b: number): void {
  const rootA = rootOf(a)
  const rootB = rootOf(b)
  if (rootA < rootB) parent[rootB] = rootA
  else parent[rootA] = rootB
}

function gatherRows(runs: number, height: number): Components {
  let count = 0
  for (let i = 0; i < runs; i++) if (parent[i] === i) count++
  if (components.top.length < count) {
    components.top = new Int32Array(count * 2)
    components.first = new Int32Array(count * 2 + 1)
    bottom = new Int32Array(count * 2)
  }
  const { top, first } = components
  // Parents point to smaller indices, so one ascending pass turns links into component numbers.
  count = 0
  for (let y = 0; y < height; y++) {
    for (let i = rowStart[y]; i < rowStart[y + 1]; i++) {
      if (parent[i] === i) {
        top[count] = y
        parent[i] = count++
      } else {
        parent[i] = parent[parent[i]]
      }
      bottom[parent[i]] = y
    }
  }
  let rows = 0
  for (let c = 0; c < count; c++) {
    first[c] = rows
    rows += bottom[c] - top[c] + 1
  }
  first[count] = rows
  if (components.left.length < rows) {
    components.left = new Int32Array(rows * 2)
    components.right = new Int32Array(rows * 2)
  }
  const { left, right } = components
  left.fill(-1, 0, rows)
  for (let y = 0; y < height; y++) {
    for (let i = rowStart[y]; i < rowStart[y + 1]; i++) {
      const c = parent[i]
      const row = first[c] + y - top[c]
      if (left[row] < 0) left[row] = runLeft[i]
      right[row] = runRight[i]
    }
  }
  components.count = count
  return components
}

/**
 * Convex hull of a component, clockwise on the screen from the top-left, from its row ends alone.
 *
 * @param hull receives x1,y1,x2,y2,…; needs room for 4 numbers per row
 * @returns the number of points
 */
export function hullOfComponent(found: Components, component: number, hull: Float64Array): number {
  const { left, right } = found
  const from = found.first[component]
  const to = found.first[component + 1] - 1
  const y0 = found.top[component] - from
  let n = 0
  for (let row = from; row <= to; row++) n = pushConvex(hull, 0, n, right[row], y0 + row)
  // A single pixel in the bottom row ends the right-hand chain and starts the left-hand one.
  const start = left[to] === right[to] ? n - 1 : n
  for (let row = to; row >= from; row--) n = pushConvex(hull, start, n, left[row], y0 + row)
  // A single pixel in the top row closes the outline on its first point.
  if (n > 1 && left[from] === right[from]) n--
  return n
}

/** Adds a point to the chain that starts at index `start`, after removing what it makes concave or straight. */
function pushConvex(hull: Float64Array, start: number, count: number, x: number, y: number): number {
  let n = count
  if (n > start && hull[2 * n - 2] === x && hull[2 * n - 1] === y) return n
  while (n - start >= 2) {
    const bx = hull[2 * n - 2]
    const by = hull[2 * n - 1]
    const turn = (bx - hull[2 * n - 4]) * (y - by) - (by - hull[2 * n - 3]) * (x - bx)
    if (turn > 0) break
    n--
  }
  hull[2 * n] = x
  hull[2 * n + 1] = y
  return n + 1
}
