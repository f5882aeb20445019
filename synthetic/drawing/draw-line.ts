import { type Colour, contrastOf, css } from './colour'
import type { Face } from './fonts'
import { measureInk } from './ink-box'
import { applyAffine, boxOf, type Point, type Polygon } from './plane'
import type { DrawnLine, Scene } from './scene'

/** What lines of all directions share. */
interface LineLook {
  text: string
  face: Face
  /** Font size in pixels of the current transform. */
  size: number
  /** 'bold ', 'italic ' or nothing. */
  style?: string
  /** Default: some ink that can be read on the ground. */
  colour?: Colour
  ink?: 'any' | 'dark'
  /** The ground under the text where it is known. */
  ground?: Colour
  alpha?: number
  outline?: { colour: Colour; width: number } | null
}

export interface LineOptions extends LineLook {
  /** The end of the baseline that `align` names. */
  x: number
  y: number
  align?: 'left' | 'center' | 'right'
  shadow?: { colour: string; blur: number; x: number; y: number }
  /** Outline only. */
  hollow?: boolean
  /** Extra space between letters, pixels. */
  spacing?: number
}

/** Where a line came to lie, in the coordinates it was drawn in. */
export interface PlacedLine {
  left: number
  right: number
  top: number
  bottom: number
}

/**
 * Draws one line under the current transform and notes its box: the ink plus 5 % of the size on all sides.
 * @returns undefined, with nothing drawn, when the text is empty or the face lacks one of its characters
 */
export function drawLine(scene: Scene, o: LineOptions): PlacedLine | undefined {
  const { context } = scene
  if (o.text.trim() === '' || !scene.assets.fonts.canDraw(o.face, o.text)) return undefined
  context.save()
  try {
    scene.setFont(o.face, o.size, o.style)
    if (o.spacing) context.letterSpacing = `${o.spacing}px`
    const ink = measureInk(context, o.text)
    const x = o.align === 'right' ? o.x - ink.width : o.align === 'center' ? o.x - ink.width / 2 : o.x
    const placed = { left: x + ink.left, right: x + ink.right, top: o.y + ink.top, bottom: o.y + ink.bottom }
    if (!(placed.right - placed.left > 1) || !(placed.bottom - placed.top > 1)) return undefined
    const margin = 0.05 * o.size + (o.outline ? o.outline.width / 2 : 0)
    // A line of dots or dashes still gets half the height of letters.
    const middle = (placed.top + placed.bottom) / 2
    const half = Math.max((placed.bottom - placed.top) / 2 + margin, 0.25 * o.size)
    const transform = context.getTransform()
    const boxBetween = (left: number, right: number): Polygon =>
      [
        [left, middle - half],
        [right, middle - half],
        [right, middle + half],
        [left, middle + half],
      ].map((p) => applyAffine(transform, p as Point))
    const polygon = boxBetween(placed.left - margin, placed.right + margin)
    const { colour, ground, alpha } = look(scene, o, polygon)
    if (o.shadow) {
      context.shadowColor = o.shadow.colour
      context.shadowBlur = o.shadow.blur
      context.shadowOffsetX = o.shadow.x
      context.shadowOffsetY = o.shadow.y
    }
    if (o.outline) {
      strokeWith(scene, o.outline)
      context.strokeText(o.text, x, o.y)
      context.shadowColor = 'transparent'
    }
    if (!o.hollow) {
      context.fillStyle = css(colour)
      context.fillText(o.text, x, o.y)
    }
    const inside = o.hollow ? 0 : contrastOf(colour, ground)
    const outside = o.outline ? contrastOf(o.outline.colour, ground) : 0
    const line: DrawnLine = { polygon, text: o.text, contrast: Math.max(inside, outside) * alpha }
    if (scene.assets.words) line.words = wordsOf(scene, o.text, x, margin, boxBetween)
    scene.lines.push(line)
    return placed
  } finally {
    context.restore()
  }
}

function wordsOf(scene: Scene, text: string, x: number, margin: number, boxBetween: (l: number, r: number) => Polygon) {
  const words: { polygon: Polygon; text: string }[] = []
  let at = 0
  for (const word of text.split(' ')) {
    if (word !== '') {
      const start = x + scene.widthOf(text.slice(0, at))
      const ink = measureInk(scene.context, word)
      const polygon = boxBetween(start + ink.left - margin, start + ink.right + margin)
      words.push({ polygon, text: word })
    }
    at += word.length + 1
  }
  return words
}

export interface ColumnOptions extends LineLook {
  /** Middle of the column and its upper end. */
  x: number
  y: number
}

/** Characters one under another, as on East Asian signs and in old books. */
export function drawColumn(scene: Scene, o: ColumnOptions): void {
  const { context } = scene
  const characters = [...o.text]
  if (characters.length === 0 || !scene.assets.fonts.canDraw(o.face, o.text)) return
  context.save()
  scene.setFont(o.face, o.size, o.style)
  const step = o.size * 1.08
  const half = 0.52 * o.size
  const bottom = o.y + step * characters.length - (step - o.size)
  const transform = context.getTransform()
  const corners: Point[] = [
    [o.x - half, o.y],
    [o.x + half, o.y],
    [o.x + half, bottom],
    [o.x - half, bottom],
  ]
  const polygon = corners.map((p) => applyAffine(transform, p))
  const { colour, ground, alpha } = look(scene, o, polygon)
  context.textAlign = 'center'
  if (o.outline) strokeWith(scene, o.outline)
  context.fillStyle = css(colour)
  characters.forEach((character, i) => {
    const y = o.y + step * i + o.size * 0.88
    if (o.outline) context.strokeText(character, o.x, y)
    context.fillText(character, o.x, y)
  })
  context.restore()
  scene.lines.push({ polygon, text: o.text, contrast: contrastOf(colour, ground) * alpha })
}

export interface ArcOptions extends LineLook {
  centre: Point
  radius: number
  /** Angle of the middle of the text, radians, clockwise from the right. */
  middle: number
  /** Feet outwards: the lower half of a seal. */
  inward?: boolean
  /** Space between letters as a factor. */
  spread?: number
}

/** Text on a circle; its box is a polygon of 6 to 16 points. Nothing is drawn when it would meet its own beginning. */
export function drawArc(scene: Scene, o: ArcOptions): void {
  const { context } = scene
  if (o.text === '' || !scene.assets.fonts.canDraw(o.face, o.text)) return
  context.save()
  scene.setFont(o.face, o.size, o.style)
  const characters = [...o.text]
  const widths = characters.map((character) => scene.widthOf(character) * (o.spread ?? 1))
  const angle = widths.reduce((a, b) => a + b, 0) / o.radius
  if (angle > 5.6) {
    context.restore()
    return
  }
  const direction = o.inward ? -1 : 1
  const ink = measureInk(context, o.text)
  const transform = context.getTransform()
  const polygon = arcOutline(o, angle, -ink.top, ink.bottom).map((p) => applyAffine(transform, p))
  const { colour, ground, alpha } = look(scene, o, polygon)
  context.fillStyle = css(colour)
  context.textAlign = 'center'
  let at = o.middle - (direction * angle) / 2
  characters.forEach((character, i) => {
    const turn = at + (direction * widths[i]) / o.radius / 2
    at += (direction * widths[i]) / o.radius
    context.save()
    context.translate(o.centre[0] + Math.cos(turn) * o.radius, o.centre[1] + Math.sin(turn) * o.radius)
    context.rotate(turn + (o.inward ? -Math.PI / 2 : Math.PI / 2))
    context.fillText(character, 0, 0)
    context.restore()
  })
  context.restore()
  scene.lines.push({ polygon, text: o.text, contrast: contrastOf(colour, ground) * alpha })
}

function arcOutline(o: ArcOptions, angle: number, ascent: number, descent: number): Polygon {
  const direction = o.inward ? -1 : 1
  const points = Math.max(3, Math.min(8, Math.ceil(angle / 0.3) + 1))
  const outer = o.radius + (o.inward ? descent : ascent) + 0.05 * o.size
  const inner = o.radius - (o.inward ? ascent : descent) - 0.05 * o.size
  // The outer chords cut the arc: their ends are moved out a little.
  const beyond = outer / Math.cos(angle / (points - 1) / 2)
  const side = (radius: number, k: number): Point => {
    const turn = o.middle + direction * angle * (k / (points - 1) - 0.5)
    return [o.centre[0] + Math.cos(turn) * radius, o.centre[1] + Math.sin(turn) * radius]
  }
  const polygon: Polygon = []
  for (let k = 0; k < points; k++) polygon.push(side(o.inward ? inner : beyond, k))
  for (let k = points - 1; k >= 0; k--) polygon.push(side(o.inward ? beyond : inner, k))
  return polygon
}

function look(scene: Scene, o: LineLook, polygon: Polygon): { colour: Colour; ground: Colour; alpha: number } {
  const ground = o.ground ?? scene.colourUnder(boxOf(polygon))
  const alpha = o.alpha ?? 1
  scene.context.globalAlpha = alpha
  return { ground, alpha, colour: o.colour ?? scene.ink(ground, o.ink) }
}

function strokeWith(scene: Scene, outline: { colour: Colour; width: number }): void {
  scene.context.lineWidth = outline.width
  scene.context.lineJoin = 'round'
  scene.context.strokeStyle = css(outline.colour)
}
