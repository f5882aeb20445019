/**
 * Renders the sample pictures of the page into public/samples: `npx tsx scripts/make-samples.ts`.
 * All of it is drawn here; no photograph or text of others is used. Needs Noto Sans CJK (fonts-noto-cjk).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'

const SANS = '"Noto Sans CJK SC", "Noto Sans SC", sans-serif'
const SERIF = '"Noto Serif CJK SC", "Noto Sans CJK SC", serif'
const MONO = '"Noto Sans Mono CJK SC", "DejaVu Sans Mono", monospace'
const out = join(import.meta.dirname, '..', 'public', 'samples')

/** Small generator, so that every run draws the same pictures. */
function random(seed: number): () => number {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 4294967296
  }
}

function canvas(width: number, height: number, fill: string): [Canvas, SKRSContext2D] {
  const c = createCanvas(width, height)
  const g = c.getContext('2d')
  g.fillStyle = fill
  g.fillRect(0, 0, width, height)
  return [c, g]
}

/** Sensor noise, so that flat colours look photographed. */
function grain(c: Canvas, seed: number, strength: number): void {
  const g = c.getContext('2d')
  const data = g.getImageData(0, 0, c.width, c.height)
  const rnd = random(seed)
  for (let i = 0; i < data.data.length; i += 4) {
    const n = (rnd() - 0.5) * strength
    for (let k = 0; k < 3; k++) data.data[i + k] += n
  }
  g.putImageData(data, 0, 0)
}

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

function receipt(): Canvas {
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

function shopSign(): Canvas {
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

function form(): Canvas {
  const [c, g] = canvas(1000, 1300, '#fdfdfb')
  g.fillStyle = '#1d1f24'
  g.textAlign = 'center'
  g.font = `700 42px ${SANS}`
  g.fillText('设备点检记录表', 500, 90)
  g.font = `400 22px ${SANS}`
  g.fillText('Equipment inspection record', 500, 126)
  g.textAlign = 'left'
  g.fillText('编号 No. EQ-2026-0381', 70, 180)
  g.fillText('日期 2026-06-02', 700, 180)
  g.strokeStyle = '#444'
  g.lineWidth = 1.6
  const xs = [70, 150, 470, 640, 790, 930]
  const top = 210
  const rowHeight = 52
  const rows = [
    ['序', '项目 Item', '标准', '实测', '结论'],
    ['1', '主轴温度 Spindle temp.', '≤ 65 °C', '58.2', '合格'],
    ['2', '润滑油位 Oil level', '中线以上', '正常', '合格'],
    ['3', '气源压力 Air pressure', '0.6 MPa', '0.58', '合格'],
    ['4', '噪声 Noise', '≤ 80 dB', '83.4', '复检'],
    ['5', '振动 Vibration', '≤ 4.5 mm/s', '3.1', '合格'],
    ['6', '急停按钮 Emergency stop', '有效', '有效', '合格'],
    ['7', '防护罩 Guard', '完好', '完好', '合格'],
    ['8', '冷却液浓度 Coolant', '5–8 %', '6.5', '合格'],
    ['9', '皮带张力 Belt tension', '12 mm', '14', '调整'],
    ['10', '接地电阻 Earth resistance', '≤ 4 Ω', '1.8', '合格'],
  ]
  rows.forEach((cells, r) => {
    const y = top + r * rowHeight
    if (r === 0) {
      g.fillStyle = '#e9edf5'
      g.fillRect(xs[0], y, xs[5] - xs[0], rowHeight)
    }
    g.fillStyle = '#1d1f24'
    g.font = `${r === 0 ? 600 : 400} 22px ${SANS}`
    cells.forEach((text, i) => {
      g.fillText(text, xs[i] + 14, y + 34)
    })
  })
  for (let r = 0; r <= rows.length; r++) {
    g.beginPath()
    g.moveTo(xs[0], top + r * rowHeight)
    g.lineTo(xs[5], top + r * rowHeight)
    g.stroke()
  }
  for (const x of xs) {
    g.beginPath()
    g.moveTo(x, top)
    g.lineTo(x, top + rows.length * rowHeight)
    g.stroke()
  }
  g.font = `600 24px ${SANS}`
  g.fillText('处理意见 Remarks', 70, 850)
  g.font = `400 22px ${SANS}`
  const words = [
    '噪声超出标准 3.4 dB，已更换消音器垫片，次日复测。',
    '皮带张力偏大，调整张紧轮后复测为 12 mm。',
    'Noise exceeded the limit by 3.4 dB; the silencer gasket was replaced.',
    'Belt tension adjusted to 12 mm after the first reading.',
  ]
  words.forEach((text, i) => {
    g.fillText(text, 70, 900 + i * 44)
  })
  g.fillText('点检员：', 70, 1140)
  g.fillText('审核：', 560, 1140)
  g.fillStyle = '#1c3f94'
  g.font = `italic 34px ${SERIF}`
  g.fillText('周小满', 170, 1142)
  g.fillText('何立群', 640, 1142)
  g.save()
  g.translate(800, 1100)
  g.rotate(-0.2)
  g.strokeStyle = 'rgba(200,30,40,.75)'
  g.fillStyle = 'rgba(200,30,40,.75)'
  g.lineWidth = 5
  g.beginPath()
  g.arc(0, 0, 84, 0, 7)
  g.stroke()
  g.textAlign = 'center'
  g.font = `700 30px ${SANS}`
  g.fillText('质量检验', 0, -6)
  g.font = `600 24px ${SANS}`
  g.fillText('专用章', 0, 34)
  g.restore()
  grain(c, 5, 7)
  return c
}

function poster(): Canvas {
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

function screenshot(): Canvas {
  const [c, g] = canvas(1280, 800, '#f4f5f8')
  g.fillStyle = '#20242e'
  g.fillRect(0, 0, 220, 800)
  g.fillStyle = '#fff'
  g.font = `600 24px ${SANS}`
  g.fillText('云账本', 28, 52)
  g.font = `400 18px ${SANS}`
  ;['概览', '订单', '客户', '发票', '报表', '设置'].forEach((name, i) => {
    g.fillStyle = i === 1 ? '#5b6cff' : 'transparent'
    g.fillRect(12, 88 + i * 48, 196, 40)
    g.fillStyle = i === 1 ? '#fff' : '#b8bfcc'
    g.fillText(name, 32, 115 + i * 48)
  })
  g.fillStyle = '#171a21'
  g.font = `600 28px ${SANS}`
  g.fillText('订单 Orders', 252, 60)
  const tiles = [
    ['今日订单', '1,284'],
    ['销售额', '¥ 86,420.50'],
    ['待发货', '37'],
    ['退款率', '0.8%'],
  ]
  tiles.forEach(([name, value], i) => {
    const x = 252 + i * 250
    g.fillStyle = '#fff'
    g.fillRect(x, 88, 232, 104)
    g.fillStyle = '#6b7280'
    g.font = `400 17px ${SANS}`
    g.fillText(name, x + 18, 124)
    g.fillStyle = '#171a21'
    g.font = `600 28px ${SANS}`
    g.fillText(value, x + 18, 168)
  })
  g.fillStyle = '#fff'
  g.fillRect(252, 216, 982, 540)
  const cols = [272, 440, 640, 840, 1010, 1130]
  const head = ['订单号', '客户', '商品', '金额', '状态', '时间']
  const rows = [
    ['#20260418', '林晓', '机械键盘 K87', '¥ 399.00', '已发货', '09:12'],
    ['#20260417', 'Anna Weber', 'USB-C Hub', '¥ 189.00', '待付款', '08:57'],
    ['#20260416', '赵一鸣', '显示器支架', '¥ 259.00', '已完成', '08:31'],
    ['#20260415', 'Tom Okafor', 'Desk lamp', '¥ 129.00', '已发货', '08:02'],
    ['#20260414', '孙可', '无线鼠标 M3', '¥ 149.00', '退款中', '07:48'],
    ['#20260413', 'Mia Rossi', 'Webcam 1080p', '¥ 329.00', '已完成', '07:15'],
    ['#20260412', '吴桐', '人体工学椅', '¥ 1,299.00', '待发货', '06:50'],
  ]
  g.font = `400 17px ${SANS}`
  head.forEach((text, i) => {
    g.fillStyle = '#6b7280'
    g.fillText(text, cols[i], 256)
  })
  rows.forEach((cells, r) => {
    const y = 306 + r * 60
    g.fillStyle = '#edeff3'
    g.fillRect(252, y - 34, 982, 1)
    cells.forEach((text, i) => {
      g.fillStyle = i === 4 ? '#0b7350' : '#22262f'
      g.fillText(text, cols[i], y + 4)
    })
  })
  return c
}

function label(): Canvas {
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

/** The upper part of a picture in the form of the page's tiles. */
function small(c: Canvas): Canvas {
  const width = 320
  const height = 240
  const s = createCanvas(width, height)
  const scale = Math.max(width / c.width, height / c.height)
  s.getContext('2d').drawImage(
    c,
    (width - c.width * scale) / 2,
    Math.min(0, (height - c.height * scale) * 0.1),
    c.width * scale,
    c.height * scale,
  )
  return s
}

mkdirSync(out, { recursive: true })
const pictures = { receipt, 'shop-sign': shopSign, form, poster, screenshot, label }
for (const [name, draw] of Object.entries(pictures)) {
  const c = draw()
  const large = c.toBuffer('image/jpeg', 84)
  writeFileSync(join(out, `${name}.jpg`), large)
  writeFileSync(join(out, `${name}-small.jpg`), small(c).toBuffer('image/jpeg', 78))
  console.log(`${name}.jpg ${c.width} x ${c.height}, ${Math.round(large.length / 1000)} kB`)
}
