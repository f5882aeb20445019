import type { Canvas } from '@napi-rs/canvas'
import { canvas, grain, SANS, SERIF } from './drawing'

/** A filled form with a stamp. */
export function form(): Canvas {
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
