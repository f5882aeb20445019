import { createCanvas } from '@napi-rs/canvas'
import { type Colour, css, grey, near, randomColour, scaled } from './colour'
import type { Scene } from './scene'

/** Value noise: tiny random pictures blown up, octave over octave. `stretch` > 1 makes it finer in that direction. */
export function addNoise(
  scene: Scene,
  strength: number,
  cells: number,
  octaves = 3,
  { coloured = false, stretchX = 1, stretchY = 1 } = {},
): void {
  const { r, context } = scene
  for (let octave = 0; octave < octaves; octave++) {
    const w = Math.max(2, Math.round((cells << octave) * stretchX))
    const h = Math.max(2, Math.round((cells << octave) * stretchY))
    const small = createCanvas(w, h)
    const painter = small.getContext('2d')
    const image = painter.createImageData(w, h)
    for (let i = 0; i < image.data.length; i += 4) {
      const value = r.integer(0, 255)
      image.data[i] = value
      image.data[i + 1] = coloured ? r.integer(0, 255) : value
      image.data[i + 2] = coloured ? r.integer(0, 255) : value
      image.data[i + 3] = 255
    }
    painter.putImageData(image, 0, 0)
    context.save()
    context.globalAlpha = strength / (octave + 1)
    context.imageSmoothingQuality = 'medium'
    context.globalCompositeOperation = r.chance(0.5) ? 'source-over' : 'overlay'
    context.drawImage(small, 0, 0, scene.width, scene.height)
    context.restore()
  }
}

export function addGradient(scene: Scene, from: Colour, to: Colour, alpha = 1): void {
  const { r, context, width, height } = scene
  const gradient = r.chance(0.6)
    ? context.createLinearGradient(r.range(0, width), 0, r.range(0, width), height)
    : context.createRadialGradient(
        r.range(0, width),
        r.range(0, height),
        1,
        r.range(0, width),
        r.range(0, height),
        Math.max(width, height),
      )
  gradient.addColorStop(0, css(from, alpha))
  gradient.addColorStop(1, css(to, alpha))
  context.fillStyle = gradient
  context.fillRect(0, 0, width, height)
}

function paint(scene: Scene, colour: Colour): void {
  scene.context.fillStyle = css(colour)
  scene.context.fillRect(0, 0, scene.width, scene.height)
}

const random = (scene: Scene): Colour => randomColour(scene.r)

const GROUNDS = {
  plain: (s) => paint(s, random(s)),
  gradient: (s) => addGradient(s, random(s), random(s)),
  paper(s) {
    const v = s.r.integer(205, 252)
    paint(s, [v, v - s.r.integer(0, 12), v - s.r.integer(0, 30)])
    addNoise(s, s.r.range(0.02, 0.1), s.r.integer(3, 40))
  },
  concrete(s) {
    paint(s, near(s.r, grey(s.r.integer(70, 190)), 8))
    addNoise(s, s.r.range(0.15, 0.4), s.r.integer(6, 40), 4)
  },
  clouds(s) {
    addGradient(s, random(s), random(s))
    addNoise(s, s.r.range(0.2, 0.5), s.r.integer(2, 6), 4, { coloured: s.r.chance(0.3) })
  },
  wood: paintWood,
  bricks: paintBricks,
  facade: paintFacade,
  leaves: paintLeaves,
  bokeh(s) {
    const { r, context, width, height } = s
    addGradient(s, randomColour(r, 0, 90), randomColour(r, 0, 160))
    for (let i = r.integer(10, 60); i > 0; i--) {
      context.fillStyle = css(randomColour(r), r.range(0.1, 0.5))
      context.beginPath()
      context.arc(r.range(0, width), r.range(0, height), r.logRange(4, 90), 0, 2 * Math.PI)
      context.fill()
    }
  },
  stripes(s) {
    const { r, context, width, height } = s
    paint(s, random(s))
    const step = r.logRange(4, 90)
    context.save()
    context.translate(width / 2, height / 2)
    context.rotate(r.range(0, 2 * Math.PI))
    context.fillStyle = css(random(s))
    for (let x = -width; x < width; x += step * 2) context.fillRect(x, -height, step, 2 * height)
    context.restore()
    addNoise(s, 0.1, 8, 2)
  },
  tiles: paintTiles,
  blobs(s) {
    const { r, context, width, height } = s
    paint(s, random(s))
    for (let i = r.integer(5, 40); i > 0; i--) {
      context.fillStyle = css(random(s), r.range(0.4, 1))
      const x = r.range(0, width)
      const y = r.range(0, height)
      const size = r.logRange(15, 350)
      context.beginPath()
      for (let k = 0; k < 7; k++) context.lineTo(x + size * r.range(-1, 1), y + size * r.range(-1, 1))
      context.fill()
    }
    if (r.chance(0.6)) addNoise(s, 0.25, 8)
  },
  street: paintStreet,
} satisfies Record<string, (scene: Scene) => void>

export type Ground = keyof typeof GROUNDS
const ALL = Object.keys(GROUNDS) as Ground[]

/** Fills the scene with something that holds no text: a photograph where some are at hand, else a painted ground. */
export function paintBackground(scene: Scene, kinds?: readonly Ground[]): void {
  const { r, assets, context, width, height } = scene
  scene.ground = undefined
  if (!kinds && assets.photographs.length > 0 && r.chance(0.55)) {
    const photograph = r.pick(assets.photographs)
    const scale = Math.max(width / photograph.width, height / photograph.height) * r.range(1, 2.2)
    const w = photograph.width * scale
    const h = photograph.height * scale
    context.save()
    if (r.chance(0.5)) {
      context.translate(width, 0)
      context.scale(-1, 1)
    }
    context.imageSmoothingQuality = 'high'
    context.drawImage(photograph, -r.range(0, w - width), -r.range(0, h - height), w, h)
    context.restore()
    if (r.chance(0.2)) {
      context.fillStyle = css(grey(r.chance(0.5) ? 0 : 255), r.range(0.1, 0.5))
      context.fillRect(0, 0, width, height)
    }
  } else GROUNDS[r.pick(kinds ?? ALL)](scene)
  scene.groundChanged()
}

function paintWood(scene: Scene): void {
  const { r, context, width, height } = scene
  const colour: Colour = [r.integer(90, 190), r.integer(60, 130), r.integer(30, 80)]
  paint(scene, colour)
  const upright = r.chance(0.5)
  addNoise(scene, 0.4, r.integer(3, 8), 4, { stretchX: upright ? 12 : 1, stretchY: upright ? 1 : 12 })
  context.strokeStyle = css(scaled(colour, 0.4))
  for (let i = r.integer(0, 6); i > 0; i--) {
    const at = r.range(0, width)
    context.lineWidth = r.range(1, 4)
    context.beginPath()
    context.moveTo(upright ? at : 0, upright ? 0 : at)
    context.lineTo(upright ? at : width, upright ? height : at)
    context.stroke()
  }
}

function paintBricks(scene: Scene): void {
  const { r, context, width, height } = scene
  const h = r.integer(10, 60)
  const w = h * r.range(1.6, 3.5)
  const colour: Colour = r.chance(0.5)
    ? [r.integer(120, 190), r.integer(50, 100), r.integer(40, 80)]
    : randomColour(r, 60, 220)
  paint(scene, near(r, scaled(colour, r.range(0.5, 1.3)), 10))
  const gap = r.range(1, h / 7)
  for (let y = 0, row = 0; y < height; y += h, row++)
    for (let x = row % 2 ? -w / 2 : 0; x < width; x += w) {
      context.fillStyle = css(near(r, colour, 18))
      context.fillRect(x + gap / 2, y + gap / 2, w - gap, h - gap)
    }
  addNoise(scene, 0.15, 30, 2)
}

function paintFacade(scene: Scene): void {
  const { r, context, width, height } = scene
  addGradient(scene, randomColour(r, 60, 230), randomColour(r, 60, 230))
  const w = r.integer(25, 110)
  const h = r.integer(25, 130)
  const glass = randomColour(r, 10, 140)
  const frame = randomColour(r)
  for (let y = r.integer(-40, 10); y < height; y += h)
    for (let x = r.integer(-3, 3); x < width; x += w) {
      context.fillStyle = css(frame)
      context.fillRect(x + w * 0.13, y + h * 0.13, w * 0.66, h * 0.66)
      context.fillStyle = css(near(r, glass, 25))
      context.fillRect(x + w * 0.17, y + h * 0.17, w * 0.58, h * 0.58)
      context.fillStyle = css(frame)
      if (r.chance(0.4)) context.fillRect(x + w * 0.44, y + h * 0.15, w * 0.04, h * 0.6)
    }
  addNoise(scene, 0.12, 12)
}

function paintLeaves(scene: Scene): void {
  const { r, context, width, height } = scene
  const colour: Colour = r.chance(0.7) ? [r.integer(20, 90), r.integer(70, 160), r.integer(10, 70)] : randomColour(r)
  paint(scene, scaled(colour, 0.4))
  const size = r.range(5, 40)
  for (let i = r.integer(150, 500); i > 0; i--) {
    context.fillStyle = css(near(r, colour, 50))
    context.beginPath()
    const turn = r.range(0, 2 * Math.PI)
    const across = size * r.range(0.15, 0.6)
    context.ellipse(r.range(0, width), r.range(0, height), size * r.range(0.5, 1.5), across, turn, 0, 2 * Math.PI)
    context.fill()
  }
}

function paintTiles(scene: Scene): void {
  const { r, context, width, height } = scene
  const step = r.integer(10, 120)
  const colour = randomColour(r, 60, 240)
  paint(scene, colour)
  context.save()
  context.translate(width / 2, height / 2)
  context.transform(1, r.range(-0.3, 0.3), r.range(-0.5, 0.5), 1, 0, 0)
  context.strokeStyle = css(near(r, colour, 60))
  context.lineWidth = r.range(1, 5)
  context.beginPath()
  for (let at = -2 * width; at < 2 * width; at += step) {
    context.moveTo(at, -2 * height)
    context.lineTo(at, 2 * height)
    context.moveTo(-2 * width, at)
    context.lineTo(2 * width, at)
  }
  context.stroke()
  context.restore()
  addNoise(scene, 0.2, 6, 4)
}

function paintStreet(scene: Scene): void {
  const { r, context, width, height } = scene
  const horizon = height * r.range(0.3, 0.7)
  addGradient(scene, [r.integer(120, 220), r.integer(150, 225), r.integer(180, 250)], grey(r.integer(180, 250)))
  for (let x = 0; x < width; ) {
    const w = r.integer(40, 220)
    const top = horizon * r.range(0.1, 0.9)
    const colour = randomColour(r, 50, 220)
    context.fillStyle = css(colour)
    context.fillRect(x, top, w, height)
    context.fillStyle = css(near(r, colour, 70))
    const stepX = r.integer(12, 34)
    const stepY = r.integer(14, 40)
    for (let wy = top + 8; wy < horizon - 5; wy += stepY)
      for (let wx = x + 6; wx < x + w - stepX * 0.7; wx += stepX) context.fillRect(wx, wy, stepX * 0.6, stepY * 0.6)
    x += w
  }
  context.fillStyle = css(near(r, grey(110), 40))
  context.fillRect(0, horizon + r.range(0, height * 0.3), width, height)
  for (let i = r.integer(0, 5); i > 0; i--) {
    context.strokeStyle = css(randomColour(r, 0, 120))
    context.lineWidth = r.range(2, 12)
    const x = r.range(0, width)
    context.beginPath()
    context.moveTo(x, r.range(0, height * 0.5))
    context.lineTo(x + r.range(-10, 10), height)
    context.stroke()
  }
  addNoise(scene, 0.22, 12, 4)
}
