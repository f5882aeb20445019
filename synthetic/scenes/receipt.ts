import { drawBarcode, drawQrCode } from '../drawing/clutter'
import { type Colour, css } from '../drawing/colour'
import { isChinese, type Language } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, anyLanguage, drawFitted } from './compose'

const TOTALS = ['TOTAL', 'SUBTOTAL', 'CASH', 'CHANGE', 'TAX 6%', 'Rounding', 'VISA']
const TOTALS_CHINESE = ['合计', '小计', '实收', '找零', '应付金额', '优惠']
const SCRIPTS: readonly (readonly [Language, number])[] = [
  ['en', 6],
  ['hans', 3],
  ['eu', 2],
  ['hant', 0.7],
]

/** A till receipt, from thermal, dot-matrix or office printers; the print may be faded. */
export function paintReceipt(scene: Scene): void {
  const { r, height } = scene
  const v = r.integer(215, 252)
  scene.fill([v, v - r.integer(0, 6), v - r.integer(0, 14)])
  const till = new Till(scene)
  till.heading()
  while (till.y < height + till.size) {
    till.items()
    till.totals()
    till.foot()
  }
}

class Till {
  readonly size: number
  y: number
  private readonly language: Language
  private readonly chinese: boolean
  private readonly lead: number
  private readonly margin: number
  private readonly look
  private readonly ink: Colour
  private readonly centred: boolean
  private readonly layout: number

  constructor(private readonly scene: Scene) {
    const { r, width, ground } = scene
    this.language = anyLanguage(scene, SCRIPTS)
    this.chinese = isChinese(this.language)
    const dark = r.integer(0, 110)
    this.ink = [dark, dark, dark + r.integer(0, 20)]
    const alpha = r.chance(0.22) ? r.range(0.25, 0.7) : 1
    this.look = { face: anyFace(scene, this.language, 'receipt'), colour: this.ink, alpha, ground }
    this.size = width / r.range(this.chinese ? 17 : 21, this.chinese ? 30 : 44)
    this.lead = this.size * r.range(1.05, 1.7)
    this.margin = width * r.range(0.03, 0.09)
    this.y = r.chance(0.3) ? -r.range(0, 30) : this.size * 2
    this.centred = r.chance(0.7)
    this.layout = r.integer(0, 2)
  }

  heading(): void {
    const { r, assets } = this.scene
    for (let i = r.integer(1, 5), first = true; i > 0; i--, first = false) {
      const size = first ? this.size * r.range(1, 1.9) : this.size
      if (first) this.y += size * 0.5
      const text = first
        ? assets.texts.title(r, this.language, r.integer(1, 3))
        : r.chance(0.3)
          ? assets.texts.phone(r)
          : this.sentence(12, 34)
      this.side(text, size)
      this.y += this.lead * (size / this.size)
    }
    if (r.chance(0.7)) this.rule()
  }

  items(): void {
    const { r, assets, width, height } = this.scene
    const inner = width - 2 * this.margin
    const right = width - this.margin
    for (let i = r.integer(3, 12); i > 0 && this.y < height + this.size; i--) {
      const item = assets.texts.title(r, this.language, r.integer(1, 3))
      if (this.layout === 0) {
        this.put((r.chance(0.3) ? `${r.integer(1, 9)} ` : '') + item, this.margin, inner * 0.66)
        this.price(right)
      } else if (this.layout === 1) {
        this.put(item, this.margin, inner)
        this.y += this.lead
        this.put(assets.texts.code(r), this.margin, width * 0.3)
        this.put(`${r.integer(1, 9)} x ${r.range(1, 90).toFixed(2)}`, width * 0.42, width * 0.28)
        this.price(right, this.size, right - width * 0.7 - this.size)
      } else {
        this.put(item, this.margin, inner * 0.42)
        this.put(String(r.integer(1, 20)), width * 0.54, inner, 'right')
        this.put(r.range(1, 90).toFixed(2), width * 0.74, inner, 'right')
        this.price(right, this.size, right - width * 0.74 - this.size)
      }
      this.y += this.lead
    }
    if (r.chance(0.7)) this.rule()
  }

  totals(): void {
    const { r, width } = this.scene
    for (let i = r.integer(1, 4); i > 0; i--) {
      const size = r.chance(0.3) ? this.size * 1.35 : this.size
      const word = this.chinese ? `${r.pick(TOTALS_CHINESE)}：` : r.pick(TOTALS) + (r.chance(0.5) ? ':' : '')
      this.put(word, this.margin, width * 0.5, 'left', size)
      this.price(width - this.margin, size)
      this.y += this.lead * (size / this.size)
    }
    if (r.chance(0.5)) this.rule()
  }

  foot(): void {
    const { r, assets, width } = this.scene
    if (r.chance(0.35)) {
      drawBarcode(this.scene, width * 0.2, this.y, width * 0.6, this.size * 2.5, this.ink)
      this.y += this.size * 3.8
      this.put(`${r.integer(1e8, 9e8)}${r.integer(1000, 9999)}`, width / 2, width, 'center')
      this.y += this.lead
    }
    if (r.chance(0.2)) {
      const side = width * 0.35
      drawQrCode(this.scene, (width - side) / 2, this.y, side, this.ink)
      this.y += side + this.lead
    }
    for (let i = r.integer(0, 3); i > 0; i--) {
      this.side(r.chance(0.4) ? `${assets.texts.date(r)} ${assets.texts.time(r)}` : this.sentence(10, 30), this.size)
      this.y += this.lead
    }
  }

  private sentence(least: number, most: number): string {
    const { r, assets } = this.scene
    const share = this.chinese ? 0.45 : 1
    return assets.texts.running(r, this.language, Math.round(r.integer(least, most) * share), false)
  }

  private put(
    text: string,
    x: number,
    width: number,
    align: 'left' | 'center' | 'right' = 'left',
    size = this.size,
  ): void {
    drawFitted(this.scene, this.language, { ...this.look, text, x, y: this.y, width, align, size })
  }

  /** A line in the middle or at the left, as the whole receipt has it. */
  private side(text: string, size: number): void {
    const inner = this.scene.width - 2 * this.margin
    if (this.centred) this.put(text, this.scene.width / 2, inner, 'center', size)
    else this.put(text, this.margin, inner, 'left', size)
  }

  /** @param room pixels up to the column before: figures that touch would read as one */
  private price(right: number, size = this.size, room = right * 0.5): void {
    const { r, assets } = this.scene
    this.put(assets.texts.price(r, ['', '', '', '$', '€', '¥']), right, room, 'right', size)
  }

  private rule(): void {
    const { r, context, width } = this.scene
    context.strokeStyle = css(this.ink)
    context.lineWidth = 1
    if (r.chance(0.33)) context.setLineDash([this.size * 0.3, this.size * 0.2])
    context.beginPath()
    context.moveTo(this.margin, this.y - this.size * 0.3)
    context.lineTo(width - this.margin, this.y - this.size * 0.3)
    context.stroke()
    context.setLineDash([])
    this.y += this.lead * 0.8
  }
}
