import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'

export const SANS = '"Noto Sans CJK SC", "Noto Sans SC", sans-serif'
export const SERIF = '"Noto Serif CJK SC", "Noto Sans CJK SC", serif'
export const MONO = '"Noto Sans Mono CJK SC", "DejaVu Sans Mono", monospace'

/** Small generator, so that every run draws the same pictures. */
export function random(seed: number): () => number {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 4294967296
  }
}

/** A new picture of one colour, in pixels. */
export function canvas(width: number, height: number, fill: string): [Canvas, SKRSContext2D] {
  const c = createCanvas(width, height)
  const g = c.getContext('2d')
  g.fillStyle = fill
  g.fillRect(0, 0, width, height)
  return [c, g]
}

/** Sensor noise, so that flat colours look photographed. */
export function grain(c: Canvas, seed: number, strength: number): void {
  const g = c.getContext('2d')
  const data = g.getImageData(0, 0, c.width, c.height)
  const rnd = random(seed)
  for (let i = 0; i < data.data.length; i += 4) {
    const n = (rnd() - 0.5) * strength
    for (let k = 0; k < 3; k++) data.data[i + k] += n
  }
  g.putImageData(data, 0, 0)
}
