import type { Canvas, SKRSContext2D } from '@napi-rs/canvas'
import { canvas, grain, random, SANS, SERIF } from './drawing'

/** `source` seen at an angle: its columns are drawn one by one between the slanted edges of the target. */
function slanted(
  g: SKRSContext2D,
  source: Canvas,
  left: { x: number; top: number; bottom: number },
  right: { x: number; top: number; bottom: number },
): void {
  const width = right.x - left.x
  for (let x = 0; x < width; x++) {
    const t = x / width
    const top = left.top + (right.top - left.top) * t
    const bottom = left.bottom + (right.bottom - left.bottom) * t
    g.drawImage(
      source,
      t * source.width,
      0,
      Math.max(1, source.width / width),
      source.height,
      left.x + x,
      top,
      1.6,
      bottom - top,
    )
  }
}

/** A wall of bricks. */
function bricks(g: SKRSContext2D, x0: number, y0: number, width: number, height: number, seed: number): void {
  const rnd = random(seed)
  g.fillStyle = '#6d655c'
  g.fillRect(x0, y0, width, height)
  for (let row = 0, y = y0; y < y0 + height; y += 26, row++)
    for (let x = x0 - (row % 2) * 40; x < x0 + width; x += 80) {
      const l = 60 + rnd() * 34
      g.fillStyle = `rgb(${l + 52},${l},${l - 12})`
      g.fillRect(x + 2, y + 2, 76, 22)
    }
}

/** Shop signs on a wall of bricks, seen at an angle. */
export function shopSign(): Canvas {
  const [c, g] = canvas(1280, 900, '#b7c8d6')
  bricks(g, 0, 120, 1280, 780, 7)
  const sky = g.createLinearGradient(0, 0, 0, 140)
  sky.addColorStop(0, '#cfe0ec')
  sky.addColorStop(1, '#e8edf0')
  g.fillStyle = sky
  g.fillRect(0, 0, 1280, 120)
  const [board, b] = canvas(1000, 300, '#123f8f')
  b.strokeStyle = '#e9c15c'
  b.lineWidth = 14
  b.strokeRect(12, 12, 976, 276)
  b.fillStyle = '#fff6da'
  b.textAlign = 'center'
  b.font = `900 150px ${SERIF}`
  b.fillText('老街面馆', 500, 178)
  b.font = `500 44px ${SANS}`
  b.fillText('手工拉面 · 牛肉汤 · 24 小时', 500, 254)
  g.shadowColor = 'rgba(0,0,0,.5)'
  g.shadowBlur = 26
  g.shadowOffsetY = 16
  g.fillStyle = '#0c2c66'
  g.beginPath()
  g.moveTo(120, 190)
  g.lineTo(1130, 250)
  g.lineTo(1130, 520)
  g.lineTo(120, 520)
  g.fill()
  g.shadowColor = 'transparent'
  slanted(g, board, { x: 120, top: 190, bottom: 520 }, { x: 1130, top: 250, bottom: 520 })
  const [side, s] = canvas(150, 520, '#b3261e')
  s.fillStyle = '#ffe9a8'
  s.textAlign = 'center'
  s.font = `700 96px ${SANS}`
  ;[...'停车入口'].forEach((ch, i) => {
    s.fillText(ch, 75, 112 + i * 124)
  })
  slanted(g, side, { x: 1160, top: 150, bottom: 700 }, { x: 1258, top: 130, bottom: 730 })
  g.fillStyle = '#23262b'
  g.fillRect(180, 590, 360, 310)
  g.fillRect(640, 590, 420, 310)
  g.fillStyle = 'rgba(255,214,140,.78)'
  g.fillRect(200, 610, 320, 290)
  g.fillStyle = 'rgba(160,190,205,.8)'
  g.fillRect(660, 610, 380, 290)
  g.fillStyle = '#7d1712'
  g.font = `700 58px ${SANS}`
  g.textAlign = 'center'
  g.fillText('营业中', 360, 720)
  g.font = `600 40px ${SANS}`
  g.fillText('OPEN', 360, 780)
  g.fillStyle = '#14324a'
  g.font = `600 38px ${SANS}`
  g.fillText('外卖电话', 850, 700)
  g.font = `700 46px ${SANS}`
  g.fillText('5550-0168', 850, 760)
  grain(c, 23, 22)
  return c
}
