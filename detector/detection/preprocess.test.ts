import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { meanNormalisation, type Normalisation, type Picture, ScaledPicture, shrinkByBlocks } from './preprocess'

const reference = JSON.parse(readFileSync(new URL('../../fixtures/images/resize.json', import.meta.url), 'utf8')) as {
  size: [number, number]
  cases: { width: number; height: number; rgb: number[] }[]
}
const raw: Normalisation = { order: 'rgb', scale: [1, 1, 1], shift: [0, 0, 0] }

function picture(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, t = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, t++) data[t] = (x * 37 + y * 101 + c * 53 + ((x * y * 7) % 97)) % 256
    }
  }
  return { data, width, height }
}

function planes(source: Picture, width: number, height: number, normalisation = raw): Float32Array {
  const target = new Float32Array(3 * width * height)
  new ScaledPicture(source, width, height).writeWindow({ x: 0, y: 0, width, height }, normalisation, target)
  return target
}

describe('ScaledPicture', () => {
  const source = picture(...reference.size)

  it.each(reference.cases)('scales to $width x $height as OpenCV does', ({ width, height, rgb }) => {
    const result = planes(source, width, height)
    let worst = 0
    let k = 0
    for (let y = 0; y < height; y += 3) {
      for (let x = 0; x < width; x += 5) {
        for (let c = 0; c < 3; c++) {
          worst = Math.max(worst, Math.abs(result[c * width * height + y * width + x] - rgb[k++]))
        }
      }
    }
    expect(k).toBe(rgb.length)
    expect(worst).toBeLessThan(0.01)
  })

  it('writes B, G, R with (x − mean) / 255', () => {
    const one: Picture = { data: new Uint8Array([10, 20, 30]), width: 1, height: 1 }
    const result = planes(one, 32, 32, meanNormalisation())
    const expected = [(30 - 122.67891434) / 255, (20 - 116.66876762) / 255, (10 - 104.00698793) / 255]
    for (let c = 0; c < 3; c++) {
      for (const at of [0, 517, 1023]) expect(result[c * 1024 + at]).toBeCloseTo(expected[c], 6)
    }
  })

  it('gives windows that together are the whole, with zeros outside', () => {
    const whole = planes(source, 96, 64)
    const scaled = new ScaledPicture(source, 96, 64)
    const window = { x: 64, y: 32, width: 64, height: 64 }
    const part = new Float32Array(3 * 64 * 64).fill(7)
    scaled.writeWindow(window, raw, part)
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 64; y++) {
        for (let x = 0; x < 64; x++) {
          const inside = x + 64 < 96 && y + 32 < 64
          const expected = inside ? whole[c * 96 * 64 + (y + 32) * 96 + x + 64] : 0
          if (part[c * 4096 + y * 64 + x] !== expected) expect.fail(`plane ${c}, ${x}, ${y}`)
        }
      }
    }
  })

  it('loses no thin stroke when it shrinks a lot', () => {
    // One black column in white, 300 → 50: six pixels become one, a sixth of it black.
    const data = new Uint8Array(300 * 60 * 3).fill(255)
    for (let y = 0; y < 60; y++) data.fill(0, (y * 300 + 151) * 3, (y * 300 + 151) * 3 + 3)
    const result = planes({ data, width: 300, height: 60 }, 50, 10)
    const row = [...result.subarray(5 * 50, 6 * 50)]
    expect(row.reduce((sum, v) => sum + (255 - v), 0)).toBeCloseTo(255 / 6, -1)
  })

  it('averages the smaller blocks at the end by their own count', () => {
    const data = new Uint8Array(5 * 3 * 3).fill(90)
    expect([...new Set(shrinkByBlocks({ data, width: 5, height: 3 }, 2).data)]).toEqual([90])
  })
})
