import { describe, expect, it } from 'vitest'
import type { Quad } from '../../detector/geometry/polygon'
import { readingOrder } from './reading-order'

const rect = (x: number, y: number, w: number, h: number): Quad => [x, y, x + w, y, x + w, y + h, x, y + h]

describe('reading order', () => {
  it('reads lines from the top, words from the left, whatever the order of scores', () => {
    const boxes = [rect(300, 102, 80, 20), rect(10, 10, 80, 20), rect(10, 100, 80, 20), rect(200, 8, 80, 24)]
    expect(readingOrder(boxes)).toEqual([1, 3, 2, 0])
  })

  it('keeps two lines apart that lie close', () => {
    expect(readingOrder([rect(0, 30, 50, 20), rect(60, 10, 50, 20), rect(0, 8, 50, 20)])).toEqual([2, 1, 0])
  })

  it('follows a line that climbs slowly', () => {
    const slanted = Array.from({ length: 6 }, (_, i) => rect(i * 60, 100 - i * 3, 50, 24))
    expect(readingOrder(slanted)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('does not take a large heading into the small line beside it', () => {
    expect(readingOrder([rect(0, 0, 200, 80), rect(220, 0, 60, 16), rect(220, 60, 60, 16)])).toEqual([1, 0, 2])
  })

  it('has nothing to say about nothing', () => {
    expect(readingOrder([])).toEqual([])
  })
})
