import sharp, { type Sharp } from 'sharp'
import type { DecodedImage } from '../../detector/picture/decode-image'
import { type DrawnBox, drawBoxes } from '../../detector/picture/draw-boxes'

/** WebP ends at 16383 pixels a side. */
const MOST_SIDE = 16_000

const asSharp = ({ data, width, height }: DecodedImage): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })

/** WebP of a picture, its longest side at most `size`. */
export function webp(picture: DecodedImage, size = MOST_SIDE): Promise<Buffer> {
  const side = Math.min(size, MOST_SIDE)
  const image = asSharp(picture)
  const smaller =
    Math.max(picture.width, picture.height) > side ? image.resize({ width: side, height: side, fit: 'inside' }) : image
  return smaller.webp({ quality: 88, effort: 2 }).toBuffer()
}

/** Small WebP with boxes, its longest side at most `size`. */
export async function thumbnail(picture: DecodedImage, boxes: readonly DrawnBox[], size: number): Promise<Buffer> {
  const scale = Math.min(1, size / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const data = await asSharp(picture).resize(width, height, { fit: 'fill' }).raw().toBuffer()
  const small = boxes.map(({ points, score }) => ({ points: points.map((v) => v * scale), score }))
  return Buffer.from(await drawBoxes({ data, width, height }, small, 'webp'))
}
