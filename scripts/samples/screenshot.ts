import type { Canvas } from '@napi-rs/canvas'
import { canvas, SANS } from './drawing'

/** A table in a program. */
export function screenshot(): Canvas {
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
