/** Steps to the eight neighbours, counter-clockwise on the screen from the right-hand one. */
const STEP_X = [1, 1, 0, -1, -1, -1, 0, 1]
const STEP_Y = [0, -1, -1, -1, 0, 1, 1, 1]

/**
 * Follows the outer border of a component (Suzuki and Abe 1985) and keeps the points where it changes direction.
 *
 * @param map row-major; a pixel is lit where map > threshold (in float32)
 * @param startX the component's first pixel in raster order
 * @returns x1,y1,x2,y2,… counter-clockwise on the screen, from the start pixel
 */
export function traceOuterContour(
  map: Float32Array,
  width: number,
  height: number,
  threshold: number,
  startX: number,
  startY: number,
): number[] {
  const level = Math.fround(threshold)
  const lit = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && map[y * width + x] > level

  // The neighbour from which the border comes back to the start: the first lit one clockwise from the left.
  let back = -1
  for (let turn = 1; turn < 8 && back < 0; turn++) {
    const direction = (4 - turn) & 7
    if (lit(startX + STEP_X[direction], startY + STEP_Y[direction])) back = direction
  }
  if (back < 0) return [startX, startY]
  const lastX = startX + STEP_X[back]
  const lastY = startY + STEP_Y[back]

  const points: number[] = []
  let x = startX
  let y = startY
  let previous = back ^ 4
  let direction = back
  for (;;) {
    do direction = (direction + 1) & 7
    while (!lit(x + STEP_X[direction], y + STEP_Y[direction]))
    if (direction !== previous) points.push(x, y)
    previous = direction
    const fromX = x
    const fromY = y
    x += STEP_X[direction]
    y += STEP_Y[direction]
    if (x === startX && y === startY && fromX === lastX && fromY === lastY) return points
    // Look next from where we came.
    direction = (direction + 4) & 7
  }
}
