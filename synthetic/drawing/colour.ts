import type { Draw } from './draw'

/** Red, green, blue, 0–255; fractions are cut off when drawn. */
export type Colour = readonly [number, number, number]

export const css = ([r, g, b]: Colour, alpha = 1): string => `rgba(${r | 0},${g | 0},${b | 0},${alpha})`

/** Luma of Rec. 601, 0–255. */
const lightness = ([r, g, b]: Colour): number => 0.299 * r + 0.587 * g + 0.114 * b

/** How far apart two colours look, 0–255: light counts most, hue alone about half. */
export function contrastOf(a: Colour, b: Colour): number {
  const hue = Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]))
  return Math.max(Math.abs(lightness(a) - lightness(b)), 0.45 * hue)
}

export const randomColour = (r: Draw, low = 0, high = 255): Colour => [
  r.integer(low, high),
  r.integer(low, high),
  r.integer(low, high),
]

export const grey = (value: number): Colour => [value, value, value]

/** A colour at most `distance` lighter or darker, slightly tinted. */
export function near(r: Draw, colour: Colour, distance: number): Colour {
  const shift = r.range(-distance, distance)
  const move = (v: number) => Math.max(0, Math.min(255, v + shift + r.range(-distance / 4, distance / 4)))
  return [move(colour[0]), move(colour[1]), move(colour[2])]
}

export const scaled = (colour: Colour, factor: number): Colour => [
  Math.min(255, colour[0] * factor),
  Math.min(255, colour[1] * factor),
  Math.min(255, colour[2] * factor),
]

export const mixed = (a: Colour, b: Colour, share: number): Colour => [
  a[0] * share + b[0] * (1 - share),
  a[1] * share + b[1] * (1 - share),
  a[2] * share + b[2] * (1 - share),
]

/** Ink that can be read on the ground given and, in one case of eight, hardly. */
export function inkOn(r: Draw, ground: Colour, kind: 'any' | 'dark' = 'any'): Colour {
  const light = lightness(ground)
  if (kind === 'dark' && light > 90) {
    const v = r.chance(0.7) ? r.integer(0, 60) : r.integer(40, 110)
    if (r.chance(0.8)) return grey(v)
    const tint = [v, v * r.range(0.3, 1), v * r.range(0.3, 1.6)]
    const first = r.int(3)
    return [tint[first], tint[(first + 1) % 3], tint[(first + 2) % 3]]
  }
  const wanted = r.chance(0.12) ? r.range(22, 55) : r.range(60, 130)
  for (let attempt = 0; attempt < 40; attempt++) {
    const colour = r.chance(0.35)
      ? r.chance(0.5)
        ? randomColour(r, 0, 50)
        : randomColour(r, 215, 255)
      : randomColour(r)
    if (Math.abs(lightness(colour) - light) >= wanted) return colour
  }
  return light > 128 ? [10, 10, 10] : [245, 245, 245]
}
