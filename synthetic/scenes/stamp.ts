import { roundedPath, starPath } from '../drawing/clutter'
import { type Colour, css } from '../drawing/colour'
import { drawArc, drawColumn, drawLine } from '../drawing/draw-line'
import { type Face, isChinese, type Language } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, drawFitted } from './compose'

interface Stamp {
  side: number
  language: Language
  face: Face
  colour: Colour
  alpha: number
}

/** A round seal, a square name seal or a rubber stamp about (x, y), half transparent, slightly turned. */
export function drawStamp(scene: Scene, x: number, y: number, side: number, language: Language): void {
  const { r, context } = scene
  const colour: Colour = r.chance(0.75)
    ? [r.integer(170, 225), r.integer(10, 60), r.integer(20, 70)]
    : [r.integer(10, 70), r.integer(30, 90), r.integer(120, 210)]
  const stamp: Stamp = { side, language, colour, face: anyFace(scene, language, 'text'), alpha: r.range(0.55, 0.95) }
  context.save()
  context.translate(x, y)
  context.rotate(r.range(-0.5, 0.5))
  context.strokeStyle = css(colour, stamp.alpha)
  context.fillStyle = css(colour, stamp.alpha)
  context.lineWidth = side * 0.05
  const draw = r.weighted([
    [drawRoundSeal, 6],
    [drawNameSeal, isChinese(language) ? 2.4 : 0],
    [drawRubberStamp, isChinese(language) ? 1.6 : 4],
  ] as const)
  draw(scene, stamp)
  context.restore()
}

function drawRoundSeal(scene: Scene, { side, language, face, colour, alpha }: Stamp): void {
  const { r, context, assets } = scene
  const chinese = isChinese(language)
  context.beginPath()
  context.arc(0, 0, side, 0, 2 * Math.PI)
  context.stroke()
  if (r.chance(0.4)) {
    context.lineWidth = 1
    context.beginPath()
    context.arc(0, 0, side * 0.93, 0, 2 * Math.PI)
    context.stroke()
  }
  if (r.chance(0.6)) {
    context.beginPath()
    starPath(context, 0, 0, side * 0.3, side * 0.12)
    context.fill()
  }
  const size = side * r.range(0.22, 0.32)
  const words = assets.texts.title(r, language, chinese ? r.integer(3, 5) : r.integer(2, 3))
  drawArc(scene, {
    text: [...words]
      .slice(0, chinese ? 12 : 20)
      .join('')
      .trim(),
    face,
    size,
    centre: [0, 0],
    radius: side * 0.9 - size,
    middle: -Math.PI / 2,
    colour,
    alpha,
    spread: chinese ? r.range(1, 1.5) : 1.06,
    ground: scene.ground,
  })
  if (r.chance(0.6)) {
    const text = r.chance(0.5) ? assets.texts.date(r) : assets.texts.title(r, language, 1)
    const at = { x: 0, y: side * 0.55, align: 'center' as const, width: side * 1.2 }
    drawFitted(scene, language, { ...at, text, face, size: side * 0.2, colour, alpha, ground: scene.ground })
  }
}

function drawNameSeal(scene: Scene, { side, language, face, colour, alpha }: Stamp): void {
  const { r, context, assets } = scene
  const solid = r.chance(0.5)
  if (solid) context.fillRect(-side, -side, 2 * side, 2 * side)
  else {
    context.lineWidth = side * 0.1
    context.strokeRect(-side, -side, 2 * side, 2 * side)
  }
  const paper: Colour = scene.ground ?? [250, 250, 250]
  for (const column of [-1, 1]) {
    const text = [...assets.texts.title(r, language, 2)].slice(0, 2).join('')
    const look = solid ? { colour: paper, ground: colour } : { colour, alpha, ground: scene.ground }
    drawColumn(scene, { ...look, text, face, size: side * 0.8, x: (column * side) / 2, y: -side * 0.88 })
  }
}

const STAMPED = ['PAID', 'COPY', 'DRAFT', 'APPROVED', 'RECEIVED', 'CONFIDENTIAL', 'ORIGINAL', 'URGENT']

function drawRubberStamp(scene: Scene, { side, language, face, colour, alpha }: Stamp): void {
  const { r, context, assets } = scene
  const size = side * r.range(0.3, 0.6)
  const text = isChinese(language) ? assets.texts.title(r, language, 2) : r.pick(STAMPED)
  scene.setFont(face, size, 'bold ')
  const width = scene.widthOf(text)
  context.lineWidth = size * 0.1
  roundedPath(context, -width / 2 - size * 0.4, -size * 0.85, width + size * 0.8, size * 1.7, size * 0.2)
  context.stroke()
  const at = { x: 0, y: size * 0.36, align: 'center' as const }
  drawLine(scene, { ...at, text, face, size, style: 'bold ', colour, alpha, ground: scene.ground })
}
