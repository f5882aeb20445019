import sharp from 'sharp'
import type { ProbabilityMap } from '../../detector/detection/detector'

/** Colours at 0, ¼, ½, ¾, 1: blue over green and yellow to red. */
const STOPS = [
  [30, 64, 175],
  [14, 165, 233],
  [34, 197, 94],
  [250, 204, 21],
  [220, 38, 38],
] as const

/**
 * The part of the map that shows the picture, as PNG. `gray`: probability as brightness; `heat`: colours, transparent
 * where there is no text, to lie over the picture.
 */
export function mapLayer(map: ProbabilityMap, layer: 'heat' | 'gray'): Promise<Buffer> {
  const { shownWidth: width, shownHeight: height } = map
  const channels = layer === 'gray' ? 1 : 4
  const pixels = new Uint8Array(width * height * channels)
  for (let y = 0, t = 0; y < height; y++) {
    for (let x = 0; x < width; x++, t += channels) {
      const p = Math.min(1, Math.max(0, map.data[y * map.width + x]))
      if (channels === 1) pixels[t] = Math.round(p * 255)
      else {
        const at = Math.min(STOPS.length - 2, Math.floor(p * (STOPS.length - 1)))
        const share = p * (STOPS.length - 1) - at
        for (let c = 0; c < 3; c++) {
          pixels[t + c] = Math.round(STOPS[at][c] + share * (STOPS[at + 1][c] - STOPS[at][c]))
        }
        pixels[t + 3] = Math.round(Math.min(1, p * 1.5) * 210)
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels: channels as 1 | 4 }, limitInputPixels: false })
    .png({ compressionLevel: 4 })
    .toBuffer()
}
