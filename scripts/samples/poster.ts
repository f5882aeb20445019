import type { Canvas } from '@napi-rs/canvas'
import { canvas, grain, random, SANS, SERIF } from './drawing'

/** A poster with large letters. */
export function poster(): Canvas {
  const [c, g] = canvas(960, 1280, '#0f1d33')
  const sky = g.createLinearGradient(0, 0, 0, 1280)
  sky.addColorStop(0, '#14264c')
  sky.addColorStop(0.5, '#c2537a')
  sky.addColorStop(0.72, '#f2a65a')
  sky.addColorStop(1, '#20304a')
  g.fillStyle = sky
  g.fillRect(0, 0, 960, 1280)
  const rnd = random(19)
  for (let i = 0; i < 70; i++) {
    const r = 10 + rnd() * 70
    const glow = g.createRadialGradient(0, 0, 0, 0, 0, r)
    glow.addColorStop(0, `rgba(255,${200 + rnd() * 55},${150 + rnd() * 90},${0.08 + rnd() * 0.22})`)
    glow.addColorStop(1, 'rgba(255,220,180,0)')
    g.save()
    g.translate(rnd() * 960, 380 + rnd() * 620)
    g.fillStyle = glow
    g.fillRect(-r, -r, 2 * r, 2 * r)
    g.restore()
  }
  for (const [base, color] of [
    [830, '#3b3050'],
    [930, '#241f3c'],
    [1040, '#131629'],
  ] as const) {
    g.fillStyle = color
    g.beginPath()
    g.moveTo(0, 1280)
    for (let x = 0; x <= 960; x += 8)
      g.lineTo(x, base + Math.sin(x / 90 + base) * 34 + Math.sin(x / 37 + base * 2) * 14 + rnd() * 6)
    g.lineTo(960, 1280)
    g.fill()
  }
  g.textAlign = 'center'
  g.fillStyle = '#fff'
  g.shadowColor = 'rgba(0,0,0,.5)'
  g.shadowBlur = 18
  g.font = `900 148px ${SERIF}`
  g.fillText('山谷音乐节', 480, 250)
  g.font = `600 58px ${SANS}`
  g.fillText('VALLEY SOUND 2026', 480, 342)
  g.font = `500 38px ${SANS}`
  g.fillText('7 月 18 日 – 20 日 · 青石湖畔', 480, 414)
  g.save()
  g.translate(480, 640)
  g.rotate(-0.09)
  g.fillStyle = '#ffd23f'
  g.fillRect(-300, -62, 600, 112)
  g.shadowColor = 'transparent'
  g.fillStyle = '#2a1640'
  g.font = `800 64px ${SANS}`
  g.fillText('早鸟票 ¥168 起', 0, 16)
  g.restore()
  g.fillStyle = '#f4ecff'
  g.font = `500 36px ${SANS}`
  ;['夜航乐队', 'Paper Lantern', '北岸合唱团', 'The Slow Tide'].forEach((name, i) => {
    g.fillText(name, 270 + (i % 2) * 420, 1090 + Math.floor(i / 2) * 56)
  })
  g.font = `400 26px ${SANS}`
  g.fillText('售票 tickets.example.org · 咨询 5550-0193', 480, 1230)
  g.shadowColor = 'transparent'
  grain(c, 31, 14)
  return c
}
