import sharp from 'sharp'
import { writeFileAtomic } from '../files/atomic-write'
import type { Points } from '../geometry/polygon'
import type { TextPolygon } from '../loading/augment/crop'
import type { Pixels } from '../loading/augment/warp'

/** Longer side of a drawn picture: enough to judge boxes, small enough for a report that holds it. */
const SIDE = 1000

function outline(points: Points, scale: number): string {
  return Array.from(points, (v) => (v * scale).toFixed(1)).join(' ')
}

/** A validation picture with truth (green; unreadable texts dashed grey) and what was detected (orange), as JPEG. */
export async function writeSamplePicture(
  picture: Pixels,
  truths: readonly TextPolygon[],
  boxes: readonly Points[],
  file: string,
): Promise<void> {
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const polygon = (points: Points, style: string): string =>
    `<polygon points="${outline(points, scale)}" fill="none" ${style}/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${truths
    .map((t) =>
      polygon(
        t.points,
        t.ignore
          ? 'stroke="#888888" stroke-width="1.5" stroke-dasharray="4 3"'
          : 'stroke="#12b886" stroke-width="3" stroke-opacity="0.8"',
      ),
    )
    .join('')}${boxes.map((b) => polygon(b, 'stroke="#fd7e14" stroke-width="1.5"')).join('')}</svg>`
  const raw = { width: picture.width, height: picture.height, channels: 3 as const }
  const drawn = await sharp(picture.data, { raw })
    .resize(width, height, { fit: 'fill' })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 82 })
    .toBuffer()
  await writeFileAtomic(file, drawn)
}
