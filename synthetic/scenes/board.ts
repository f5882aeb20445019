import { addGradient } from '../drawing/backgrounds'
import { drawBarcode, drawIcon, roundedPath } from '../drawing/clutter'
import { type Colour, css, near, randomColour } from '../drawing/colour'
import { drawColumn, drawLine } from '../drawing/draw-line'
import { isChinese, type Language } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, anyLanguage, drawFitted } from './compose'

const SIGN_COLOURS: readonly Colour[] = [
  [255, 255, 255],
  [10, 10, 10],
  [200, 20, 30],
  [10, 60, 150],
  [10, 110, 60],
  [250, 210, 20],
]
const PLATE_COLOURS: readonly Colour[] = [
  [250, 250, 250],
  [30, 80, 190],
  [245, 200, 30],
  [20, 120, 60],
]
const UNITS = ['kg', 'kWh', '°C', 'V', 'bar', 'km/h', 'mm', 'Hz']

/** A sign, label, number plate, display or name column as a little scene of its own, to be pasted into a larger one. */
export function makeBoard(scene: Scene, width = Math.round(scene.r.logRange(90, 460))): Scene {
  const { r } = scene
  const language = anyLanguage(scene)
  const colour = r.chance(0.3) ? r.pick(SIGN_COLOURS) : randomColour(r)
  const make = r.weighted([
    [makeSign, 9],
    [makePlate, 1.3],
    [makeDisplay, 1],
    [makeColumn, isChinese(language) ? 3 : 0],
    [makeLabel, 2],
  ] as const)
  return make(scene, width, language, colour)
}

function paintPlate(board: Scene, colour: Colour): void {
  const { r, context, width, height } = board
  board.ground = colour
  context.fillStyle = css(colour)
  roundedPath(context, 1, 1, width - 2, height - 2, r.chance(0.5) ? 0 : r.range(2, height * 0.3))
  context.fill()
  if (!r.chance(0.35)) return
  context.strokeStyle = css(board.ink(colour))
  context.lineWidth = r.range(1, Math.max(1.2, height * 0.04))
  context.stroke()
}

function makeSign(scene: Scene, width: number, language: Language, colour: Colour): Scene {
  const { r, assets } = scene
  const chinese = isChinese(language)
  const lines = r.weighted([
    [1, 2.5],
    [2, 3.5],
    [3, 1.5],
    [r.integer(4, 5), 1],
  ] as const)
  const texts = Array.from({ length: lines }, () => assets.texts.title(r, language, r.integer(1, 3)))
  const size = (width / (chinese ? 5 : 8)) * r.range(0.7, 1.4)
  const lead = size * r.range(1.25, 1.9)
  const board = scene.smaller(width, lead * lines + size * r.range(0.3, 1.4))
  paintPlate(board, colour)
  if (r.chance(0.15)) addGradient(board, colour, near(r, colour, 60), 0.6)
  const face = anyFace(scene, language, r.chance(0.5) ? 'display' : 'text')
  const ink = board.ink(colour)
  const centred = r.chance(0.67)
  let y = (board.height - lead * (lines - 1)) / 2 + size * 0.36
  for (const text of texts) {
    board.setFont(face, size)
    const fitting = Math.min(size, (size * width * 0.92) / (board.widthOf(text) + 1))
    drawLine(board, {
      text,
      face,
      size: fitting,
      x: centred ? width / 2 : size * 0.4,
      align: centred ? 'center' : 'left',
      y,
      colour: r.chance(0.85) ? ink : board.ink(colour),
      ground: colour,
      outline: r.chance(0.07) ? { colour: board.ink(colour), width: fitting * 0.08 } : null,
    })
    y += lead
  }
  if (!centred && r.chance(0.25)) drawIcon(board, width - size * 1.2, board.height / 2 - size / 2, size, ink)
  return board
}

function makePlate(scene: Scene, width: number, language: Language): Scene {
  const { r, assets } = scene
  const height = width * r.range(0.22, 0.34)
  const board = scene.smaller(width, height)
  paintPlate(board, r.pick(PLATE_COLOURS))
  const chinese = language === 'hans'
  const text = (chinese ? r.pick('京沪粤浙苏鲁川') : '') + assets.texts.code(r)
  const face = anyFace(scene, chinese ? 'hans' : 'en', 'text')
  const at = { x: width / 2, y: height * 0.74, align: 'center' as const, ground: board.ground }
  drawLine(board, { ...at, text, face, size: height * 0.68, style: 'bold ' })
  return board
}

function makeDisplay(scene: Scene, width: number): Scene {
  const { r, assets } = scene
  const height = width * r.range(0.3, 0.6)
  const board = scene.smaller(width, height)
  const glowing = r.chance(0.5)
  const ground: Colour = glowing
    ? randomColour(r, 0, 25)
    : [r.integer(120, 190), r.integer(140, 200), r.integer(110, 150)]
  paintPlate(board, ground)
  const size = height * r.range(0.35, 0.6)
  const digits = r.chance(0.5) ? r.range(0, 999).toFixed(r.integer(0, 2)) : assets.texts.time(r).replace(/[^0-9:]/g, '')
  const glow: Colour = r.pick([
    [255, 40, 30],
    [60, 255, 90],
    [255, 170, 20],
    [90, 200, 255],
  ] as const)
  const face = anyFace(scene, 'en', 'lcd')
  board.setFont(face, size)
  const at = { x: width * 0.92, y: height * 0.78, align: 'right' as const, ground }
  drawLine(board, {
    ...at,
    text: board.fitted(digits, width * 0.85, true),
    face,
    size,
    colour: glowing ? glow : [20, 30, 20],
  })
  if (r.chance(0.5)) {
    const unit = { text: r.pick(UNITS), face: anyFace(scene, 'en', 'text'), size: height * 0.16 }
    drawLine(board, { ...unit, x: width * 0.05, y: height * 0.22, ground, ink: glowing ? 'any' : 'dark' })
  }
  return board
}

function makeColumn(scene: Scene, width: number, language: Language, colour: Colour): Scene {
  const { r, assets } = scene
  const characters = r.integer(2, 7)
  const size = width * 0.2 + 12
  const board = scene.smaller(size * 1.5, size * 1.08 * characters + size * 0.5)
  paintPlate(board, colour)
  let text = ''
  while (text.length < characters) text += assets.texts.word(r, language)
  const face = anyFace(scene, language, r.chance(0.5) ? 'display' : 'text')
  const at = { x: board.width / 2, y: size * 0.28, ground: colour }
  drawColumn(board, { ...at, text: text.slice(0, characters), face, size })
  return board
}

function makeLabel(scene: Scene, width: number, language: Language, colour: Colour): Scene {
  const { r, assets } = scene
  const board = scene.smaller(width, width * r.range(0.5, 1.1))
  const ground = r.chance(0.75) ? near(r, [238, 238, 232], 15) : colour
  paintPlate(board, ground)
  const face = anyFace(scene, language, 'text')
  const size = width * r.range(0.045, 0.09)
  const ink = board.ink(ground)
  const colon = isChinese(language) ? '：' : ': '
  for (let y = size * 1.6; y < board.height - size * 0.6; y += size * r.range(1.35, 1.9)) {
    const kind = r.next()
    if (kind < 0.12) {
      drawBarcode(board, size, y - size * 0.6, width * 0.7, size * 2.2, ink)
      y += size * 2
      continue
    }
    const letter = size * (kind > 0.85 ? 1.7 : 1)
    y += letter - size
    if (y > board.height - size * 0.4) break
    const text = r.chance(0.5)
      ? assets.texts.short(r, language)
      : assets.texts.title(r, language, 1) + colon + assets.texts.number(r)
    drawFitted(board, language, {
      text,
      face,
      size: letter,
      x: size,
      y,
      colour: ink,
      ground,
      width: width - 2 * size,
    })
  }
  return board
}
