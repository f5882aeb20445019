import type { Points } from '../../geometry/polygon'
import type { AugmentationOptions } from '../../options/augmentation'
import type { Random } from '../../random'
import { type Crop, polygonsWithin, randomCrop, type TextPolygon } from './crop'
import { polygonsOnCanvas, randomWindow } from './window'

/** x' = a·x + b·y + c, y' = d·x + e·y + f. Coordinates run along pixel edges: pixel i covers [i, i + 1). */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** First `first`, then `second`, in one map. */
export function compose(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first
  const [A, B, C, D, E, F] = second
  return [A * a + B * d, A * b + B * e, A * c + B * f + C, D * a + E * d, D * b + E * e, D * c + E * f + F]
}

export function invert([a, b, c, d, e, f]: Affine): Affine {
  const det = a * e - b * d
  return [e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det]
}

export function transformPoints(points: Points, [a, b, c, d, e, f]: Affine): number[] {
  const result: number[] = []
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]
    const y = points[i + 1]
    result.push(a * x + b * y + c, d * x + e * y + f)
  }
  return result
}

export interface GeometryPlan {
  /** Source pixels to the square canvas. */
  affine: Affine
  /** The part of the canvas, from its top-left, that holds the picture; the rest stays zero. */
  width: number
  height: number
  /** Resolution (share of the source's) that the picture passes through on its way; 1 = nothing is lost. */
  detail: number
  polygons: TextPolygon[]
}

/**
 * Flip, rotation about the centre (size unchanged, corners may leave the picture), one scale factor, crop, then scaled
 * to fit a square canvas and put at its top-left, as DBNet is trained (MhLiao/DB), composed into one map so that the
 * pixels are sampled once.
 *
 * The scale factor is undone by the fit to the canvas and leaves only what it cost: below 1 the picture loses detail
 * (`detail`), above 1 nothing happens. That is so in the reference as well. With `textHeight` a window of the picture
 * takes the place of crop and fit.
 *
 * @param size side of the canvas in pixels
 */
export function planGeometry(
  source: { width: number; height: number },
  polygons: readonly TextPolygon[],
  options: AugmentationOptions,
  size: number,
  random: Random,
): GeometryPlan {
  const { width, height } = source
  let affine: Affine = [1, 0, 0, 0, 1, 0]
  let detail = 1
  if (options.augment) {
    if (random.chance(options.flip)) affine = [-1, 0, width, 0, 1, 0]
    const angle = (random.range(-options.rotate, options.rotate) * Math.PI) / 180
    affine = compose(affine, rotation(angle, width / 2, height / 2))
    const [low, high] = [options.scaleMin, options.scaleMax].sort((x, y) => x - y)
    detail = Math.min(1, random.range(low, high))
  }
  const turned = polygons.map((p) => ({ ...p, points: transformPoints(p.points, affine) }))
  if (options.augment && options.crop && options.textHeight > 0) {
    const { x, y, scale } = randomWindow(width, height, turned, options, size, random)
    const toCanvas: Affine = [scale, 0, -x * scale, 0, scale, -y * scale]
    const moved = turned.map((p) => ({ ...p, points: transformPoints(p.points, toCanvas) }))
    return {
      affine: compose(affine, toCanvas),
      width: size,
      height: size,
      detail,
      polygons: polygonsOnCanvas(moved, size),
    }
  }
  const crop: Crop =
    options.augment && options.crop ? randomCrop(width, height, turned, random) : { x: 0, y: 0, width, height }
  const scale = Math.min(size / crop.width, size / crop.height)
  const fit: Affine = [scale, 0, -crop.x * scale, 0, scale, -crop.y * scale]
  return {
    affine: compose(affine, fit),
    width: Math.max(1, Math.floor(crop.width * scale + 1e-9)),
    height: Math.max(1, Math.floor(crop.height * scale + 1e-9)),
    detail,
    polygons: polygonsWithin(turned, crop).map((p) => ({ ...p, points: transformPoints(p.points, fit) })),
  }
}

function rotation(angle: number, centreX: number, centreY: number): Affine {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return [cos, -sin, centreX - cos * centreX + sin * centreY, sin, cos, centreY - sin * centreX - cos * centreY]
}
