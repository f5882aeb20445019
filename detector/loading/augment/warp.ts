import { type Affine, invert } from './geometry'

/** Interleaved 8-bit pixels, three channels. */
export interface Pixels {
  data: Uint8Array
  width: number
  height: number
}

/** Averages blocks of n × n pixels inside a region; the last row and column of blocks may be smaller. */
function shrinkByBlocks(source: Pixels, region: { x0: number; y0: number; x1: number; y1: number }, n: number): Pixels {
  const width = Math.ceil((region.x1 - region.x0) / n)
  const height = Math.ceil((region.y1 - region.y0) / n)
  const data = new Uint8Array(width * height * 3)
  const sums = new Uint32Array(width * 3)
  for (let by = 0; by < height; by++) {
    sums.fill(0)
    const top = region.y0 + by * n
    const bottom = Math.min(region.y1, top + n)
    for (let y = top; y < bottom; y++) {
      let s = (y * source.width + region.x0) * 3
      for (let bx = 0; bx < width; bx++) {
        const count = Math.min(n, region.x1 - region.x0 - bx * n)
        let [r, g, b] = [0, 0, 0]
        for (let i = 0; i < count; i++, s += 3) {
          r += source.data[s]
          g += source.data[s + 1]
          b += source.data[s + 2]
        }
        sums[bx * 3] += r
        sums[bx * 3 + 1] += g
        sums[bx * 3 + 2] += b
      }
    }
    for (let bx = 0, t = by * width * 3; bx < width; bx++) {
      const pixels = (bottom - top) * Math.min(n, region.x1 - region.x0 - bx * n)
      for (let c = 0; c < 3; c++, t++) data[t] = (sums[bx * 3 + c] + (pixels >> 1)) / pixels
    }
  }
  return { data, width, height }
}

/** The part of the source that a canvas of this size shows, with a margin for interpolation, in whole pixels. */
function shownRegion(source: Pixels, inverse: Affine, width: number, height: number) {
  const [a, b, c, d, e, f] = inverse
  const xs = [c, a * width + c, b * height + c, a * width + b * height + c]
  const ys = [f, d * width + f, e * height + f, d * width + e * height + f]
  const within = (v: number, limit: number): number => Math.min(limit, Math.max(0, v))
  return {
    x0: within(Math.floor(Math.min(...xs)) - 2, source.width),
    y0: within(Math.floor(Math.min(...ys)) - 2, source.height),
    x1: within(Math.ceil(Math.max(...xs)) + 2, source.width),
    y1: within(Math.ceil(Math.max(...ys)) + 2, source.height),
  }
}

/**
 * Draws `source` under an affine map into a new canvas: bilinear, zero outside the source. When the picture shrinks to
 * half or less, whole blocks of source pixels are averaged first, so that thin strokes do not fall between samples.
 *
 * @param affine source to canvas, along pixel edges
 */
export function warp(source: Pixels, affine: Affine, width: number, height: number): Pixels {
  const inverse = invert(affine)
  const shrink = Math.sqrt(Math.abs(inverse[0] * inverse[4] - inverse[1] * inverse[3]))
  const block = Math.floor(shrink + 1e-6)
  const out: Pixels = { data: new Uint8Array(width * height * 3), width, height }
  if (block < 2) {
    sample(source, inverse, out)
    return out
  }
  const region = shownRegion(source, inverse, width, height)
  if (region.x1 <= region.x0 || region.y1 <= region.y0) return out
  const [a, b, c, d, e, f] = inverse
  const toBlocks: Affine = [
    a / block,
    b / block,
    (c - region.x0) / block,
    d / block,
    e / block,
    (f - region.y0) / block,
  ]
  sample(shrinkByBlocks(source, region, block), toBlocks, out)
  return out
}

/** Bilinear sampling at the centre of every canvas pixel; at the border the nearest pixel is repeated half a pixel out. */
function sample(source: Pixels, [a, b, c, d, e, f]: Affine, out: Pixels): void {
  const { data, width, height } = source
  const lastX = width - 1
  const lastY = height - 1
  let t = 0
  for (let j = 0; j < out.height; j++) {
    for (let i = 0; i < out.width; i++, t += 3) {
      const x = a * (i + 0.5) + b * (j + 0.5) + c
      const y = d * (i + 0.5) + e * (j + 0.5) + f
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      const cx = Math.min(lastX, Math.max(0, x - 0.5))
      const cy = Math.min(lastY, Math.max(0, y - 0.5))
      const x0 = cx | 0
      const y0 = cy | 0
      const fx = cx - x0
      const fy = cy - y0
      const p = (y0 * width + x0) * 3
      const right = x0 < lastX ? 3 : 0
      const below = y0 < lastY ? width * 3 : 0
      const w11 = fx * fy
      const w01 = fx - w11
      const w10 = fy - w11
      const w00 = 1 - fx - w10
      const q = p + below
      out.data[t] = data[p] * w00 + data[p + right] * w01 + data[q] * w10 + data[q + right] * w11 + 0.5
      out.data[t + 1] =
        data[p + 1] * w00 + data[p + right + 1] * w01 + data[q + 1] * w10 + data[q + right + 1] * w11 + 0.5
      out.data[t + 2] =
        data[p + 2] * w00 + data[p + right + 2] * w01 + data[q + 2] * w10 + data[q + right + 2] * w11 + 0.5
    }
  }
}
