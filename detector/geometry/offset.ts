import ClipperLib, { type IntegerPoint } from 'clipper-lib'
import type { Points } from './polygon'

const MITER_LIMIT = 2
const ARC_TOLERANCE = 0.25

/**
 * Moves the outline of a polygon outwards (distance > 0) or inwards (< 0), with round corners, the way the reference
 * implementation does it: on integers. Input coordinates are truncated towards zero, results are rounded. The direction
 * of the input does not matter.
 *
 * @returns the pieces that are left, in Clipper's order; none when the polygon vanishes
 */
export function offsetPolygon(points: Points, distance: number): number[][] {
  const path: IntegerPoint[] = []
  for (let i = 0; i < points.length; i += 2) path.push({ X: Math.trunc(points[i]), Y: Math.trunc(points[i + 1]) })
  const offsetter = new ClipperLib.ClipperOffset(MITER_LIMIT, ARC_TOLERANCE)
  offsetter.AddPath(path, ClipperLib.JoinType.jtRound, ClipperLib.EndType.etClosedPolygon)
  const pieces: IntegerPoint[][] = []
  offsetter.Execute(pieces, distance)
  return pieces.map((piece) => piece.flatMap(({ X, Y }) => [X, Y]))
}
