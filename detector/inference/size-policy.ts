import type { SizeRule } from './types'

/** Every side the network sees is a multiple of its total stride. */
export const STRIDE = 32

/** How a picture is laid out for the network. */
export interface SizePlan {
  /** Pixels to which the picture is scaled (each axis by itself); it lies at the top left of the map. */
  width: number
  height: number
  /** Size of the probability map; multiples of 32, what exceeds the picture is empty. */
  mapWidth: number
  mapHeight: number
}

/** Bound of the probability map, 4 bytes a pixel; larger plans are scaled down to it. */
export const MAX_MAP_PIXELS = 36_000_000

export const auto = {
  /** The longer side is scaled down to this … */
  longSide: 1280,
  /** … but not further than until the shorter side has this. */
  shortSide: 736,
  /** Small pictures are not scaled, only laid on a canvas with at least this much room around (right and below). */
  margin: 0,
}

const floor32 = (v: number): number => Math.max(STRIDE, Math.floor(v / STRIDE) * STRIDE)
const ceil32 = (v: number): number => Math.max(STRIDE, Math.ceil(v / STRIDE - 1e-9) * STRIDE)
const round32 = (v: number): number => Math.max(STRIDE, Math.round(v / STRIDE) * STRIDE)

/**
 * Brings a picture of any size to what the network sees. `short-side` and `fixed` are the reference's rules (shorter side
 * to the value, the other rounded up; both sides given), `long-side` only ever makes smaller.
 *
 * @param width, height of the upright picture, at least 1
 */
export function planSize(width: number, height: number, rule: SizeRule): SizePlan {
  switch (rule.rule) {
    case 'fixed':
      return whole(round32(rule.width), round32(rule.height))
    case 'short-side': {
      const side = round32(rule.value)
      const ratio = side / Math.min(width, height)
      const other = ceil32(ratio * Math.max(width, height))
      return bounded(width <= height ? whole(side, other) : whole(other, side))
    }
    case 'long-side': {
      const ratio = Math.min(1, rule.value / Math.max(width, height))
      return bounded(whole(round32(width * ratio), round32(height * ratio)))
    }
    case 'auto': {
      const ratio = Math.min(
        1,
        Math.max(auto.longSide / Math.max(width, height), auto.shortSide / Math.min(width, height)),
      )
      return bounded(whole(round32(width * ratio), round32(height * ratio)))
    }
  }
}

function whole(width: number, height: number): SizePlan {
  return { width, height, mapWidth: width, mapHeight: height }
}

/** An extreme shape (a strip of 1 x 60000 brought to a short side of 736) must not take all memory. */
function bounded(plan: SizePlan): SizePlan {
  const pixels = plan.mapWidth * plan.mapHeight
  if (pixels <= MAX_MAP_PIXELS) return plan
  const ratio = Math.sqrt(MAX_MAP_PIXELS / pixels)
  const width = floor32(plan.mapWidth * ratio)
  return whole(width, Math.min(floor32(plan.mapHeight * ratio), floor32(MAX_MAP_PIXELS / width)))
}
