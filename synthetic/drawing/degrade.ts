import { createCanvas } from '@napi-rs/canvas'
import { css, grey } from './colour'
import type { Scene } from './scene'

/**
 * Light, shadow, glare and blur over the finished scene.
 * @returns the blur in pixels, to judge which lines can still be read
 */
export function addLightAndBlur(scene: Scene): number {
  const { r, context, width, height } = scene
  if (r.chance(0.3)) addLightFall(scene)
  if (r.chance(0.12)) addShadow(scene)
  if (r.chance(0.05)) addGlare(scene)
  if (r.chance(0.25)) {
    const blur = r.range(0.4, 1.6)
    const copy = createCanvas(width, height)
    const painter = copy.getContext('2d')
    painter.filter = `blur(${blur}px)`
    painter.drawImage(scene.canvas, 0, 0)
    context.drawImage(copy, 0, 0)
    return blur
  }
  if (r.chance(0.14)) {
    // A small picture blown up.
    const factor = r.range(1.3, 2.6)
    const small = createCanvas(Math.round(width / factor), Math.round(height / factor))
    const painter = small.getContext('2d')
    painter.imageSmoothingQuality = 'high'
    painter.drawImage(scene.canvas, 0, 0, small.width, small.height)
    context.imageSmoothingQuality = r.pick(['low', 'high'] as const)
    context.drawImage(small, 0, 0, width, height)
    return factor * 0.5
  }
  return 0
}

function addLightFall(scene: Scene): void {
  const { r, context, width, height } = scene
  const light = r.chance(0.5)
    ? context.createLinearGradient(r.range(0, width), 0, r.range(0, width), height)
    : context.createRadialGradient(
        r.range(0, width),
        r.range(0, height),
        10,
        r.range(0, width),
        r.range(0, height),
        width,
      )
  light.addColorStop(0, css(grey(255)))
  light.addColorStop(1, css(grey(r.integer(60, 190))))
  context.save()
  context.globalCompositeOperation = 'multiply'
  context.fillStyle = light
  context.fillRect(0, 0, width, height)
  context.restore()
}

function addShadow(scene: Scene): void {
  const { r, context, width, height } = scene
  context.save()
  context.fillStyle = css(grey(0), r.range(0.15, 0.5))
  context.filter = `blur(${r.integer(3, 25)}px)`
  context.beginPath()
  for (let i = r.integer(3, 5); i > 0; i--) context.lineTo(r.range(-0.2, 1.2) * width, r.range(-0.2, 1.2) * height)
  context.fill()
  context.restore()
}

function addGlare(scene: Scene): void {
  const { r, context, width, height } = scene
  const x = r.range(0, width)
  const y = r.range(0, height)
  const glare = context.createRadialGradient(x, y, 2, x, y, r.range(60, 240))
  glare.addColorStop(0, css(grey(255), 0.85))
  glare.addColorStop(1, css(grey(255), 0))
  context.fillStyle = glare
  context.fillRect(0, 0, width, height)
}

/** What sensors, scanners and screens do to pixels, in place: grain, moiré, dots of print, black and white. RGBA. */
export function degradePixels(data: Uint8ClampedArray, scene: Scene): void {
  const { r, width } = scene
  const grain = r.chance(0.3) ? r.range(2, 14) : 0
  const blackAndWhite = scene.scannable && r.chance(0.14)
  const cut = r.integer(110, 190)
  // Half of the bilevel scans keep soft edges, as grey scans with steep contrast do.
  const steepness = r.chance(0.5) ? 3 : Number.POSITIVE_INFINITY
  const wave = r.chance(0.04) ? moire(scene) : undefined
  if (grain === 0 && !blackAndWhite && !wave) return
  for (let i = 0; i < data.length; i += 4) {
    let shift = grain > 0 ? (r.next() + r.next() - 1) * grain * 1.7 : 0
    if (wave) shift += wave((i / 4) % width, Math.floor(i / 4 / width))
    if (blackAndWhite) {
      const light = (data[i] * 3 + data[i + 1] * 6 + data[i + 2]) / 10 + shift
      const value = steepness === 3 ? (light - cut) * steepness + 128 : light > cut ? 250 : 5
      data[i] = value
      data[i + 1] = value
      data[i + 2] = value
    } else {
      data[i] += shift
      data[i + 1] += shift
      data[i + 2] += shift
    }
  }
}

/** Two fine waves that beat, as when a screen or a print raster is photographed. */
function moire(scene: Scene): (x: number, y: number) => number {
  const { r } = scene
  const strength = r.range(3, 12)
  const frequency = r.range(0.3, 1.6)
  const turn = r.range(0, Math.PI)
  const other = turn + r.range(0.02, 0.2)
  const waves = [turn, other].map((angle) => [Math.cos(angle) * frequency, Math.sin(angle) * frequency])
  return (x, y) => strength * Math.sin(waves[0][0] * x + waves[0][1] * y) * Math.sin(waves[1][0] * x + waves[1][1] * y)
}
