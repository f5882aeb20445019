import type { SKRSContext2D } from '@napi-rs/canvas'

/** Extent of drawn text about its origin at the left end of the baseline, pixels of the current transform. */
export interface InkBox {
  /** Advance: where the next text would begin. */
  width: number
  left: number
  right: number
  top: number
  bottom: number
}

// A stretch of one script, with the digits and marks behind it. Marks before the first letter belong to what follows.
const STRETCH = /[\p{Script=Latin}\p{Script=Cyrillic}][^\p{Script=Han}]*|[^\p{Script=Latin}\p{Script=Cyrillic}]+/gu

/**
 * The ink box of text in the font in use. The canvas reports the bounding box of the first stretch of one script only
 * (Chinese with a Latin word behind it ends before the word), so each is measured by itself.
 */
export function measureInk(context: SKRSContext2D, text: string): InkBox {
  const box: InkBox = { width: 0, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
  for (const stretch of text.match(STRETCH) ?? []) {
    const m = context.measureText(stretch)
    if (m.actualBoundingBoxLeft + m.actualBoundingBoxRight > 0) {
      box.left = Math.min(box.left, box.width - m.actualBoundingBoxLeft)
      box.right = Math.max(box.right, box.width + m.actualBoundingBoxRight)
      box.top = Math.min(box.top, -m.actualBoundingBoxAscent)
      box.bottom = Math.max(box.bottom, m.actualBoundingBoxDescent)
    }
    box.width += m.width
  }
  return box
}
