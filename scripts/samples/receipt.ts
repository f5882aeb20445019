import type { Canvas } from '@napi-rs/canvas'
import { canvas, grain, MONO, random } from './drawing'

/** A till receipt on a table, creased and a little turned. */
export function receipt(): Canvas {
  const [c, g] = canvas(760, 1120, '#8a7358')
  const rnd = random(3)
  for (let i = 0; i < 90; i++) {
    g.strokeStyle = `rgba(${60 + rnd() * 40},${40 + rnd() * 30},20,${0.05 + rnd() * 0.1})`
    g.lineWidth = 1 + rnd() * 5
    const y = rnd() * 1120
    g.beginPath()
    g.moveTo(0, y)
    g.bezierCurveTo(250, y + rnd() * 30 - 15, 500, y + rnd() * 30 - 15, 760, y + rnd() * 20)
    g.stroke()
  }
  g.save()
  g.translate(380, 560)
  g.rotate(-0.018)
  g.shadowColor = 'rgba(0,0,0,.45)'
  g.shadowBlur = 30
  g.shadowOffsetY = 12
  g.fillStyle = '#f6f3ea'
  g.fillRect(-270, -510, 540, 1020)
  g.shadowColor = 'transparent'
  g.fillStyle = '#26231f'
  const line = (
    text: string,
    y: number,
    size: number,
    align: 'left' | 'center' | 'right' = 'center',
    x = 0,
    weight = '',
  ) => {
    g.font = `${weight} ${size}px ${MONO}`
    g.textAlign = align
    g.fillText(text, x, y)
  }
  line('清泉咖啡馆', -440, 44, 'center', 0, 'bold')
  line('CLEAR SPRING CAFE', -400, 24)
  line('桂花路 128 号 · TEL 010-5550-0142', -362, 20)
  line('2026-05-18 09:42   NO. 004137', -328, 20)
  line('- - - - - - - - - - - - - - - - - - -', -296, 20)
  const rows = [
    ['美式咖啡 Americano', '2', '44.00'],
    ['燕麦拿铁 Oat Latte', '1', '32.00'],
    ['蓝莓松饼 Muffin', '3', '57.00'],
    ['柠檬气泡水 Soda', '1', '26.00'],
    ['火腿三明治 Sandwich', '2', '68.00'],
    ['手冲豆 Beans 250g', '1', '98.00'],
  ]
  rows.forEach(([name, count, price], i) => {
    line(name, -246 + i * 50, 23, 'left', -236)
    line(count, -246 + i * 50, 23, 'right', 120)
    line(price, -246 + i * 50, 23, 'right', 236)
  })
  line('- - - - - - - - - - - - - - - - - - -', 62, 20)
  line('小计 SUBTOTAL', 104, 24, 'left', -236)
  line('325.00', 104, 24, 'right', 236)
  line('优惠 DISCOUNT', 144, 24, 'left', -236)
  line('-25.00', 144, 24, 'right', 236)
  line('合计 TOTAL', 206, 42, 'left', -236, 'bold')
  line('300.00', 206, 42, 'right', 236, 'bold')
  line('微信支付 WECHAT PAY', 262, 22, 'left', -236)
  line('300.00', 262, 22, 'right', 236)
  line('谢谢惠顾 欢迎再来', 330, 26)
  line('THANK YOU', 366, 24)
  for (let x = -170; x < 170; ) {
    const w = 2 + Math.floor(rnd() * 5)
    g.fillRect(x, 396, w, 62)
    x += w + 2 + Math.floor(rnd() * 5)
  }
  line('6 901234 567892', 486, 20)
  const fold = g.createLinearGradient(0, -60, 0, 60)
  fold.addColorStop(0, 'rgba(0,0,0,0)')
  fold.addColorStop(0.5, 'rgba(0,0,0,.10)')
  fold.addColorStop(0.52, 'rgba(255,255,255,.25)')
  fold.addColorStop(1, 'rgba(255,255,255,0)')
  g.fillStyle = fold
  g.fillRect(-270, -60, 540, 120)
  g.restore()
  grain(c, 11, 16)
  return c
}
