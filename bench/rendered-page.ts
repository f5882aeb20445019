import { createCanvas } from '@napi-rs/canvas'
import type { Picture } from '../detector/detection/preprocess'

/** A page of print: `lines` lines of two texts each, a wide and a narrow one. */
export function renderedPage(width: number, height: number, lines: number): Picture {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = '#f2efe8'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#222'
  const pitch = height / (lines + 1)
  context.font = `${Math.round(0.66 * pitch)}px sans-serif`
  for (let i = 0; i < lines; i++) {
    const y = (i + 1) * pitch
    context.fillText(`Line ${i + 1} of the page, total ${(i * 37.35).toFixed(2)}`, 0.05 * width, y)
    context.fillText((i * 12.95).toFixed(2), 0.82 * width, y)
  }
  const { data } = context.getImageData(0, 0, width, height)
  const rgb = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[4 * i + c]
  return { data: rgb, width, height }
}
