/** A point in pixels, origin top-left. */
export type Point = [x: number, y: number]
export type Polygon = Point[]
/** Left, top, right, bottom. */
export type Box = [left: number, top: number, right: number, bottom: number]
/** Row-major 3 × 3. */
export type Homography = readonly number[]

/** The six numbers of a canvas transform. */
export interface Affine {
  a: number
  b: number
  c: number
  d: number
  e: number
  f: number
}

export const applyAffine = (m: Affine, [x, y]: Point): Point => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f]

/** Shoelace area without sign. */
export function areaOf(polygon: Polygon): number {
  let doubled = 0
  for (let i = 0; i < polygon.length; i++) {
    const next = polygon[(i + 1) % polygon.length]
    doubled += polygon[i][0] * next[1] - next[0] * polygon[i][1]
  }
  return Math.abs(doubled) / 2
}

function perimeterOf(polygon: Polygon): number {
  let length = 0
  for (let i = 0; i < polygon.length; i++) {
    const next = polygon[(i + 1) % polygon.length]
    length += Math.hypot(next[0] - polygon[i][0], next[1] - polygon[i][1])
  }
  return length
}

/** The short side of the rectangle with the same area and outline: the height of a line, whatever its direction. */
export function thicknessOf(polygon: Polygon): number {
  const half = perimeterOf(polygon) / 2
  return (half - Math.sqrt(Math.max(0, half * half - 4 * areaOf(polygon)))) / 2
}

export function boxOf(polygon: Polygon): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of polygon) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box
}

export const boxesMeet = (a: Box, b: Box): boolean => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]

/** The part of a convex polygon inside [0, width] × [0, height] (Sutherland and Hodgman); empty when nothing is left. */
export function clipToSheet(polygon: Polygon, width: number, height: number): Polygon {
  let points = polygon
  const sides: [axis: 0 | 1, sign: number, limit: number][] = [
    [0, -1, 0],
    [0, 1, width],
    [1, -1, 0],
    [1, 1, height],
  ]
  for (const [axis, sign, limit] of sides) {
    const kept: Polygon = []
    for (let i = 0; i < points.length; i++) {
      const a = points[i]
      const b = points[(i + 1) % points.length]
      const u = sign * (a[axis] - limit)
      const v = sign * (b[axis] - limit)
      if (u <= 0) kept.push(a)
      if (u <= 0 !== v <= 0) {
        const t = u / (u - v)
        kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])])
      }
    }
    points = kept
    if (points.length < 3) return []
  }
  return points
}

/** Takes the rectangle (0,0)–(width,height) to four points, clockwise from the image of its top left (Heckbert 1989). */
export function rectangleToQuad(width: number, height: number, quad: Polygon): Homography {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad
  const dx1 = x1 - x2
  const dx2 = x3 - x2
  const dx3 = x0 - x1 + x2 - x3
  const dy1 = y1 - y2
  const dy2 = y3 - y2
  const dy3 = y0 - y1 + y2 - y3
  const scale = dx1 * dy2 - dx2 * dy1
  const g = (dx3 * dy2 - dx2 * dy3) / scale
  const h = (dx1 * dy3 - dx3 * dy1) / scale
  return [
    (x1 - x0 + g * x1) / width,
    (x3 - x0 + h * x3) / height,
    x0,
    (y1 - y0 + g * y1) / width,
    (y3 - y0 + h * y3) / height,
    y0,
    g / width,
    h / height,
    1,
  ]
}

export function inverseOf(m: Homography): Homography {
  const [a, b, c, d, e, f, g, h, i] = m
  const p = e * i - f * h
  const q = f * g - d * i
  const r = d * h - e * g
  const determinant = a * p + b * q + c * r
  return [p, c * h - b * i, b * f - c * e, q, a * i - c * g, c * d - a * f, r, b * g - a * h, a * e - b * d].map(
    (v) => v / determinant,
  )
}

export function project(m: Homography, [x, y]: Point): Point {
  const z = m[6] * x + m[7] * y + m[8]
  return [(m[0] * x + m[1] * y + m[2]) / z, (m[3] * x + m[4] * y + m[5]) / z]
}
