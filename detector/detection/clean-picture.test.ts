import { describe, expect, it } from 'vitest'
import { evenedContrast, medianFiltered } from './clean-picture'
import type { Picture } from './preprocess'

function filled(width: number, height: number, at: (x: number, y: number) => [number, number, number]): Picture {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, t = 0; y < height; y++) {
    for (let x = 0; x < width; x++, t += 3) data.set(at(x, y), t)
  }
  return { data, width, height }
}

const pixel = ({ data, width }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
]

describe('medianFiltered', () => {
  it('takes away single pixels and leaves edges', async () => {
    const noisy = filled(40, 30, (x, y) =>
      x === 10 && y === 10 ? [255, 0, 0] : x < 20 ? [40, 50, 60] : [200, 210, 220],
    )
    const quiet = await medianFiltered(noisy)
    expect([quiet.width, quiet.height]).toEqual([40, 30])
    expect(pixel(quiet, 10, 10)).toEqual([40, 50, 60])
    expect(pixel(quiet, 19, 15)).toEqual([40, 50, 60])
    expect(pixel(quiet, 20, 15)).toEqual([200, 210, 220])
  })
})

describe('evenedContrast', () => {
  it('raises print in a shadow and lightens the shadow', () => {
    // Strokes every eighth column, 70 % of the brightness of their paper, which falls from left to right.
    const shaded = filled(640, 320, (x) => {
      const paper = 230 - x / 4
      const value = x % 8 === 0 ? paper * 0.7 : paper
      return [value, value, value]
    })
    const even = evenedContrast(shaded)
    const contrast = (picture: Picture, x: number): number => pixel(picture, x + 4, 160)[0] - pixel(picture, x, 160)[0]
    expect(contrast(even, 560) / contrast(shaded, 560)).toBeGreaterThan(1.4)
    const fall = (picture: Picture): number => pixel(picture, 84, 160)[0] - pixel(picture, 564, 160)[0]
    expect(fall(even) / fall(shaded)).toBeLessThan(0.7)
  })

  it('leaves a flat picture flat and hues in their order', () => {
    const flat = evenedContrast(filled(33, 7, () => [90, 120, 60]))
    const [r, g, b] = pixel(flat, 5, 5)
    expect(g).toBeGreaterThan(r)
    expect(r).toBeGreaterThan(b)
    expect(new Set(Array.from({ length: 33 }, (_, x) => pixel(flat, x, 3).join())).size).toBe(1)
  })

  it('takes a picture of one pixel', () => {
    expect(evenedContrast(filled(1, 1, () => [1, 2, 3])).data).toHaveLength(3)
  })
})
