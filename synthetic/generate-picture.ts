import type { Canvas } from '@napi-rs/canvas'
import { addLightAndBlur, degradePixels } from './drawing/degrade'
import { Draw } from './drawing/draw'
import { readableLines, type SyntheticLine, type SyntheticText } from './drawing/readable-lines'
import { Scene, type SceneAssets } from './drawing/scene'
import { drawSceneName, paintScene, type SceneName } from './scenes/scene-catalogue'

export interface GenerateOptions {
  /** What `loadSyntheticAssets` found. */
  assets: SceneAssets
  /** Default 768. */
  width?: number
  height?: number
  /** Only these kinds of scenes. */
  scenes?: readonly SceneName[]
}

export interface SyntheticImage {
  /** R, G, B interleaved, row-major. */
  pixels: Uint8Array
  width: number
  height: number
  scene: SceneName
  lines: SyntheticLine[]
  /** The words of all readable lines, where the assets were loaded with `words`. */
  words?: SyntheticText[]
}

const SIDE = 768

/**
 * Renders one picture with the boxes of its lines of text.
 *
 * Let the event loop turn between pictures (`setImmediate`): canvases are freed only then.
 *
 * @param seed whole number; the same seed, options and assets give the same picture
 */
export function generateImage(seed: number, options: GenerateOptions): SyntheticImage {
  const { canvas, scene, lines } = render(seed, options)
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  const pixels = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    pixels[to] = data[from]
    pixels[to + 1] = data[from + 1]
    pixels[to + 2] = data[from + 2]
  }
  return { pixels, width, height, scene, lines, words: wordsOf(lines, options) }
}

/** The same picture as a JPEG of a quality such as cameras, scanners and messengers leave. */
export function generateJpeg(
  seed: number,
  options: GenerateOptions,
): Omit<SyntheticImage, 'pixels'> & { jpeg: Uint8Array } {
  const { canvas, scene, lines, quality } = render(seed, options)
  const jpeg = canvas.encodeSync('jpeg', quality)
  return { jpeg, width: canvas.width, height: canvas.height, scene, lines, words: wordsOf(lines, options) }
}

const wordsOf = (lines: SyntheticLine[], { assets }: GenerateOptions): SyntheticText[] | undefined =>
  assets.words ? lines.filter((line) => !line.ignore).flatMap((line) => line.words ?? [line]) : undefined

interface Rendered {
  canvas: Canvas
  scene: SceneName
  lines: SyntheticLine[]
  quality: number
}

function render(seed: number, { assets, width = SIDE, height = SIDE, scenes }: GenerateOptions): Rendered {
  for (let attempt = 0; ; attempt++) {
    const r = new Draw(seed, attempt)
    const name = drawSceneName(r, assets.fonts, scenes)
    const scene = new Scene(assets, width, height, r)
    paintScene(scene, name)
    const blur = addLightAndBlur(scene)
    const image = scene.context.getImageData(0, 0, width, height)
    degradePixels(image.data, scene)
    scene.context.putImageData(image, 0, 0)
    const lines = readableLines(scene.lines, image.data, width, height, blur)
    const quality = r.chance(0.25) ? r.integer(30, 70) : r.integer(70, 95)
    // Now and then no line finds room; a picture without text is made on purpose only.
    if (lines.length > 0 || name === 'nothing' || attempt === 4)
      return { canvas: scene.canvas, scene: name, lines, quality }
  }
}
