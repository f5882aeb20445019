import { UserError } from '../errors'
import type { Window } from './preprocess'
import { STRIDE } from './size-policy'

/** A part of the map that is computed by itself. */
export interface Tile {
  /** What the network sees; sides and corners are multiples of 32. */
  window: Window
  /** The part of it that goes into the map: up to the middle of the overlap with each neighbour. */
  kept: Window
}

/** Largest side of a tile: one run of the network then needs about a gigabyte. */
export const TILE_SIDE = 1280

/**
 * Width of the overlap of neighbours. Half of it is what the network sees beyond the border of what is kept, so that a
 * letter on the border looks the same from both sides.
 */
export const TILE_OVERLAP = 256

/** Pictures of any shape that need no more than a square tile does are not cut. */
const WHOLE_PIXELS = TILE_SIDE * TILE_SIDE

/** A map computed in one run. */
export function wholeTile(width: number, height: number): Tile {
  const window = { x: 0, y: 0, width, height }
  return { window, kept: window }
}

/** A map of the largest size has 36 square tiles; a strip of the narrowest that is read has about 140. */
const MOST_TILES = 320

/** Covers a map of multiples of 32 with as few tiles of equal size as possible. */
export function planTiles(width: number, height: number): Tile[] {
  if (width * height <= WHOLE_PIXELS) return [wholeTile(width, height)]
  const columns = spansOf(width)
  const rows = spansOf(height)
  if (columns.length * rows.length > MOST_TILES) {
    throw new UserError({
      code: 'image-too-narrow',
      message: `The picture would be looked at in ${columns.length * rows.length} parts of ${width} x ${height} pixels; at most ${MOST_TILES} are.`,
      fix: 'Cut it into parts.',
    })
  }
  return rows.flatMap((row) =>
    columns.map((column) => ({
      window: { x: column.start, y: row.start, width: column.size, height: row.size },
      kept: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  )
}

interface Span {
  start: number
  size: number
  from: number
  to: number
}

function spansOf(length: number): Span[] {
  if (length <= TILE_SIDE) return [{ start: 0, size: length, from: 0, to: length }]
  const count = Math.ceil((length - TILE_OVERLAP) / (TILE_SIDE - TILE_OVERLAP))
  const size = Math.ceil((length + (count - 1) * TILE_OVERLAP) / count / STRIDE) * STRIDE
  const starts = Array.from(
    { length: count },
    (_, i) => Math.round((i * (length - size)) / (count - 1) / STRIDE) * STRIDE,
  )
  return starts.map((start, i) => ({
    start,
    size,
    from: i === 0 ? 0 : (start + starts[i - 1] + size) / 2,
    to: i === count - 1 ? length : (starts[i + 1] + start + size) / 2,
  }))
}

/** Copies what is kept of a tile's probabilities into the map. */
export function placeTile(tile: Tile, probability: Float32Array, map: Float32Array, mapWidth: number): void {
  const { window, kept } = tile
  for (let y = kept.y; y < kept.y + kept.height; y++) {
    const from = (y - window.y) * window.width + kept.x - window.x
    map.set(probability.subarray(from, from + kept.width), y * mapWidth + kept.x)
  }
}
