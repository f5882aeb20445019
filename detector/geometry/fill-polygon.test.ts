import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import cases from '../../fixtures/targets/fill.json'
import { fillPolygon } from './fill-polygon'

const WIDTH = 64
const HEIGHT = 48

function painted(points: number[]): Uint8Array {
  const mask = new Uint8Array(WIDTH * HEIGHT)
  fillPolygon(mask, WIDTH, HEIGHT, points, 1)
  return mask
}

test('every pixel as OpenCV paints it, inside the canvas and across its borders', () => {
  const wrong = (cases as [number[], number, number][]).filter(([points, , crc]) => crc32(painted(points)) !== crc)
  expect(wrong).toEqual([])
})
