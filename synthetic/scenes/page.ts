import { createCanvas } from '@napi-rs/canvas'
import { paintBackground } from '../drawing/backgrounds'
import { drawChart } from '../drawing/clutter'
import { type Colour, css, near } from '../drawing/colour'
import { isChinese } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { anyFace, anyLanguage, anyWeight, drawFitted, drawParagraph } from './compose'
import { drawStamp } from './stamp'

/** A printed or typewritten page: heading, columns, lists, figures with captions, marks of a pen, a stamp. */
export function paintPage(scene: Scene): void {
  const { r, context, width, height, assets } = scene
  const language = anyLanguage(scene)
  const chinese = isChinese(language)
  const paper: Colour = r.chance(0.7)
    ? near(r, [247, 247, 245], 7)
    : [r.integer(215, 250), r.integer(205, 245), r.integer(175, 240)]
  scene.fill(paper)
  const old = r.chance(0.15)
  const face = anyFace(
    scene,
    language,
    r.weighted([
      ['text', 8],
      ['type', old ? 6 : 1],
      ['mono', 0.5],
    ] as const),
  )
  const colour = scene.ink(paper, 'dark')
  // Worn ribbons and thin toner: a whole page of faint lines.
  const alpha = r.chance(0.12) ? r.range(0.3, 0.7) : 1
  const size = r.logRange(9, 26)
  const lead = r.range(1.15, 1.9)
  const margin = r.range(0.02, 0.1) * width
  const columns = size < 14 ? r.integer(1, 3) : size < 19 ? r.integer(1, 2) : 1
  const gap = size * r.range(1.8, 3.5)
  const columnWidth = (width - 2 * margin - gap * (columns - 1)) / columns
  const title = (words: number) => assets.texts.title(r, language, words)
  let top = r.chance(0.3) ? -r.range(0, 40) : margin + size
  if (r.chance(0.6)) {
    const large = size * r.range(1.4, 3)
    const centred = r.chance(0.5)
    const headFace = r.chance(0.6) ? anyFace(scene, language, 'text') : face
    drawFitted(scene, language, {
      text: title(r.integer(2, 6)),
      face: headFace,
      size: large,
      style: 'bold ',
      colour: r.chance(0.8) ? colour : undefined,
      ink: 'dark',
      x: centred ? width / 2 : margin,
      align: centred ? 'center' : 'left',
      y: top + large,
      width: width - 2 * margin,
    })
    top += large * 2.1
    if (r.chance(0.4)) {
      context.strokeStyle = css(colour)
      context.lineWidth = r.range(0.7, 2.5)
      context.beginPath()
      context.moveTo(margin, top - large * 0.6)
      context.lineTo(width - margin, top - large * 0.6)
      context.stroke()
      top += size * 0.6
    }
  }
  const align = r.weighted([
    ['left', 8],
    ['center', 0.7],
    ['right', 0.3],
  ] as const)
  const look = { face, colour, alpha, ground: paper }
  const style = anyWeight(r, 0.07)
  for (let column = 0; column < columns; column++) {
    const x = margin + column * (columnWidth + gap)
    let y = top + size
    const line = (text: string, lineSize: number, at: number, options: { align?: 'center'; style?: string } = {}) =>
      drawFitted(scene, language, { ...look, ...options, text, size: lineSize, x: at, y, width: columnWidth })
    while (y < height + size) {
      const kind = r.next()
      if (kind < 0.07 && columnWidth > 90) {
        const figure = r.range(60, 190)
        drawFigure(scene, x, y, columnWidth, figure)
        y += figure + size * 1.7
        if (r.chance(0.5)) {
          const name = `${chinese ? '图' : 'Fig. '}${r.integer(1, 20)} ${assets.texts.running(r, language, chinese ? 10 : 30)}`
          line(name, size * 0.8, x + columnWidth / 2, { align: 'center' })
          y += size * 1.6
        }
      } else if (kind < 0.16) {
        const large = size * r.range(1, 1.5)
        y += large * 0.5
        line((r.chance(0.4) ? `${r.integer(1, 9)}. ` : '') + title(r.integer(1, 4)), large, x, { style: 'bold ' })
        y += large * 1.5
      } else if (kind < 0.24) {
        for (let n = r.integer(2, 5); n > 0; n--, y += size * lead) {
          const text = assets.texts.running(r, language, r.integer(6, chinese ? 20 : 50))
          line((r.chance(0.5) ? '• ' : `${r.integer(1, 9)}) `) + text, size, x + size)
        }
        y += size * 0.5
      } else {
        const lines = r.integer(1, 9)
        const indent = r.chance(0.5)
        const box = { x, y, width: columnWidth, size, lead, lines, bottom: height + size }
        y = drawParagraph(scene, { ...look, ...box, language, indent, align, style }) + size * r.range(0.1, 1)
      }
    }
  }
  if (r.chance(0.15)) drawPenMarks(scene, paper)
  if (r.chance(0.12)) drawStamp(scene, r.range(0, width), r.range(0, height), r.range(40, 110), anyLanguage(scene))
}

function drawFigure(scene: Scene, x: number, y: number, width: number, height: number): void {
  if (scene.r.chance(0.5)) {
    drawChart(scene, x + 20, y, width - 40, height)
    return
  }
  const picture = scene.smaller(200, 120)
  paintBackground(picture)
  const copy = createCanvas(200, 120)
  copy.getContext('2d').drawImage(picture.canvas, 0, 0)
  scene.context.drawImage(copy, x, y, width, height)
}

function drawPenMarks(scene: Scene, paper: Colour): void {
  const { r, context, width, height } = scene
  for (let i = r.integer(1, 3); i > 0; i--) {
    context.strokeStyle = css(scene.ink(paper), 0.6)
    context.lineWidth = r.range(1, 3)
    const y = r.range(0, height)
    context.beginPath()
    context.moveTo(r.range(0, width), y)
    context.lineTo(r.range(0, width), y + r.range(-5, 5))
    context.stroke()
  }
}
