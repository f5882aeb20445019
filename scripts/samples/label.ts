import type { Canvas } from '@napi-rs/canvas'
import { canvas, grain, MONO, random, SANS } from './drawing'

/** A label on cardboard. */
export function label(): Canvas {
  const [c, g] = canvas(1100, 760, '#b98d5c')
  const rnd = random(41)
  for (let y = 0; y < 760; y += 3) {
    g.fillStyle = `rgba(90,60,25,${rnd() * 0.1})`
    g.fillRect(0, y, 1100, 2)
  }
  g.save()
  g.translate(550, 380)
  g.rotate(0.06)
  g.fillStyle = '#fff'
  g.fillRect(-420, -260, 840, 520)
  g.strokeStyle = '#111'
  g.lineWidth = 4
  g.strokeRect(-400, -240, 800, 480)
  g.fillStyle = '#111'
  g.font = `800 64px ${SANS}`
  g.fillText('易碎 FRAGILE', -370, -150)
  g.font = `500 32px ${SANS}`
  g.fillText('收件：杭州市湖滨路 66 号 3 幢', -370, -70)
  g.fillText('TO: Lakeside Rd. 66, Hangzhou', -370, -20)
  g.fillText('重量 12.5 kg   件数 1/3', -370, 40)
  g.font = `700 44px ${MONO}`
  g.fillText('SN 4471-0092-QX', -370, 190)
  for (let x = -370; x < 120; ) {
    const w = 3 + Math.floor(rnd() * 7)
    g.fillRect(x, 70, w, 70)
    x += w + 3 + Math.floor(rnd() * 6)
  }
  g.strokeRect(180, 60, 180, 140)
  g.font = `700 40px ${SANS}`
  g.fillText('向上', 228, 120)
  g.fillText('↑  ↑', 222, 176)
  g.restore()
  const light = g.createRadialGradient(300, 150, 50, 400, 300, 900)
  light.addColorStop(0, 'rgba(255,250,230,.22)')
  light.addColorStop(1, 'rgba(0,0,0,.34)')
  g.fillStyle = light
  g.fillRect(0, 0, 1100, 760)
  grain(c, 47, 20)
  return c
}
