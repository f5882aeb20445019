import sharp from 'sharp'
import type { Picture } from './preprocess'

/**
 * Median of 3 × 3 pixels, each channel by itself: takes away single wrong pixels and leaves edges.
 */
export async function medianFiltered(picture: Picture): Promise<Picture> {
  const { data, width, height } = picture
  const pixels = await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .median(3)
    .raw()
    .toBuffer()
  return { data: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length), width, height }
}

/** Contrast (standard deviation of brightness) that every neighbourhood is brought to. */
const TARGET_DEVIATION = 52
/** Flat areas hold noise only and are not raised beyond this. */
const LARGEST_GAIN = 3
/** Neighbourhoods of a sixteenth of the shorter side hold a line of text and its surroundings. */
const CELLS = 16

/**
 * Local contrast normalisation: every neighbourhood gets the same mean brightness and, within limits, the same contrast,
 * so that shadows, gradients and coloured areas fade and faint print stands out. Hues stay.
 */
export function evenedContrast(picture: Picture): Picture {
  const { data, width, height } = picture
  const cell = Math.max(8, Math.ceil(Math.min(width, height) / CELLS))
  const grid = brightnessGrid(picture, cell)
  const out = new Uint8Array(data.length)
  const cellOf = (v: number, count: number): [index: number, weight: number] => {
    const position = Math.min(Math.max((v + 0.5) / cell - 0.5, 0), count - 1)
    const index = Math.min(Math.floor(position), Math.max(0, count - 2))
    return [index, count === 1 ? 0 : position - index]
  }
  const columns = Array.from({ length: width }, (_, x) => cellOf(x, grid.columns))
  const right = grid.columns === 1 ? 0 : 1
  const below = grid.rows === 1 ? 0 : grid.columns
  for (let y = 0, t = 0; y < height; y++) {
    const [row, v] = cellOf(y, grid.rows)
    for (let x = 0; x < width; x++, t += 3) {
      const [column, u] = columns[x]
      const at = row * grid.columns + column
      const blend = (of: Float32Array): number => {
        const upper = of[at] + (of[at + right] - of[at]) * u
        const lower = of[at + below] + (of[at + below + right] - of[at + below]) * u
        return upper + (lower - upper) * v
      }
      const mean = blend(grid.mean)
      const gain = blend(grid.gain)
      // The same shift for all channels keeps the hue; towards mid-grey, so that both ends have room.
      for (let c = 0; c < 3; c++) out[t + c] = Math.min(255, Math.max(0, 128 + (data[t + c] - mean) * gain))
    }
  }
  return { data: out, width, height }
}

interface BrightnessGrid {
  columns: number
  rows: number
  mean: Float32Array
  gain: Float32Array
}

/** Mean brightness and gain of each cell with its eight neighbours. */
function brightnessGrid({ data, width, height }: Picture, cell: number): BrightnessGrid {
  const columns = Math.ceil(width / cell)
  const rows = Math.ceil(height / cell)
  const count = new Float64Array(columns * rows)
  const sum = new Float64Array(columns * rows)
  const squares = new Float64Array(columns * rows)
  for (let y = 0, s = 0; y < height; y++) {
    const row = Math.floor(y / cell) * columns
    for (let x = 0; x < width; x++, s += 3) {
      const brightness = 0.299 * data[s] + 0.587 * data[s + 1] + 0.114 * data[s + 2]
      const at = row + Math.floor(x / cell)
      count[at]++
      sum[at] += brightness
      squares[at] += brightness * brightness
    }
  }
  const mean = new Float32Array(columns * rows)
  const gain = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let [n, total, square] = [0, 0, 0]
      for (let j = Math.max(0, y - 1); j <= Math.min(rows - 1, y + 1); j++) {
        for (let i = Math.max(0, x - 1); i <= Math.min(columns - 1, x + 1); i++) {
          n += count[j * columns + i]
          total += sum[j * columns + i]
          square += squares[j * columns + i]
        }
      }
      const average = total / n
      const deviation = Math.sqrt(Math.max(0, square / n - average * average))
      mean[y * columns + x] = average
      gain[y * columns + x] = Math.min(LARGEST_GAIN, TARGET_DEVIATION / Math.max(deviation, 1))
    }
  }
  return { columns, rows, mean, gain }
}
