import { paintBackground } from '../drawing/backgrounds'
import { drawChart, drawIcon, roundedPath } from '../drawing/clutter'
import { type Colour, css, mixed, near, randomColour } from '../drawing/colour'
import type { LineOptions } from '../drawing/draw-line'
import { type Face, isChinese, type Language } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, anyLanguage, drawFitted, drawFreeLine, drawParagraph } from './compose'

const SCRIPTS: readonly (readonly [Language, number])[] = [
  ['en', 5],
  ['hans', 5],
  ['eu', 1],
  ['ru', 0.5],
  ['hant', 0.7],
]

interface Theme {
  language: Language
  face: Face
  size: number
  dark: boolean
  ground: Colour
  ink: Colour
  faint: Colour
  accent: Colour
}

/** A screenshot: an app, a page, a phone, a chat, source code or a game, light or dark. */
export function paintScreen(scene: Scene): void {
  const { r } = scene
  const language = anyLanguage(scene, SCRIPTS)
  const dark = r.chance(0.45)
  const ground = dark ? near(r, [28, 30, 36], 16) : near(r, [246, 247, 249], 8)
  const ink: Colour = dark ? randomColour(r, 190, 245) : randomColour(r, 10, 75)
  const theme: Theme = {
    language,
    dark,
    ground,
    ink,
    face: anyFace(scene, language, 'text'),
    faint: mixed(ink, ground, r.range(0.35, 0.65)),
    accent: randomColour(r, 30, 230),
    size: r.logRange(9, 21),
  }
  scene.fill(ground)
  const kind = r.weighted([
    [paintApp, 9],
    [paintChat, 2.5],
    [paintCode, 2],
    [paintGame, 1.5],
  ] as const)
  kind(scene, theme)
}

type Put = Partial<LineOptions> & { text: string; x: number; y: number; width?: number }

function put(scene: Scene, theme: Theme, o: Put) {
  const { face, size, ground, language } = theme
  return drawFitted(scene, language, { face, size, ground, colour: theme.ink, width: 1e4, ...o })
}

function paintCode(scene: Scene, theme: Theme): void {
  const { r, assets, width, height } = scene
  const { size, dark } = theme
  const code: Theme = { ...theme, language: 'en', face: anyFace(scene, 'en', 'mono') }
  const step = size * r.range(1.25, 1.7)
  const bright = () => randomColour(r, dark ? 120 : 0, dark ? 255 : 140)
  const colours = [bright(), bright(), theme.ink, theme.faint]
  let indent = 0
  for (let y = step, n = r.integer(1, 400); y < height + step; y += step, n++) {
    put(scene, code, { text: String(n), x: size * 2.6, y, align: 'right', colour: theme.faint })
    if (r.chance(0.12)) continue
    indent = Math.max(0, Math.min(5, indent + r.integer(-1, 1)))
    const words = assets.texts.running(r, 'en', r.integer(5, 55), false).toLowerCase().split(' ')
    const glue = [' ', '.', '(', ' = ', ', ', '_', ' => ']
    const ends = [';', ')', ' {', ');', '', ',']
    const text = words.map((word, i) => word + r.pick(i < words.length - 1 ? glue : ends)).join('')
    put(scene, code, { text, x: size * 4 + indent * size * 1.2, y, colour: r.pick(colours), width })
  }
}

function paintChat(scene: Scene, theme: Theme): void {
  const { r, context, assets, width, height } = scene
  const { size, language, face, ground, accent } = theme
  const bar = near(r, ground, 12)
  context.fillStyle = css(bar)
  context.fillRect(0, 0, width, size * 3)
  const name = assets.texts.title(r, language, 2)
  put(scene, theme, { text: name, x: width / 2, y: size * 2, align: 'center', style: 'bold ', ground: bar })
  for (let y = size * 5; y < height; ) {
    const mine = r.chance(0.45)
    const lines = r.integer(1, 4)
    const bubbleWidth = r.range(0.25, 0.62) * width
    const x = mine ? width - bubbleWidth - size * 4 : size * 4
    const colour = mine ? accent : near(r, ground, 18)
    if (r.chance(0.2)) {
      const time = { text: assets.texts.time(r), x: width / 2, y, align: 'center' as const }
      put(scene, theme, { ...time, colour: theme.faint, size: size * 0.8 })
      y += size * 1.8
    }
    const bubbleHeight = lines * size * 1.5 + size
    context.fillStyle = css(colour)
    roundedPath(context, x - size * 0.7, y - size * 0.3, bubbleWidth + size * 1.4, bubbleHeight, size * 0.7)
    context.fill()
    context.fillStyle = css(randomColour(r))
    context.beginPath()
    context.arc(mine ? width - size * 1.6 : size * 1.6, y + size * 0.7, size * 1.1, 0, 2 * Math.PI)
    context.fill()
    const box = { x, y: y + size * 1.15, width: bubbleWidth, size, lead: 1.5, lines, bottom: height + size }
    drawParagraph(scene, { ...box, face, language, colour: scene.ink(colour), ground: colour })
    y += bubbleHeight + size * r.range(0.8, 2)
  }
}

function paintGame(scene: Scene, theme: Theme): void {
  const { r, context, assets, width, height } = scene
  const { size, language, face } = theme
  paintBackground(scene)
  const dialogueHeight = size * r.range(4, 8)
  const top = height - dialogueHeight - r.range(10, 60)
  const dialogue = r.chance(0.6)
  if (dialogue) {
    const x = width * 0.06
    const colour: Colour = r.chance(0.6) ? [10, 10, 20] : randomColour(r)
    context.fillStyle = css(colour, r.range(0.75, 0.95))
    roundedPath(context, x, top, width - 2 * x, dialogueHeight, 12)
    context.fill()
    const letter = Math.min(size * 1.3, dialogueHeight / 5)
    const box = { x: x + letter, y: top + letter * 1.5, width: width - 2 * x - 2 * letter, bottom: height }
    const look = { face, language, colour: scene.ink(colour), ground: colour }
    drawParagraph(scene, { ...box, ...look, size: letter, lead: 1.4, lines: r.integer(1, 3) })
    scene.groundChanged()
  }
  for (let i = r.integer(2, 7); i > 0; i--) {
    const letter = r.logRange(12, 44)
    const text = r.chance(0.5) ? assets.texts.short(r, language) : String(r.integer(0, 99999))
    const colour: Colour = r.chance(0.7) ? [0, 0, 0] : randomColour(r)
    const outline = r.chance(0.6) ? { colour, width: letter * r.range(0.08, 0.18) } : null
    const angle = r.chance(0.8) ? 0 : r.range(-0.2, 0.2)
    drawFreeLine(scene, text, anyFace(scene, language, 'display'), letter, angle, { outline })
  }
}

function paintApp(scene: Scene, theme: Theme): void {
  const { r, width, height } = scene
  const { size } = theme
  const top = size * r.range(2, 3.2)
  paintMenuBar(scene, theme, top)
  const side = r.chance(0.45) ? width * r.range(0.16, 0.32) : 0
  if (side > 0) paintSideBar(scene, theme, top, side)
  const left = side + size * 1.4
  const content = new Content(scene, theme, left, width - left - size * 1.4, top + size * 2.4)
  while (content.y < height + size) content.block()
}

function paintMenuBar(scene: Scene, theme: Theme, top: number): void {
  const { r, context, assets, width } = scene
  const { size, language, accent, ground } = theme
  const bar = r.chance(0.5) ? accent : near(r, ground, 14)
  const colour = scene.ink(bar)
  context.fillStyle = css(bar)
  context.fillRect(0, 0, width, top)
  let x = size
  for (let i = r.integer(2, 6); i > 0 && x < width * 0.9; i--) {
    if (r.chance(0.3)) {
      drawIcon(scene, x, top / 2 - size / 2, size, colour)
      x += size * 2
    }
    const text = assets.texts.title(r, language, 1)
    const placed = put(scene, theme, { text, x, y: top / 2 + size * 0.36, colour, ground: bar })
    x = (placed?.right ?? x) + size * r.range(1.6, 4)
  }
}

function paintSideBar(scene: Scene, theme: Theme, top: number, side: number): void {
  const { r, context, assets, height } = scene
  const { size, language, accent } = theme
  const bar = near(r, theme.ground, 16)
  context.fillStyle = css(bar)
  context.fillRect(0, top, side, height)
  const chosen = r.integer(0, 8)
  const step = size * r.range(1.9, 2.3)
  for (let y = top + size * 2, i = 0; y < height; y += step, i++) {
    const ground = i === chosen ? accent : bar
    const colour = i === chosen ? scene.ink(accent) : theme.ink
    if (i === chosen) {
      context.fillStyle = css(accent)
      context.fillRect(0, y - size * 1.3, side, size * 1.9)
    }
    if (r.chance(0.6)) drawIcon(scene, size * 0.6, y - size * 0.8, size * 0.9, i === chosen ? colour : theme.faint)
    const text = assets.texts.title(r, language, r.integer(1, 2))
    put(scene, theme, { text, x: size * 2.2, y, colour, ground, width: side - size * 3 })
  }
}

class Content {
  constructor(
    private readonly scene: Scene,
    private readonly theme: Theme,
    private readonly left: number,
    private readonly width: number,
    public y: number,
  ) {}

  block(): void {
    const { r, assets, context, height } = this.scene
    const { theme, left, width } = this
    const { size, language, face, ground } = theme
    const kind = r.next()
    if (kind < 0.2) this.buttons()
    else if (kind < 0.4) {
      this.y += size * 0.5
      const text = assets.texts.title(r, language, r.integer(1, 4))
      put(this.scene, theme, { text, x: left, y: this.y, size: size * r.range(1.2, 1.9), style: 'bold ', width })
      this.y += size * 2.2
    } else if (kind < 0.6) this.list()
    else if (kind < 0.72) {
      const picture = this.scene.smaller(160, 100)
      paintBackground(picture)
      const pictureHeight = r.range(60, 180)
      context.drawImage(picture.canvas, left, this.y - size, width * r.range(0.3, 1), pictureHeight)
      this.y += pictureHeight + size
    } else if (kind < 0.8) {
      const chartHeight = r.range(80, 160)
      drawChart(this.scene, left, this.y, width * 0.8, chartHeight)
      this.y += chartHeight + size * 2
    } else {
      const colour = r.chance(0.7) ? theme.ink : theme.faint
      const box = { x: left, y: this.y, width, size, lead: r.range(1.3, 1.7), bottom: height + size }
      const lines = r.integer(1, 5)
      this.y = drawParagraph(this.scene, { ...box, lines, face, language, colour, ground }) + size
    }
  }

  private buttons(): void {
    const { r, assets, context } = this.scene
    const { theme } = this
    const { size, face, language, ground } = theme
    let x = this.left
    for (let i = r.integer(1, 4); i > 0; i--) {
      const text = assets.texts.title(r, language, 1)
      this.scene.setFont(face, size)
      const textWidth = this.scene.widthOf(text)
      if (x + textWidth + size * 3 > this.scene.width) break
      const filled = r.chance(0.8)
      const colour = !filled ? ground : r.chance(0.5) ? theme.accent : near(r, ground, 25)
      context.fillStyle = css(colour)
      context.strokeStyle = css(theme.faint)
      context.lineWidth = 1
      roundedPath(context, x, this.y - size * 1.3, textWidth + size * 2, size * 2.1, r.range(2, size))
      if (filled) context.fill()
      else context.stroke()
      put(this.scene, theme, { text, x: x + size, y: this.y, colour: this.scene.ink(colour), ground: colour })
      x += textWidth + size * 4
    }
    this.y += size * 3
  }

  private list(): void {
    const { r, assets, context } = this.scene
    const { theme, left, width } = this
    const { size, language } = theme
    const wide = isChinese(language) ? 0.5 : 0.6
    for (let n = r.integer(2, 6); n > 0; n--) {
      if (r.chance(0.5)) drawIcon(this.scene, left, this.y - size, size * 1.2, theme.accent)
      const text = assets.texts.title(r, language, r.integer(1, 3))
      put(this.scene, theme, { text, x: left + size * 2, y: this.y, width: width * wide })
      if (r.chance(0.5)) {
        const detail = r.chance(0.5) ? assets.texts.time(r) : assets.texts.number(r)
        put(this.scene, theme, { text: detail, x: left + width, y: this.y, align: 'right', colour: theme.faint })
      }
      context.strokeStyle = css(near(r, theme.ground, 20))
      context.lineWidth = 1
      context.beginPath()
      context.moveTo(left, this.y + size * 0.8)
      context.lineTo(left + width, this.y + size * 0.8)
      context.stroke()
      this.y += size * 2.4
    }
    this.y += size
  }
}
