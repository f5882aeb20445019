import type { SKRSContext2D } from '@napi-rs/canvas'
import { type Colour, css, near, randomColour } from './colour'
import type { Scene } from './scene'

const CIRCLE = 2 * Math.PI

/** Bars of varying width, as on goods. */
export function drawBarcode(scene: Scene, x: number, y: number, width: number, height: number, colour: Colour): void {
  const { r, context } = scene
  context.fillStyle = css(colour)
  const unit = width / r.integer(60, 120)
  for (let at = x; at < x + width - 3 * unit; ) {
    const bar = unit * r.integer(1, 3)
    context.fillRect(at, y, bar, height)
    at += bar + unit * r.integer(1, 3)
  }
}

/** Something that looks like a QR code: three finder patterns and random modules. */
export function drawQrCode(scene: Scene, x: number, y: number, side: number, colour: Colour): void {
  const { r, context } = scene
  const modules = r.pick([21, 25, 29])
  const unit = side / modules
  const far = modules - 7
  context.fillStyle = css(colour)
  for (let row = 0; row < modules; row++)
    for (let column = 0; column < modules; column++) {
      const inFinder = (column < 7 || column >= far) && (row < 7 || row >= far) && !(column >= far && row >= far)
      const ring = Math.min(column % far, row % far, 6 - (column % far), 6 - (row % far))
      const dark = inFinder ? ring === 0 || ring >= 2 : r.chance(0.5)
      if (dark) context.fillRect(x + column * unit, y + row * unit, unit + 0.3, unit + 0.3)
    }
}

type Path = (c: SKRSContext2D, s: number, scene: Scene) => void

// Paths in a square of side s.
const ICONS: Path[] = [
  (c, s) => c.arc(s / 2, s / 2, s * 0.4, 0, CIRCLE),
  (c, s) => c.rect(s * 0.1, s * 0.1, s * 0.8, s * 0.8),
  (c, s) => polyline(c, [s / 2, 0, s, s, 0, s], true),
  (c, s) => {
    for (let i = 0; i < 3; i++) polyline(c, [0, s * (0.2 + 0.3 * i), s, s * (0.2 + 0.3 * i)])
  },
  (c, s) => {
    c.arc(s * 0.4, s * 0.4, s * 0.3, 0, CIRCLE)
    polyline(c, [s * 0.62, s * 0.62, s, s])
  },
  (c, s) => starPath(c, s / 2, s / 2, s * 0.5, s * 0.2),
  (c, s) => polyline(c, [0, s / 2, s * 0.35, s * 0.85, s, s * 0.1]),
  (c, s) => {
    c.arc(s / 2, s * 0.3, s * 0.22, 0, CIRCLE)
    c.moveTo(s * 0.1, s)
    c.arc(s / 2, s, s * 0.4, Math.PI, 0)
  },
  (c, s) => {
    polyline(c, [0, s / 2, s, s / 2, s * 0.7, s * 0.2])
    polyline(c, [s, s / 2, s * 0.7, s * 0.8])
  },
  (c, s) => {
    for (let i = 0; i < 4; i++) c.rect(i * s * 0.26, s * (0.8 - 0.2 * i), s * 0.16, s * (0.2 + 0.2 * i))
  },
  (c, s) => {
    polyline(c, [0, s * 0.5, s / 2, 0, s, s * 0.5])
    polyline(c, [s * 0.15, s * 0.45, s * 0.15, s, s * 0.85, s, s * 0.85, s * 0.45])
  },
  (c, s, { r }) => {
    c.moveTo(0, s)
    for (let i = 0; i < 6; i++) c.lineTo((s * i) / 5, s * r.next())
  },
]

function polyline(c: SKRSContext2D, points: number[], closed = false): void {
  c.moveTo(points[0], points[1])
  for (let i = 2; i < points.length; i += 2) c.lineTo(points[i], points[i + 1])
  if (closed) c.closePath()
}

/** A five-pointed star as part of the current path. */
export function starPath(c: SKRSContext2D, x: number, y: number, outer: number, inner: number): void {
  for (let i = 0; i < 10; i++) {
    const turn = -Math.PI / 2 + (i * Math.PI) / 5
    const radius = i % 2 ? inner : outer
    if (i === 0) c.moveTo(x + radius * Math.cos(turn), y + radius * Math.sin(turn))
    else c.lineTo(x + radius * Math.cos(turn), y + radius * Math.sin(turn))
  }
  c.closePath()
}

export function drawIcon(scene: Scene, x: number, y: number, side: number, colour: Colour): void {
  const { r, context } = scene
  context.save()
  context.translate(x, y)
  context.strokeStyle = css(colour)
  context.fillStyle = css(colour)
  context.lineWidth = Math.max(1, side * r.range(0.06, 0.14))
  context.beginPath()
  r.pick(ICONS)(context, side, scene)
  if (r.chance(0.4)) context.fill()
  else context.stroke()
  context.restore()
}

// Things that look a little like letters and lines, of size s, about the origin.
const THINGS: ((scene: Scene, s: number, colour: Colour) => void)[] = [
  (scene, s, colour) => drawIcon(scene, 0, 0, s, colour),
  (scene, s, colour) => drawBarcode(scene, 0, 0, s * 2, s * 0.6, colour),
  (scene, s, colour) => drawQrCode(scene, 0, 0, s, colour),
  function hatching({ context: c }, s) {
    c.beginPath()
    for (let k = 0; k < 12; k++) polyline(c, [k * s * 0.1, 0, k * s * 0.1 + s * 0.3, s])
    c.stroke()
  },
  function scribble({ context: c, r }, s) {
    const any = () => r.range(-s, s)
    c.beginPath()
    c.moveTo(0, 0)
    for (let k = 0; k < 8; k++) c.quadraticCurveTo(any(), any(), any(), any())
    c.stroke()
  },
  function keypad({ context: c }, s) {
    for (let k = 0; k < 9; k++) c.fillRect((k % 3) * s * 0.35, Math.floor(k / 3) * s * 0.35, s * 0.25, s * 0.25)
  },
  function dots({ context: c, r }, s) {
    for (let k = 0; k < 14; k++) {
      c.beginPath()
      c.arc(k * s * 0.12, r.range(0, s * 0.05), s * 0.03, 0, CIRCLE)
      c.fill()
    }
  },
  function wave({ context: c }, s) {
    c.beginPath()
    for (let k = 0; k < 30; k++) c.lineTo(k * s * 0.1, Math.sin(k) * s * 0.1)
    c.stroke()
  },
  function fence({ context: c }, s) {
    for (let k = 0; k < 7; k++) c.fillRect(k * s * 0.3, 0, s * 0.06, s)
    c.fillRect(-s * 0.1, s * 0.2, s * 2.1, s * 0.06)
    c.fillRect(-s * 0.1, s * 0.7, s * 2.1, s * 0.06)
  },
  function grid({ context: c }, s) {
    c.beginPath()
    for (let k = 0; k <= 6; k++) {
      polyline(c, [(k * s) / 6, 0, (k * s) / 6, s])
      polyline(c, [0, (k * s) / 6, s, (k * s) / 6])
    }
    c.stroke()
  },
]

/** Scatters things without text over the scene. */
export function addClutter(scene: Scene, count: number): void {
  const { r, context, width, height } = scene
  for (let i = 0; i < count; i++) {
    const colour = randomColour(r)
    context.save()
    context.translate(r.range(0, width), r.range(0, height))
    context.rotate(r.range(0, CIRCLE))
    const paint = css(colour, r.range(0.5, 1))
    context.strokeStyle = paint
    context.fillStyle = paint
    context.lineWidth = r.range(1, 5)
    r.pick(THINGS)(scene, r.logRange(8, 160), colour)
    context.restore()
  }
  scene.groundChanged()
}

/** Axes with bars or a curve, without figures. */
export function drawChart(scene: Scene, x: number, y: number, width: number, height: number): void {
  const { r, context } = scene
  const colour = randomColour(r, 0, 200)
  context.strokeStyle = '#555'
  context.lineWidth = 1
  context.beginPath()
  polyline(context, [x, y, x, y + height, x + width, y + height])
  context.stroke()
  if (r.chance(0.5)) {
    const bars = r.integer(3, 9)
    for (let i = 0; i < bars; i++) {
      const value = height * r.range(0.1, 0.95)
      context.fillStyle = css(near(r, colour, 60))
      context.fillRect(x + (width * (i + 0.2)) / bars, y + height - value, (width / bars) * 0.6, value)
    }
    return
  }
  context.strokeStyle = css(colour)
  context.lineWidth = 2
  context.beginPath()
  for (let i = 0; i <= 12; i++) context.lineTo(x + (width * i) / 12, y + height * r.range(0.1, 0.9))
  context.stroke()
}

/** A rectangle with round corners as the current path. */
export function roundedPath(
  c: SKRSContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  c.beginPath()
  c.roundRect(x, y, width, height, Math.max(0, Math.min(radius, width / 2, height / 2)))
}
