import { CHANNEL_MEAN } from '../network/network-definition'

/** Interleaved RGB, 8 bits. */
export interface Picture {
  data: Uint8Array
  width: number
  height: number
}

/** What a network wants in its three input planes: value · scale + shift of the 0–255 channel. */
export interface Normalisation {
  order: 'bgr' | 'rgb'
  scale: readonly [number, number, number]
  shift: readonly [number, number, number]
}

/** (x − mean) / 255 in B, G, R order: the network as trained. */
export function meanNormalisation(mean: readonly [number, number, number] = CHANNEL_MEAN): Normalisation {
  return { order: 'bgr', scale: [1 / 255, 1 / 255, 1 / 255], shift: [-mean[0] / 255, -mean[1] / 255, -mean[2] / 255] }
}

/** x / 255 in B, G, R order: exported files, which subtract the mean themselves. */
export const unitNormalisation: Normalisation = {
  order: 'bgr',
  scale: [1 / 255, 1 / 255, 1 / 255],
  shift: [0, 0, 0],
}

export interface Window {
  x: number
  y: number
  width: number
  height: number
}

/**
 * Averages whole blocks of n × n pixels; the last column and row of blocks may be smaller.
 * Bilinear samples alone skip pixels when a picture shrinks to less than half, and thin strokes with them.
 */
export function shrinkByBlocks(picture: Picture, n: number): Picture {
  const width = Math.ceil(picture.width / n)
  const height = Math.ceil(picture.height / n)
  const data = new Uint8Array(width * height * 3)
  const sums = new Uint32Array(width * 3)
  const whole = Math.floor(picture.width / n)
  for (let by = 0, t = 0; by < height; by++) {
    sums.fill(0)
    const top = by * n
    const rows = Math.min(n, picture.height - top)
    for (let y = top; y < top + rows; y++) {
      let s = y * picture.width * 3
      for (let bx = 0, at = 0; bx < width; bx++, at += 3) {
        const count = bx < whole ? n : picture.width - whole * n
        let r = 0
        let g = 0
        let b = 0
        for (let i = 0; i < count; i++, s += 3) {
          r += picture.data[s]
          g += picture.data[s + 1]
          b += picture.data[s + 2]
        }
        sums[at] += r
        sums[at + 1] += g
        sums[at + 2] += b
      }
    }
    for (let bx = 0, at = 0; bx < width; bx++) {
      const pixels = rows * (bx < whole ? n : picture.width - whole * n)
      for (let c = 0; c < 3; c++, at++, t++) data[t] = (sums[at] + (pixels >> 1)) / pixels
    }
  }
  return { data, width, height }
}

/** Where the samples of one axis lie: index of the left pixel and the weight of the right one. */
interface Samples {
  index: Int32Array
  weight: Float32Array
}

/** Pixel centres map onto pixel centres, the border pixel goes on outside (as cv2.resize, INTER_LINEAR). */
function samplesOf(start: number, count: number, ratio: number, limit: number): Samples {
  const index = new Int32Array(count)
  const weight = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const position = Math.min(Math.max((start + i + 0.5) * ratio - 0.5, 0), limit - 1)
    const left = Math.min(Math.floor(position), Math.max(0, limit - 2))
    index[i] = left
    weight[i] = limit === 1 ? 0 : position - left
  }
  return { index, weight }
}

/** A picture on its way to the network at one size: whole, or window by window. */
export class ScaledPicture {
  private source: Picture
  private readonly ratioX: number
  private readonly ratioY: number

  /** @param width, height to which the picture is scaled, each axis by itself */
  constructor(
    picture: Picture,
    readonly width: number,
    readonly height: number,
  ) {
    const n = Math.floor(Math.min(picture.width / width, picture.height / height))
    this.source = n >= 2 ? shrinkByBlocks(picture, n) : picture
    const step = n >= 2 ? n : 1
    this.ratioX = picture.width / step / width
    this.ratioY = picture.height / step / height
  }

  /**
   * Changes the pixels, not the size, before windows are written; after the shrinking, where it costs least.
   */
  async change(by: (picture: Picture) => Picture | Promise<Picture>): Promise<void> {
    this.source = await by(this.source)
  }

  /**
   * Writes a window of the scaled picture as three planes, bilinear and normalised in one pass. What lies outside the
   * picture becomes 0, which is the mean colour for a network that subtracts it.
   *
   * @param target [3, window.height, window.width] from `offset` on
   */
  writeWindow(window: Window, normalisation: Normalisation, target: Float32Array, offset = 0): void {
    const { x, y, width, height } = window
    const columns = Math.max(0, Math.min(width, this.width - x))
    const rows = Math.max(0, Math.min(height, this.height - y))
    const plane = width * height
    if (columns < width || rows < height) target.fill(0, offset, offset + 3 * plane)
    if (columns === 0) return

    const horizontal = samplesOf(x, columns, this.ratioX, this.source.width)
    const vertical = samplesOf(y, rows, this.ratioY, this.source.height)
    const buffers = [new Float32Array(3 * columns), new Float32Array(3 * columns)]
    const held = [-1, -1]
    // A source row stays in the buffer of its parity, so the next output row finds it there.
    const rowAt = (sourceRow: number): Float32Array => {
      const slot = sourceRow & 1
      if (held[slot] !== sourceRow) {
        this.sampleRow(sourceRow, horizontal, normalisation, buffers[slot])
        held[slot] = sourceRow
      }
      return buffers[slot]
    }
    const last = this.source.height - 1
    for (let j = 0; j < rows; j++) {
      const upper = rowAt(vertical.index[j])
      const weight = vertical.weight[j]
      const lower = weight === 0 ? upper : rowAt(Math.min(vertical.index[j] + 1, last))
      for (let c = 0, s = 0; c < 3; c++) {
        let t = offset + c * plane + j * width
        for (const end = s + columns; s < end; s++, t++) target[t] = upper[s] + (lower[s] - upper[s]) * weight
      }
    }
  }

  /** One source row at the horizontal sample positions, normalised: three planes of one row each, in the network's order. */
  private sampleRow(row: number, { index, weight }: Samples, normalisation: Normalisation, out: Float32Array): void {
    const { data, width } = this.source
    const { order, scale, shift } = normalisation
    const columns = index.length
    const start = row * width * 3
    const next = width === 1 ? 0 : 3
    // Channels of a pixel lie together: one walk over the pixels for all three.
    const [first, last] = order === 'bgr' ? [2, 0] : [0, 2]
    const [scale0, scale1, scale2] = scale
    const [shift0, shift1, shift2] = shift
    for (let i = 0, second = columns, third = 2 * columns; i < columns; i++, second++, third++) {
      const s = start + index[i] * 3
      const w = weight[i]
      const a = data[s + first]
      const b = data[s + 1]
      const c = data[s + last]
      out[i] = (a + (data[s + next + first] - a) * w) * scale0 + shift0
      out[second] = (b + (data[s + next + 1] - b) * w) * scale1 + shift1
      out[third] = (c + (data[s + next + last] - c) * w) * scale2 + shift2
    }
  }
}
