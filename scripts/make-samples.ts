/**
 * Renders the sample pictures of the page into public/samples: `npx tsx scripts/make-samples.ts`.
 * All of it is drawn here; no photograph or text of others is used. Needs Noto Sans CJK (fonts-noto-cjk).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import { form } from './samples/form'
import { label } from './samples/label'
import { poster } from './samples/poster'
import { receipt } from './samples/receipt'
import { screenshot } from './samples/screenshot'
import { shopSign } from './samples/shop-sign'

const out = join(import.meta.dirname, '..', 'public', 'samples')

/** The upper part of a picture in the form of the page's tiles. */
function small(c: Canvas): Canvas {
  const width = 320
  const height = 240
  const s = createCanvas(width, height)
  const scale = Math.max(width / c.width, height / c.height)
  s.getContext('2d').drawImage(
    c,
    (width - c.width * scale) / 2,
    Math.min(0, (height - c.height * scale) * 0.1),
    c.width * scale,
    c.height * scale,
  )
  return s
}

mkdirSync(out, { recursive: true })
const pictures = { receipt, 'shop-sign': shopSign, form, poster, screenshot, label }
for (const [name, draw] of Object.entries(pictures)) {
  const c = draw()
  const large = c.toBuffer('image/jpeg', 84)
  writeFileSync(join(out, `${name}.jpg`), large)
  writeFileSync(join(out, `${name}-small.jpg`), small(c).toBuffer('image/jpeg', 78))
  console.log(`${name}.jpg ${c.width} x ${c.height}, ${Math.round(large.length / 1000)} kB`)
}
