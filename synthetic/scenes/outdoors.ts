import { paintBackground } from '../drawing/backgrounds'
import { addClutter } from '../drawing/clutter'
import { css, randomColour } from '../drawing/colour'
import { drawArc, drawColumn } from '../drawing/draw-line'
import { isChinese } from '../drawing/fonts'
import { type Box, boxesMeet, boxOf } from '../drawing/plane'
import type { Scene } from '../drawing/scene'
import { makeBoard } from './board'
import { anyFace, anyLanguage, anyWeight, drawFitted, drawFreeLine, tiltedQuad } from './compose'

/** Boards of all kinds before a background, seen from any side. */
export function paintSigns(scene: Scene): void {
  const { r, context, width, height } = scene
  paintBackground(scene)
  if (r.chance(0.5)) addClutter(scene, r.integer(2, 14))
  const placed: Box[] = []
  const small = r.chance(0.35)
  let wanted = small ? r.integer(4, 14) : r.integer(1, 6)
  for (let attempt = 0; wanted > 0 && attempt < 40; attempt++) {
    const board = makeBoard(scene, small ? Math.round(r.logRange(45, 190)) : undefined)
    const angle = r.weighted([
      [0, 3],
      [r.range(-0.25, 0.25), 5],
      [r.range(-0.9, 0.9), 1],
    ] as const)
    const strength = r.chance(0.6) ? r.range(0.02, 0.28) : 0.01
    const quad = tiltedQuad(r, board.width, board.height, r.range(0, width), r.range(0, height), angle, strength)
    const box = boxOf(quad)
    const beyond = board.width * 0.3
    if (box[0] < -beyond || box[1] < -beyond || box[2] > width + beyond || box[3] > height + beyond) continue
    if (placed.some((other) => boxesMeet([other[0] - 2, other[1] - 2, other[2] + 2, other[3] + 2], box))) continue
    placed.push(box)
    wanted--
    if (r.chance(0.3)) {
      context.save()
      context.shadowColor = 'rgba(0,0,0,0.6)'
      context.shadowBlur = r.range(4, 18)
      context.shadowOffsetX = r.range(-6, 6)
      context.shadowOffsetY = r.range(2, 8)
      context.fillStyle = css(board.ground ?? [0, 0, 0])
      context.beginPath()
      for (const [x, y] of quad) context.lineTo(x, y)
      context.fill()
      context.restore()
    }
    scene.paste(board, quad)
  }
}

/** Words straight on a picture: shop fronts, print on things, names on vehicles. */
export function paintWords(scene: Scene): void {
  const { r, assets, width, height } = scene
  paintBackground(scene)
  if (r.chance(0.4)) addClutter(scene, r.integer(1, 10))
  const small = r.chance(0.4)
  for (let n = small ? r.integer(6, 26) : r.integer(1, 9); n > 0; n--) {
    const language = anyLanguage(scene)
    const chinese = isChinese(language)
    const size = small ? r.logRange(9, 26) : r.logRange(14, 120)
    const face = anyFace(
      scene,
      language,
      r.weighted([
        ['display', 4],
        ['text', 5],
        ['hand', 1],
      ] as const),
    )
    const angle = r.weighted([
      [0, 3],
      [r.range(-0.2, 0.2), 4],
      [r.range(-0.8, 0.8), 1.2],
      [(r.chance(0.5) ? 1 : -1) * (Math.PI / 2) + r.range(-0.1, 0.1), 0.5],
    ] as const)
    const look = {
      style: anyWeight(r, 0.35),
      alpha: r.chance(0.2) ? r.range(0.5, 0.9) : 1,
      outline: r.chance(0.3) ? { colour: randomColour(r), width: size * r.range(0.05, 0.16) } : null,
    }
    if (chinese && r.chance(0.15)) {
      const text = assets.texts.title(r, language, r.integer(1, 3))
      const x = r.range(size, width - size)
      const y = r.range(0, height * 0.6)
      if (scene.isFree([x - size, y - 5, x + size, y + text.length * size * 1.1]))
        drawColumn(scene, { ...look, text, face, size, x, y })
      continue
    }
    const text = r.chance(0.7)
      ? assets.texts.title(r, language, chinese ? r.integer(1, 3) : r.integer(1, 2))
      : assets.texts.short(r, language)
    const shadow = { colour: 'rgba(0,0,0,0.7)', blur: r.range(0, size * 0.2), x: size * 0.05, y: size * 0.06 }
    drawFreeLine(scene, text, face, size, angle, {
      ...look,
      skew: r.chance(0.2) ? r.range(-0.4, 0.4) : 0,
      loose: r.chance(0.15),
      spacing: r.chance(0.1) ? size * r.range(0.05, 0.3) : 0,
      shadow: r.chance(0.25) ? shadow : undefined,
    })
  }
}

/** Large letters, a curved headline now and then, small print. */
export function paintPoster(scene: Scene): void {
  const { r, assets } = scene
  const language = anyLanguage(scene)
  const chinese = isChinese(language)
  paintBackground(scene, r.chance(0.5) ? undefined : ['gradient', 'plain', 'blobs', 'bokeh', 'stripes', 'clouds'])
  if (r.chance(0.4)) addClutter(scene, r.integer(1, 8))
  const face = anyFace(scene, language, 'display')
  const large = r.logRange(40, 190)
  if (r.chance(0.35)) drawCurvedHeadline(scene)
  for (let i = r.integer(1, 3); i > 0; i--) {
    const size = large * r.range(0.5, 1)
    const text = assets.texts.title(r, language, chinese ? r.integer(1, 2) : 1)
    const outline = r.chance(0.4) ? { colour: randomColour(r), width: size * r.range(0.04, 0.12) } : null
    drawFreeLine(scene, text, face, size, r.chance(0.7) ? 0 : r.range(-0.4, 0.4), {
      style: anyWeight(r, 0.5),
      outline,
      hollow: outline !== null && r.chance(0.15),
      spacing: r.chance(0.2) ? size * 0.15 : 0,
    })
  }
  const small = anyFace(scene, language, 'text')
  for (let i = r.integer(2, 9); i > 0; i--) {
    const running = () => assets.texts.running(r, language, chinese ? r.integer(4, 14) : r.integer(8, 34))
    const text = r.chance(0.5) ? assets.texts.short(r, language) : running()
    drawFreeLine(scene, text, small, r.logRange(10, 34), 0, { style: anyWeight(r, 0.3) })
  }
}

function drawCurvedHeadline(scene: Scene): void {
  const { r, context, assets, width, height } = scene
  const language = anyLanguage(scene)
  const face = anyFace(scene, language, 'display')
  const size = r.logRange(20, 70)
  const radius = r.range(2.2, 6) * size
  const centre: [number, number] = [r.range(0.3, 0.7) * width, r.range(0.35, 0.7) * height]
  if (r.chance(0.3)) {
    context.fillStyle = css(randomColour(r))
    context.beginPath()
    context.arc(centre[0], centre[1], radius + size * 1.3, 0, 2 * Math.PI)
    context.fill()
    scene.groundChanged()
  }
  const cut = (text: string, most: number) => [...text].slice(0, most).join('').trim()
  const upper = cut(assets.texts.title(r, language, r.integer(1, 3)), 18)
  const middle = -Math.PI / 2 + r.range(-0.7, 0.7)
  drawArc(scene, { text: upper, face, size, centre, radius, middle, style: anyWeight(r, 0.5) })
  if (r.chance(0.4)) {
    const lower = cut(assets.texts.title(r, language, 1), 10)
    const turn = Math.PI / 2 + r.range(-0.3, 0.3)
    drawArc(scene, {
      text: lower,
      face,
      size: size * 0.8,
      centre,
      radius: radius + size * 0.3,
      middle: turn,
      inward: true,
    })
  }
}

/** Subtitles, time stamps of cameras, watermarks. */
export function paintCaption(scene: Scene): void {
  const { r, assets, width, height } = scene
  const language = anyLanguage(scene)
  const chinese = isChinese(language)
  paintBackground(scene)
  const face = anyFace(scene, language, 'text')
  const size = r.logRange(14, 46)
  const lines = r.integer(1, 2)
  for (let i = 0; i < lines; i++)
    drawFitted(scene, language, {
      text: assets.texts.running(r, language, chinese ? r.integer(6, 20) : r.integer(15, 50)),
      face,
      size,
      style: 'bold ',
      x: width / 2,
      align: 'center',
      y: height - size * (0.8 + 1.35 * (lines - 1 - i)) - 6,
      width: width * 0.94,
      colour: r.chance(0.75) ? [255, 255, 255] : [250, 220, 40],
      outline: r.chance(0.8) ? { colour: [0, 0, 0], width: size * 0.14 } : null,
    })
  if (r.chance(0.4)) {
    const text = r.chance(0.5) ? `${assets.texts.date(r)} ${assets.texts.time(r)}` : assets.texts.title(r, language, 2)
    const stampFace = anyFace(scene, language, chinese ? 'text' : r.pick(['mono', 'text'] as const))
    const colour = r.chance(0.4) ? ([255, 140, 20] as const) : undefined
    drawFreeLine(scene, text, stampFace, r.logRange(11, 30), 0, { colour })
  }
  if (r.chance(0.2)) {
    const text = r.chance(0.5) ? `@${assets.texts.word(r, 'en')}` : assets.texts.title(r, language, 1)
    const look = {
      alpha: r.range(0.2, 0.5),
      colour: r.chance(0.7) ? ([255, 255, 255] as const) : ([40, 40, 40] as const),
    }
    const mark = r.logRange(14, 40)
    const angle = r.chance(0.5) ? -0.5 : 0
    for (let i = r.integer(2, 7); i > 0; i--) drawFreeLine(scene, text, face, mark, angle, look)
  }
  for (let i = r.integer(0, 4); i > 0; i--)
    drawFreeLine(scene, assets.texts.short(r, language), face, r.logRange(12, 40), 0, {
      outline: { colour: [0, 0, 0], width: 3 },
    })
}
