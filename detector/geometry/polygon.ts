/**
 * Points are flat lists x1,y1,x2,y2,… in pixels, origin top-left, y downwards; the closing edge is implied.
 * "Clockwise" is meant as seen on the screen.
 */
export type Points = ArrayLike<number>

export interface Bounds {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

/** Shoelace area, positive for polygons that run clockwise on the screen. */
export function signedArea(points: Points): number {
  const n = points.length
  let doubled = 0
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) doubled += points[j] * points[i + 1] - points[i] * points[j + 1]
  return doubled / 2
}

export function polygonArea(points: Points): number {
  return Math.abs(signedArea(points))
}

/** Length of the closed outline. */
export function perimeter(points: Points): number {
  const n = points.length
  let length = 0
  for (let i = 0, j = n - 2; i < n; j = i, i += 2)
    length += Math.hypot(points[i] - points[j], points[i + 1] - points[j + 1])
  return length
}

export function boundsOf(points: Points): Bounds {
  const bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (let i = 0; i < points.length; i += 2) {
    if (points[i] < bounds.minX) bounds.minX = points[i]
    if (points[i] > bounds.maxX) bounds.maxX = points[i]
    if (points[i + 1] < bounds.minY) bounds.minY = points[i + 1]
    if (points[i + 1] > bounds.maxY) bounds.maxY = points[i + 1]
  }
  return bounds
}

/** The same outline in the other direction; the last point becomes the first. */
export function reversed(points: Points): number[] {
  const result: number[] = []
  for (let i = points.length - 2; i >= 0; i -= 2) result.push(points[i], points[i + 1])
  return result
}

/** The same outline, clockwise on the screen. */
export function clockwise(points: Points): number[] {
  return signedArea(points) < 0 ? reversed(points) : Array.from(points)
}

/** Every vertex moved to the nearest point of [0, maxX] × [0, maxY]. Not a geometric intersection: vertices stay as many. */
export function clampPoints(points: Points, maxX: number, maxY: number): number[] {
  const result: number[] = []
  for (let i = 0; i < points.length; i += 2) {
    result.push(Math.min(Math.max(points[i], 0), maxX), Math.min(Math.max(points[i + 1], 0), maxY))
  }
  return result
}

/** x1,y1 … x4,y4, clockwise from top-left, integer pixels of the upright (EXIF applied) original image. */
export type Quad = [number, number, number, number, number, number, number, number]
