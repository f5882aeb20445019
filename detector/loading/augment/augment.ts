import type { AugmentationOptions } from '../../options/augmentation'
import type { Random } from '../../random'
import { augmentColor } from './color'
import type { TextPolygon } from './crop'
import { type Affine, type GeometryPlan, planGeometry } from './geometry'
import { type Pixels, warp } from './warp'

/**
 * One training picture: flip, rotation, scale, crop and fit drawn in one go, then colour, stains, blur, noise and
 * compression, then put at the top-left of a black square canvas. With `augment` off only the fit remains.
 *
 * @param polygons in pixels of `source`
 * @param size side of the canvas in pixels
 * @returns the canvas and the polygons that are on it, in its pixels
 */
export async function augment(
  source: Pixels,
  polygons: readonly TextPolygon[],
  options: AugmentationOptions,
  size: number,
  random: Random,
): Promise<{ pixels: Pixels; polygons: TextPolygon[] }> {
  const plan = planGeometry(source, polygons, options, size, random)
  const drawn = await augmentColor(draw(source, plan), plan.polygons, options, random)
  return { pixels: onCanvas(drawn, size), polygons: plan.polygons }
}

/** The planned picture; where detail is to be lost, by way of a smaller one. */
function draw(source: Pixels, plan: GeometryPlan): Pixels {
  const share = plan.detail / Math.hypot(plan.affine[0], plan.affine[3])
  if (plan.detail >= 1 || share >= 1) return warp(source, plan.affine, plan.width, plan.height)
  const width = Math.max(1, Math.round(plan.width * share))
  const height = Math.max(1, Math.round(plan.height * share))
  const [a, b, c, d, e, f] = plan.affine
  const [x, y] = [width / plan.width, height / plan.height]
  const shrunk: Affine = [a * x, b * x, c * x, d * y, e * y, f * y]
  return warp(warp(source, shrunk, width, height), [1 / x, 0, 0, 0, 1 / y, 0], plan.width, plan.height)
}

function onCanvas(pixels: Pixels, size: number): Pixels {
  if (pixels.width === size && pixels.height === size) return pixels
  const data = new Uint8Array(size * size * 3)
  const row = pixels.width * 3
  for (let y = 0; y < pixels.height; y++) data.set(pixels.data.subarray(y * row, (y + 1) * row), y * size * 3)
  return { data, width: size, height: size }
}
