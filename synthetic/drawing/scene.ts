import { type Canvas, createCanvas, type Image, type SKRSContext2D } from '@napi-rs/canvas'
import { type Colour, css, inkOn } from './colour'
import type { Draw } from './draw'
import type { Face, Fonts } from './fonts'
import {
  areaOf,
  type Box,
  boxOf,
  clipToSheet,
  inverseOf,
  type Polygon,
  project,
  rectangleToQuad,
  thicknessOf,
} from './plane'
import type { Texts } from './texts'

/** What scenes draw with: the same for every picture of a run. */
export interface SceneAssets {
  fonts: Fonts
  texts: Texts
  /** Text-free photographs for backgrounds; may be empty. */
  photographs: readonly Image[]
  /** Also measure the words of each line. */
  words: boolean
}

/** A line of text as drawn: where, and how well it can be seen. */
export interface DrawnLine {
  /** Clockwise from the line's own top left, pixels of the scene. */
  polygon: Polygon
  text: string
  words?: { polygon: Polygon; text: string }[]
  /** Between ink and ground, 0–255. */
  contrast: number
  /** Mostly cut off by the edge of its sheet. */
  cut?: boolean
}

// Side of the small copy that mean colours are looked up in.
const COPY = 32

/** A canvas and the list of the lines that were drawn on it. */
export class Scene {
  readonly canvas: Canvas
  readonly context: SKRSContext2D
  readonly lines: DrawnLine[] = []
  /** The colour of the ground when it is plain; else it is looked up in the pixels. */
  ground: Colour | undefined
  /** Looks like something that scanners see: may be turned to black and white. */
  scannable = false
  private copy: Uint8ClampedArray | undefined

  constructor(
    readonly assets: SceneAssets,
    readonly width: number,
    readonly height: number,
    readonly r: Draw,
  ) {
    this.canvas = createCanvas(width, height)
    this.context = this.canvas.getContext('2d')
  }

  /** An empty scene with the same assets and random numbers, at least 16 pixels a side. */
  smaller(width: number, height: number): Scene {
    return new Scene(this.assets, Math.max(16, Math.round(width)), Math.max(16, Math.round(height)), this.r)
  }

  fill(colour: Colour): void {
    this.context.fillStyle = css(colour)
    this.context.fillRect(0, 0, this.width, this.height)
    this.ground = colour
  }

  /** To be called after painting over a ground that is not plain. */
  groundChanged(): void {
    this.copy = undefined
  }

  /** Mean colour under a box. */
  colourUnder([left, top, right, bottom]: Box): Colour {
    if (this.ground) return this.ground
    if (!this.copy) {
      const small = createCanvas(COPY, COPY).getContext('2d')
      small.drawImage(this.canvas, 0, 0, COPY, COPY)
      this.copy = small.getImageData(0, 0, COPY, COPY).data
    }
    const cell = (value: number, side: number) => Math.max(0, Math.min(COPY - 1, Math.floor((value / side) * COPY)))
    const sum = [0, 0, 0]
    let count = 0
    for (let y = cell(top, this.height); y <= cell(bottom, this.height); y++)
      for (let x = cell(left, this.width); x <= cell(right, this.width); x++) {
        for (let c = 0; c < 3; c++) sum[c] += this.copy[4 * (y * COPY + x) + c]
        count++
      }
    return [sum[0] / count, sum[1] / count, sum[2] / count]
  }

  /** A colour that can be read on the one given. */
  ink(ground: Colour, kind: 'any' | 'dark' = 'any'): Colour {
    return inkOn(this.r, ground, kind)
  }

  setFont(face: Face, size: number, style = ''): void {
    this.context.font = `${style}${size}px "${face.family}"`
  }

  widthOf(text: string): number {
    return this.context.measureText(text).width
  }

  /** The beginning of the text that fits into the width in the font in use; Latin text is cut between words. */
  fitted(text: string, width: number, chinese: boolean): string {
    let kept = text
    let drawn = this.widthOf(kept)
    while (drawn > width && kept.length > 1) {
      let cut = Math.min(kept.length - 1, Math.max(1, Math.floor((kept.length * width) / drawn)))
      if (!chinese) {
        const space = kept.lastIndexOf(' ', cut)
        if (space > 0) cut = space
      }
      kept = kept.slice(0, cut).trim()
      drawn = this.widthOf(kept)
    }
    return kept
  }

  /** Whether a box is clear of all lines drawn so far. */
  isFree([left, top, right, bottom]: Box): boolean {
    return !this.lines.some(({ polygon }) => {
      const box = boxOf(polygon)
      return box[0] < right && box[2] > left && box[1] < bottom && box[3] > top
    })
  }

  /** Paints another scene into a quad (clockwise from its top left), with its transparency; its lines come along. */
  paste(sheet: Scene, quad: Polygon): void {
    const forward = rectangleToQuad(sheet.width, sheet.height, quad)
    const [left, top, right, bottom] = boxOf(quad)
    const x0 = Math.max(0, Math.floor(left))
    const y0 = Math.max(0, Math.floor(top))
    const width = Math.min(this.width, Math.ceil(right)) - x0
    const height = Math.min(this.height, Math.ceil(bottom)) - y0
    if (width <= 0 || height <= 0) return
    const image = this.context.getImageData(x0, y0, width, height)
    warpInto(image.data, { x0, y0, width, height }, sheet, inverseOf(forward))
    this.context.putImageData(image, x0, y0)
    for (const line of sheet.lines) {
      // Text may run over the edge of its sheet.
      const seen = clipToSheet(line.polygon, sheet.width, sheet.height)
      if (seen.length < 3 || areaOf(seen) < 2) continue
      const cut =
        areaOf(seen) < 0.12 * areaOf(line.polygon) || thicknessOf(seen) < 0.6 * thicknessOf(line.polygon) || line.cut
      const words = line.words?.map((word) => ({ ...word, polygon: word.polygon.map((p) => project(forward, p)) }))
      this.lines.push({ ...line, cut, polygon: seen.map((p) => project(forward, p)), words })
    }
    this.groundChanged()
  }
}

interface Window {
  x0: number
  y0: number
  width: number
  height: number
}

/** Bilinear, laid over what is there; `inverse` takes picture points to sheet points. */
function warpInto(target: Uint8ClampedArray, window: Window, sheet: Scene, inverse: readonly number[]): void {
  const source = sheet.context.getImageData(0, 0, sheet.width, sheet.height).data
  const { width: sw, height: sh } = sheet
  for (let y = 0; y < window.height; y++)
    for (let x = 0; x < window.width; x++) {
      const px = x + window.x0 + 0.5
      const py = y + window.y0 + 0.5
      const z = inverse[6] * px + inverse[7] * py + inverse[8]
      const u = (inverse[0] * px + inverse[1] * py + inverse[2]) / z - 0.5
      const v = (inverse[3] * px + inverse[4] * py + inverse[5]) / z - 0.5
      if (!(u > -1 && v > -1 && u < sw && v < sh)) continue
      const ui = Math.floor(u)
      const vi = Math.floor(v)
      const fx = u - ui
      const fy = v - vi
      let alpha = 0
      let red = 0
      let green = 0
      let blue = 0
      for (let corner = 0; corner < 4; corner++) {
        const sx = ui + (corner & 1)
        const sy = vi + (corner >> 1)
        if (sx < 0 || sy < 0 || sx >= sw || sy >= sh) continue
        const at = 4 * (sy * sw + sx)
        const weight = ((corner & 1 ? fx : 1 - fx) * (corner >> 1 ? fy : 1 - fy) * source[at + 3]) / 255
        alpha += weight
        red += weight * source[at]
        green += weight * source[at + 1]
        blue += weight * source[at + 2]
      }
      const at = 4 * (y * window.width + x)
      target[at] = target[at] * (1 - alpha) + red
      target[at + 1] = target[at + 1] * (1 - alpha) + green
      target[at + 2] = target[at + 2] * (1 - alpha) + blue
    }
}
