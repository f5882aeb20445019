import { drawIcon } from '../drawing/clutter'
import { type Colour, css, grey, near, randomColour } from '../drawing/colour'
import { drawLine } from '../drawing/draw-line'
import { type Face, isChinese, type Language } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, anyLanguage, drawFitted } from './compose'
import { drawStamp } from './stamp'

/** Tables and label–value fields, partly filled in by hand or typewriter. */
export function paintForm(scene: Scene): void {
  const { r, width, height, assets } = scene
  const v = r.integer(225, 255)
  scene.fill([v, v, v - r.integer(0, 14)])
  const form = new Form(scene)
  if (r.chance(0.6)) {
    const size = form.size * r.range(1.3, 2.4)
    const text = assets.texts.title(r, form.language, r.integer(2, 5))
    form.cell(text, width * 0.05, form.y + size, width * 0.9, { size, style: 'bold ', align: 'center' })
    form.y += size * 2.4
  }
  while (form.y < height) {
    if (r.chance(0.55)) form.table()
    else form.fields()
  }
  if (r.chance(0.25))
    drawStamp(scene, r.range(0.2, 0.8) * width, r.range(0.2, 0.9) * height, r.range(35, 90), form.language)
}

interface CellOptions {
  face?: Face
  size?: number
  style?: string
  colour?: Colour
  ground?: Colour
  align?: 'left' | 'center' | 'right'
}

class Form {
  readonly language: Language
  readonly size: number
  y: number
  private readonly chinese: boolean
  private readonly face: Face
  private readonly handFace: Face
  private readonly typeFace: Face
  private readonly ink: Colour
  private readonly pen: Colour
  private readonly paper: Colour

  constructor(private readonly scene: Scene) {
    const { r } = scene
    this.paper = scene.ground!
    this.language = anyLanguage(scene)
    this.chinese = isChinese(this.language)
    this.face = anyFace(scene, this.language, 'text')
    this.handFace = anyFace(scene, this.language, 'hand')
    this.typeFace = anyFace(scene, this.language, r.chance(0.5) ? 'type' : 'text')
    this.size = r.logRange(9, 20)
    this.ink = scene.ink(this.paper, 'dark')
    this.pen = r.chance(0.5) ? [r.integer(10, 50), r.integer(20, 70), r.integer(110, 190)] : this.ink
    scene.context.strokeStyle = css(r.chance(0.7) ? this.ink : near(r, grey(150), 40))
    scene.context.lineWidth = r.range(0.6, 2)
    this.y = this.size * r.range(1, 4)
  }

  /** Text in a box of the given width; left out when even its beginning does not fit. */
  cell(text: string, x: number, y: number, width: number, o: CellOptions = {}): void {
    if (text === '' || width <= 0) return
    const { scene } = this
    const face = o.face ?? this.face
    const size = o.size ?? this.size
    scene.setFont(face, size, o.style)
    const fitted = scene.fitted(text, width, this.chinese)
    if (scene.widthOf(fitted) > width + 1) return
    const at = o.align === 'center' ? x + width / 2 : o.align === 'right' ? x + width : x
    drawLine(scene, {
      ...o,
      text: fitted,
      face,
      size,
      colour: o.colour ?? this.ink,
      ground: o.ground ?? this.paper,
      x: at,
      y,
    })
  }

  private value(): string {
    const { r, assets } = this.scene
    const kind = r.weighted([
      ['number', 3],
      ['price', 2],
      ['date', 1],
      ['title', 3],
      ['code', 1],
      ['phone', 0.6],
      ['', 2],
    ] as const)
    if (kind === '') return ''
    return kind === 'title' ? assets.texts.title(r, this.language, r.integer(1, 2)) : assets.texts[kind](r)
  }

  table(): void {
    const { r, context, width, assets } = this.scene
    const { size } = this
    const columns = r.integer(2, 7)
    const rows = r.integer(3, 14)
    const rowHeight = size * r.range(1.6, 3)
    const left = width * r.range(0.01, 0.1)
    const tableWidth = width - 2 * left
    const cuts = [0]
    for (let i = 0; i < columns; i++) cuts.push(cuts[i] + r.range(0.6, 1.8))
    const edges = cuts.map((cut) => left + (cut / cuts[columns]) * tableWidth)
    const rules = r.weighted([
      ['all', 5],
      ['rows', 2],
      ['none', 1.5],
      ['frame', 1],
    ] as const)
    const headGround = r.chance(0.4) ? randomColour(r, 150, 240) : undefined
    const stripe = r.chance(0.2) ? near(r, [235, 238, 242], 6) : undefined
    const aligns = Array.from({ length: columns }, () => r.pick(['left', 'left', 'center', 'right'] as const))
    for (let row = 0; row < rows; row++) {
      const y = this.y + row * rowHeight
      const ground = row === 0 && headGround ? headGround : row % 2 ? stripe : undefined
      if (ground) {
        context.fillStyle = css(ground)
        context.fillRect(left, y, tableWidth, rowHeight)
      }
      if (rules === 'all' || rules === 'rows') {
        context.beginPath()
        for (const at of [y, y + rowHeight]) {
          context.moveTo(left, at)
          context.lineTo(left + tableWidth, at)
        }
        context.stroke()
      }
      for (let column = 0; column < columns; column++) {
        const byHand = row > 0 && column > 0 && r.chance(0.12)
        const text = row === 0 || column === 0 ? assets.texts.title(r, this.language, r.integer(1, 2)) : this.value()
        const cellWidth = edges[column + 1] - edges[column] - size * 0.8
        this.cell(text, edges[column] + size * 0.4, y + rowHeight / 2 + size * 0.36, cellWidth, {
          align: aligns[column],
          style: row === 0 ? 'bold ' : '',
          ground,
          ...(byHand && { face: this.handFace, colour: this.pen }),
        })
      }
    }
    if (rules === 'all') {
      context.beginPath()
      for (const x of edges) {
        context.moveTo(x, this.y)
        context.lineTo(x, this.y + rows * rowHeight)
      }
      context.stroke()
    } else if (rules === 'frame') context.strokeRect(left, this.y, tableWidth, rows * rowHeight)
    this.y += rows * rowHeight + size * r.range(1.5, 3)
  }

  fields(): void {
    const { r, context, width, assets } = this.scene
    const { size } = this
    const columns = r.integer(1, 3)
    const left = width * 0.04
    const fieldWidth = (width - 2 * left) / columns
    const rowHeight = size * r.range(1.8, 3.2)
    const boxed = r.chance(0.3)
    for (let row = r.integer(2, 7); row > 0; row--, this.y += rowHeight)
      for (let column = 0; column < columns; column++) {
        const x = left + column * fieldWidth
        const colon = this.chinese ? '：' : r.chance(0.7) ? ':' : ''
        const label = assets.texts.title(r, this.language, r.integer(1, 2)) + colon
        this.scene.setFont(this.face, size)
        const labelWidth = Math.min(fieldWidth * 0.5, this.scene.widthOf(label))
        this.cell(label, x, this.y + rowHeight * 0.65, fieldWidth * 0.5)
        const gap = size * r.range(0.4, 3)
        const start = x + labelWidth + gap
        const room = fieldWidth - labelWidth - gap - size
        if (room < size * 2) continue
        if (boxed) context.strokeRect(start - 3, this.y + rowHeight * 0.1, room, rowHeight * 0.8)
        else if (r.chance(0.6)) {
          context.beginPath()
          context.moveTo(start, this.y + rowHeight * 0.78)
          context.lineTo(start + room, this.y + rowHeight * 0.78)
          context.stroke()
        }
        // A value close behind its label would read as one line with it: it comes only after a clear gap.
        if (gap <= size * 1.1 || r.chance(0.25)) continue
        const filledIn = r.chance(0.5) && {
          face: r.chance(0.6) ? this.handFace : this.typeFace,
          colour: this.pen,
          size: size * r.range(1, 1.5),
        }
        this.cell(this.value(), start, this.y + rowHeight * 0.65, room, filledIn || {})
      }
    this.boxesToTick(left)
    this.y += size * r.range(2, 4)
  }

  private boxesToTick(left: number): void {
    const { r, context, assets, width } = this.scene
    const { size } = this
    for (let n = r.integer(0, 3), x = left; n > 0 && x < width; n--) {
      context.strokeRect(x, this.y + size * 0.3, size * 0.9, size * 0.9)
      if (r.chance(0.4)) drawIcon(this.scene, x, this.y + size * 0.3, size * 0.8, this.pen)
      const placed = drawFitted(this.scene, this.language, {
        text: assets.texts.title(r, this.language, 1),
        face: this.face,
        size,
        colour: this.ink,
        ground: this.paper,
        x: x + size * 1.6,
        y: this.y + size * 1.1,
        width: width - x,
      })
      x = (placed?.right ?? x) + size * 3
    }
  }
}
