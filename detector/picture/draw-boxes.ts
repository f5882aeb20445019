import sharp from 'sharp'
import type { Quad } from '../geometry/polygon'

export interface DrawnBox {
  /** Corners or outline, x,y pairs in pixels of the picture. */
  points: readonly number[]
  /** 0–1, chooses the colour: warm is doubtful, cool is sure. */
  score: number
}

export type PictureFormat = 'png' | 'jpeg' | 'webp'

/** The same colours as on the page; orange to violet stays apart for red-green blind eyes. */
function colourOf(score: number): string {
  if (score < 0.4) return '#e8500f'
  if (score < 0.6) return '#c07a00'
  return score < 0.8 ? '#0793a6' : '#4f3fe0'
}

/** Thickness at a longer side of 1200 pixels, where a picture fills a page. */
const HALO_WIDTH = 5.8
const LINE_WIDTH = 2.2
const LEAST_SCALE = 0.7

/** WebP ends at 16383, the drawing library at 32767 pixels a side. */
const LONGEST_SIDE = 16_000
const MOST_PIXELS = 64_000_000

/**
 * Draws boxes over a picture: a white halo, so that every colour is seen on every ground, then the line. Pictures of more
 * than 64 megapixels or 16,000 pixels a side come out smaller.
 *
 * @param picture RGB interleaved
 * @returns content of a picture file
 */
export async function drawBoxes(
  picture: { data: Uint8Array; width: number; height: number },
  boxes: readonly DrawnBox[],
  format: PictureFormat = 'png',
): Promise<Buffer> {
  const { data, width, height } = picture
  const ratio = Math.min(1, LONGEST_SIDE / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)))
  const size = { width: Math.max(1, Math.floor(width * ratio)), height: Math.max(1, Math.floor(height * ratio)) }
  const base = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
  if (ratio < 1) base.resize({ ...size, fit: 'fill' })
  if (boxes.length > 0) {
    const svg = Buffer.from(overlay(boxes, width, height, size))
    base.composite([{ input: svg, limitInputPixels: false }])
  }
  if (format === 'jpeg') return base.jpeg({ quality: 90 }).toBuffer()
  if (format === 'webp') return base.webp({ quality: 85 }).toBuffer()
  return base.png({ compressionLevel: 6 }).toBuffer()
}

function overlay(
  boxes: readonly DrawnBox[],
  width: number,
  height: number,
  drawn: { width: number; height: number },
): string {
  const scale = Math.max(LEAST_SCALE, Math.max(width, height) / 1200)
  // The surest boxes come last and lie on top.
  const shapes = [...boxes]
    .sort((a, b) => a.score - b.score)
    .map(({ points, score }) => {
      const path = `<polygon points="${points.join(' ')}"`
      return { halo: `${path}/>`, line: `${path} stroke="${colourOf(score)}" fill="${colourOf(score)}"/>` }
    })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${drawn.width}" height="${drawn.height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" stroke-linejoin="round">`,
    `<g fill="none" stroke="#fff" stroke-opacity="0.95" stroke-width="${HALO_WIDTH * scale}">`,
    ...shapes.map(({ halo }) => halo),
    `</g><g fill-opacity="0.1" stroke-width="${LINE_WIDTH * scale}">`,
    ...shapes.map(({ line }) => line),
    '</g></svg>',
  ].join('\n')
}

/** The boxes of a result, as outlines where it has them. */
export function drawnBoxes(result: {
  boxes: readonly Quad[]
  scores: readonly number[]
  polygons?: readonly (readonly [number, number][])[]
}): DrawnBox[] {
  return result.boxes.map((box, i) => ({ points: result.polygons?.[i].flat() ?? box, score: result.scores[i] }))
}
