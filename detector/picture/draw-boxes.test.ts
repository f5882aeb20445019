import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { drawBoxes, drawnBoxes } from './draw-boxes'

const grey = { data: new Uint8Array(1200 * 400 * 3).fill(128), width: 1200, height: 400 }

describe('drawBoxes', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('draws line and halo as %s', async (format) => {
    const file = await drawBoxes(grey, [{ points: [100, 100, 900, 100, 900, 300, 100, 300], score: 0.9 }], format)
    const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 1200, height: 400 })
    const at = (x: number, y: number): number[] => [...data.subarray((y * 1200 + x) * 3, (y * 1200 + x) * 3 + 3)]
    const near = (pixel: number[], colour: number[]): void => {
      for (let c = 0; c < 3; c++) expect(Math.abs(pixel[c] - colour[c]), `${pixel}`).toBeLessThan(60)
    }
    near(at(500, 100), [79, 63, 224])
    near(at(5, 5), [128, 128, 128])
    // The halo, a pixel beside the line, is clearly lighter than the ground.
    if (format === 'png') expect(at(500, 98)[1]).toBeGreaterThan(180)
  })

  it('leaves a picture without boxes as it is', async () => {
    const { data } = await sharp(await drawBoxes(grey, []))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data.every((v) => v === 128)).toBe(true)
  })

  it('draws very long pictures smaller', async () => {
    const strip = { data: new Uint8Array(8 * 20_000 * 3), width: 8, height: 20_000 }
    const file = await drawBoxes(strip, [{ points: [0, 0, 8, 0, 8, 20, 0, 20], score: 0.3 }])
    expect(await sharp(file).metadata()).toMatchObject({ width: 6, height: 16_000 })
  })

  it('takes outlines where a result has them', () => {
    const result = { boxes: [[0, 0, 9, 0, 9, 9, 0, 9] as never], scores: [0.5] }
    expect(drawnBoxes(result)[0].points).toHaveLength(8)
    expect(
      drawnBoxes({
        ...result,
        polygons: [
          [
            [0, 0],
            [5, 1],
            [9, 0],
            [9, 9],
            [0, 9],
          ],
        ],
      })[0].points,
    ).toHaveLength(10)
  })
})
