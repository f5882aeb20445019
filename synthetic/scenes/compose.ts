import type { Colour } from '../drawing/colour'
import type { Draw } from '../drawing/draw'
import { drawLine, type LineOptions } from '../drawing/draw-line'
import { type Face, isChinese, type Language, type LetterStyle } from '../drawing/fonts'
import type { Box, Polygon } from '../drawing/plane'
import type { Scene } from '../drawing/scene'

/** The script of a text, as often as the base model should meet it; only scripts that the fonts can show. */
export function anyLanguage(scene: Scene, weights: readonly (readonly [Language, number])[] = EVERYWHERE): Language {
  const able = weights.filter(([language]) => scene.assets.fonts.supports(language))
  return able.length > 0 ? scene.r.weighted(able) : 'en'
}

const EVERYWHERE: readonly (readonly [Language, number])[] = [
  ['en', 44],
  ['hans', 28],
  ['hant', 9],
  ['eu', 13],
  ['ru', 4],
]

export const anyFace = (scene: Scene, language: Language, style: LetterStyle): Face =>
  scene.assets.fonts.pick(scene.r, language, style)

/** Bold or italic now and then, as the beginning of a CSS font. */
export const anyWeight = (r: Draw, share: number): string =>
  r.chance(share) ? (r.chance(0.7) ? 'bold ' : 'italic ') : ''

/** `drawLine` with the text cut to a width. */
export function drawFitted(scene: Scene, language: Language, o: LineOptions & { width: number }) {
  scene.setFont(o.face, o.size, o.style)
  return drawLine(scene, { ...o, text: scene.fitted(o.text, o.width, isChinese(language)) })
}

export interface ParagraphOptions {
  x: number
  y: number
  width: number
  /** Font size, and distance of lines as a factor of it. */
  size: number
  lead: number
  lines: number
  /** No line starts below. */
  bottom: number
  face: Face
  language: Language
  colour?: Colour
  ground?: Colour
  alpha?: number
  align?: 'left' | 'center' | 'right'
  style?: string
  indent?: boolean
  /** Pixels that lines are off their place. */
  jitter?: number
}

/** Running text in a column; returns the y below it. */
export function drawParagraph(scene: Scene, o: ParagraphOptions): number {
  const { r, assets } = scene
  const chinese = isChinese(o.language)
  const perLine = o.width / (o.size * (chinese ? 1 : 0.47))
  const off = (share: number) => (o.jitter ? r.range(-o.jitter, o.jitter) * share : 0)
  let y = o.y
  for (let i = 0; i < o.lines && y < o.bottom; i++, y += o.size * o.lead) {
    const last = i === o.lines - 1
    const indent = i === 0 && o.indent ? o.size * (chinese ? 2 : 1.6) : 0
    const length = Math.ceil((last ? r.range(0.2, 0.9) : 1.1) * perLine) || 1
    let text = assets.texts.running(r, o.language, length)
    for (let n = 0; n < 5 && !assets.fonts.canDraw(o.face, text); n++)
      text = assets.texts.running(r, o.language, length)
    const x = o.align === 'center' ? o.x + o.width / 2 : o.align === 'right' ? o.x + o.width : o.x + indent + off(1)
    drawFitted(scene, o.language, { ...o, text, x, y: y + off(0.4), width: o.width - indent })
  }
  return y
}

export interface FreeLineOptions extends Omit<LineOptions, 'text' | 'face' | 'size' | 'x' | 'y'> {
  /** May run over the edge of the picture. */
  loose?: boolean
  /** Horizontal shear. */
  skew?: number
}

/** One line anywhere that is clear of the others. Nothing is drawn where no room is found. */
export function drawFreeLine(
  scene: Scene,
  text: string,
  face: Face,
  size: number,
  angle: number,
  o: FreeLineOptions = {},
): void {
  const { r, context, width, height } = scene
  scene.setFont(face, size, o.style)
  const length = scene.widthOf(text)
  if (length > Math.max(width, height) * 0.98) return
  const c = Math.abs(Math.cos(angle))
  const s = Math.abs(Math.sin(angle))
  const halfWidth = (length * c + size * 1.3 * s) / 2 + 3
  const halfHeight = (length * s + size * 1.3 * c) / 2 + 3
  for (let attempt = 0; attempt < 14; attempt++) {
    const x = r.range(0, width)
    const y = r.range(0, height)
    const box: Box = [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight]
    if (!o.loose && (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height)) continue
    if (!scene.isFree(box)) continue
    context.save()
    context.translate(x, y)
    context.rotate(angle)
    if (o.skew) context.transform(1, 0, o.skew, 1, 0, 0)
    drawLine(scene, { ...o, text, face, size, x: 0, y: size * 0.35, align: 'center' })
    context.restore()
    return
  }
}

/** The quad of a board about (x, y), turned by an angle, with some perspective. */
export function tiltedQuad(
  r: Draw,
  width: number,
  height: number,
  x: number,
  y: number,
  angle: number,
  strength: number,
): Polygon {
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  const px = r.range(-strength, strength)
  const py = r.range(-strength, strength)
  const shear = r.range(-strength, strength) * 0.6
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([a, b]) => {
    const depth = 1 + px * a + py * b
    const u = (a * width) / 2 / depth
    const v = (b * height) / 2 / depth + (a * shear * height) / 2
    return [x + c * u - s * v, y + s * u + c * v]
  })
}
