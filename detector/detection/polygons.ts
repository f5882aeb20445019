import { offsetPolygon } from '../geometry/offset'
import { perimeter, polygonArea } from '../geometry/polygon'
import { simplifyOutline } from '../geometry/simplify'

/** Polygons are grown by this much more than boxes: 2.0 where boxes take 1.5. */
const POLYGON_UNCLIP = 2 / 1.5

/** Tolerance of the simplification, as a share of the outline's length. */
const TOLERANCE = 0.01

/**
 * The text area of an outer contour: simplified, then moved outwards by D = area · ratio / perimeter.
 *
 * @param contour x1,y1,… pixels of the outline
 * @param unclipRatio of boxes; polygons take 4/3 of it
 * @returns clockwise on the screen, or null when it is no single area: fewer than four points are left, or growing closes
 *   a gap so that a hole appears
 */
export function unclippedPolygon(contour: number[], unclipRatio: number): number[] | null {
  const outline = simplifyOutline(contour, TOLERANCE * perimeter(contour))
  if (outline.length < 8) return null
  const distance = (polygonArea(outline) * unclipRatio * POLYGON_UNCLIP) / perimeter(outline)
  const pieces = offsetPolygon(outline, distance)
  return pieces.length === 1 ? pieces[0] : null
}
