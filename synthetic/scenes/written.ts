import { addNoise } from '../drawing/backgrounds'
import { type Colour, css } from '../drawing/colour'
import { drawColumn, drawLine } from '../drawing/draw-line'
import { type Face, isChinese, type Language } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, anyLanguage } from './compose'

const PEN_SCRIPTS: readonly (readonly [Language, number])[] = [
  ['en', 4],
  ['eu', 4],
  ['hans', 3],
  ['hant', 1],
]

interface Hand {
  language: Language
  face: Face
  size: number
  ink: Colour
  alpha: number
  /** Slant of the letters, and how much they dance off the line. */
  slant: number
  unrest: number
}

/** A page of handwriting, ruled or not: lines that slope, dance, crowd and run out, words crossed out. */
export function paintHandwriting(scene: Scene): void {
  const { r, context, width, height } = scene
  const v = r.integer(205, 252)
  scene.fill([v, v - r.integer(0, 8), v - r.integer(0, 35)])
  const paper = scene.ground
  addNoise(scene, 0.05, 20)
  scene.ground = paper
  const language = anyLanguage(scene, PEN_SCRIPTS)
  const hand: Hand = {
    language,
    face: anyFace(scene, language, 'hand'),
    size: r.logRange(15, 46),
    ink: r.chance(0.5)
      ? [r.integer(10, 60), r.integer(20, 80), r.integer(90, 180)]
      : [r.integer(10, 90), r.integer(10, 80), r.integer(10, 80)],
    alpha: r.chance(0.25) ? r.range(0.4, 0.8) : 1,
    slant: r.range(-0.35, 0.12),
    unrest: r.range(0, 0.07),
  }
  const lead = hand.size * r.range(0.8, 1.7)
  const top = r.range(hand.size, hand.size * 4)
  if (r.chance(0.45)) rulePaper(scene, top + hand.size * 0.15, lead)
  else if (r.chance(0.25)) squarePaper(scene, hand.size * 0.5)
  const margin = width * r.range(0.03, 0.15)
  const slope = r.range(-0.025, 0.025)
  for (let y = top; y < height + hand.size; y += lead * (r.chance(0.07) ? 2 : 1) * r.range(0.95, 1.05)) {
    context.save()
    context.translate(margin + r.range(-6, 6), y)
    context.rotate(slope + r.normal() * 0.007)
    writeLine(scene, hand, (width - 2 * margin) * (r.chance(0.2) ? r.range(0.15, 0.8) : 1))
    context.restore()
  }
}

/** One line from the left, word by word off its line a little, as a hand writes; one box for all of it. */
function writeLine(scene: Scene, hand: Hand, width: number): void {
  const { r, context, assets } = scene
  const chinese = isChinese(hand.language)
  const length = Math.ceil((1.1 * width) / (hand.size * (chinese ? 1 : 0.42)))
  scene.setFont(hand.face, hand.size)
  const text = scene.fitted(assets.texts.running(r, hand.language, length), width, chinese)
  const look = { face: hand.face, size: hand.size, colour: hand.ink, alpha: hand.alpha, ground: scene.ground }
  context.transform(1, 0, hand.slant, 1, 0, 0)
  if (chinese || hand.unrest < 0.015 || !text.includes(' ')) {
    drawLine(scene, { ...look, text, x: 0, y: 0 })
    return
  }
  // Drawn word by word, then the boxes become one: the outer ones along the line, the extremes across it.
  const first = scene.lines.length
  let left = Infinity
  let right = -Infinity
  let upper = Infinity
  let lower = -Infinity
  let x = 0
  for (const word of text.split(' ')) {
    const y = r.normal() * hand.unrest * hand.size
    const placed = drawLine(scene, { ...look, text: word, x, y, size: hand.size * r.range(0.93, 1.07) })
    if (placed) {
      left = Math.min(left, placed.left)
      right = Math.max(right, placed.right)
      upper = Math.min(upper, placed.top)
      lower = Math.max(lower, placed.bottom)
      if (r.chance(0.02)) strike(scene, hand, placed.left, placed.right, y)
    }
    x = (placed?.right ?? x) + hand.size * r.range(0.2, 0.5)
  }
  const words = scene.lines.splice(first)
  if (words.length === 0) return
  const m = context.getTransform()
  const margin = 0.05 * hand.size
  const corner = (px: number, py: number): [number, number] => [m.a * px + m.c * py + m.e, m.b * px + m.d * py + m.f]
  scene.lines.push({
    polygon: [
      corner(left - margin, upper - margin),
      corner(right + margin, upper - margin),
      corner(right + margin, lower + margin),
      corner(left - margin, lower + margin),
    ],
    text,
    contrast: Math.max(...words.map((word) => word.contrast)),
    words: scene.assets.words ? words.map(({ polygon, text: word }) => ({ polygon, text: word })) : undefined,
  })
}

function strike(scene: Scene, hand: Hand, left: number, right: number, y: number): void {
  const { r, context } = scene
  context.strokeStyle = css(hand.ink, hand.alpha)
  context.lineWidth = Math.max(1, hand.size * 0.06)
  context.beginPath()
  context.moveTo(left, y - hand.size * r.range(0.15, 0.4))
  context.lineTo(right, y - hand.size * r.range(0.15, 0.4))
  context.stroke()
}

function rulePaper(scene: Scene, first: number, step: number): void {
  const { r, context, width, height } = scene
  context.strokeStyle = r.chance(0.5) ? 'rgb(150,180,220)' : 'rgb(190,190,190)'
  context.lineWidth = 1
  context.beginPath()
  for (let y = first; y < height; y += step) {
    context.moveTo(0, y)
    context.lineTo(width, y)
  }
  context.stroke()
}

function squarePaper(scene: Scene, step: number): void {
  const { context, width, height } = scene
  context.strokeStyle = 'rgba(120,150,190,0.5)'
  context.lineWidth = 1
  context.beginPath()
  for (let at = 0; at < Math.max(width, height); at += step) {
    context.moveTo(at, 0)
    context.lineTo(at, height)
    context.moveTo(0, at)
    context.lineTo(width, at)
  }
  context.stroke()
}

const COLUMN_SCRIPTS: readonly (readonly [Language, number])[] = [
  ['hant', 7],
  ['hans', 3],
]
const DIGITS = '〇一二三四五六七八九'

/** Columns read from the top right, as in older East Asian books. */
export function paintColumns(scene: Scene): void {
  const { r, context, assets, width, height } = scene
  const language = anyLanguage(scene, COLUMN_SCRIPTS)
  const v = r.integer(190, 250)
  scene.fill([v, v - r.integer(0, 15), v - r.integer(5, 50)])
  const paper = scene.ground!
  addNoise(scene, 0.07, 12)
  scene.ground = paper
  const size = r.logRange(14, 60)
  const face = anyFace(scene, language, r.chance(0.2) ? 'hand' : 'text')
  const ink = scene.ink(paper, 'dark')
  const gap = size * r.range(1.35, 2.2)
  const top = r.range(size * 0.5, height * 0.12)
  const room = Math.floor((height - top - size * 0.5) / (size * 1.08))
  const ruled = r.chance(0.35)
  for (let x = width - size; x > size * 0.6; x -= gap) {
    if (ruled) {
      context.strokeStyle = css(ink)
      context.lineWidth = 1
      context.beginPath()
      context.moveTo(x + gap / 2, top - 6)
      context.lineTo(x + gap / 2, height - 8)
      context.stroke()
    }
    if (r.chance(0.06)) continue
    const length = r.chance(0.2) ? Math.max(1, Math.floor(room * r.range(0.2, 0.9))) : room
    const draw = () =>
      assets.texts.running(r, language, length).replace(/[A-Za-z0-9]/g, (c) => (c <= '9' ? DIGITS[Number(c)] : ''))
    let text = draw()
    for (let attempt = 0; attempt < 4 && !assets.fonts.canDraw(face, text); attempt++) text = draw()
    drawColumn(scene, { text, face, size, x, y: top, colour: ink, ground: paper })
  }
}
