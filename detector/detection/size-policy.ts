import type { SizeRule } from '../options/detect'

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

const floor32 = (v: number): number => Math.max(STRIDE, Math.floor(v / STRIDE) * STRIDE)
const ceil32 = (v: number): number => Math.max(STRIDE, Math.ceil(v / STRIDE - 1e-9) * STRIDE)
const round32 = (v: number): number => Math.max(STRIDE, Math.round(v / STRIDE) * STRIDE)

/** Rules that need the size of a picture only. */
export type StaticRule = Exclude<SizeRule, { rule: 'auto' }>

/**
 * Brings a picture of any size to what the network sees. `short-side` and `fixed` are the reference's rules (shorter side
 * to the value, the other rounded up; both sides given), `long-side` only ever makes smaller.
 *
 * @param width, height of the upright picture, at least 1
 */
export function planSize(width: number, height: number, rule: StaticRule): SizePlan {
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
      return scaledPlan(width, height, Math.min(1, rule.value / Math.max(width, height)))
    }
  }
}

/** A picture scaled by one factor, each side to the nearest multiple of 32. */
export function scaledPlan(width: number, height: number, ratio: number): SizePlan {
  return bounded(whole(round32(width * ratio), round32(height * ratio)))
}

function whole(width: number, height: number): SizePlan {
  return { width, height, mapWidth: width, mapHeight: height }
}

/** An extreme shape (a strip of 1 x 60000 brought to a short side of 736) must not take all memory. */
function bounded(plan: SizePlan): SizePlan {
  const pixels = plan.mapWidth * plan.mapHeight
  if (pixels <= MAX_MAP_PIXELS) return plan
  const ratio = Math.sqrt(MAX_MAP_PIXELS / pixels)
  // The shorter side first: it cannot go below 32, and the longer one takes what is left.
  const short = floor32(Math.min(plan.mapWidth, plan.mapHeight) * ratio)
  const long = floor32(Math.min(Math.max(plan.mapWidth, plan.mapHeight) * ratio, MAX_MAP_PIXELS / short))
  return plan.mapWidth <= plan.mapHeight ? whole(short, long) : whole(long, short)
}
