import sharp, { type Sharp } from 'sharp'
import { boundsOf } from '../../geometry/polygon'
import type { AugmentationOptions } from '../../options/augmentation'
import { Random } from '../../random'
import type { TextPolygon } from './crop'
import type { Pixels } from './warp'

/** Brightness ± 32 of 255, contrast 0.7–1.3, saturation 0.5–1.5: all three as one linear map of a pixel. */
function jitterColor(pixels: Pixels, random: Random): void {
  const brightness = random.range(-32, 32)
  const contrast = random.range(0.7, 1.3)
  const saturation = random.range(0.5, 1.5)
  const keep = contrast * saturation
  const grey = contrast * (1 - saturation)
  const offset = brightness + 127.5 * (1 - contrast) + 0.5
  const { data } = pixels
  for (let i = 0; i < data.length; i += 3) {
    // The mean of the channels stands for grey, so that RGB and BGR are treated alike.
    const base = (grey * (data[i] + data[i + 1] + data[i + 2])) / 3 + offset
    data[i] = clamp(base + keep * data[i])
    data[i + 1] = clamp(base + keep * data[i + 1])
    data[i + 2] = clamp(base + keep * data[i + 2])
  }
}

const clamp = (v: number): number => (v < 0 ? 0 : v > 255 ? 255 : v)

/** One to three rectangles of one colour, each over at most a fifth of a text's upright rectangle. */
function occlude(pixels: Pixels, polygons: readonly TextPolygon[], random: Random): void {
  const readable = polygons.filter((p) => !p.ignore)
  if (readable.length === 0) return
  const count = 1 + random.int(3)
  for (let n = 0; n < count; n++) {
    const text = boundsOf(readable[random.int(readable.length)].points)
    const area = random.range(0.05, 0.2)
    const across = random.range(area, 1)
    const width = (text.maxX - text.minX) * across
    const height = (text.maxY - text.minY) * (area / across)
    const left = Math.round(random.range(text.minX, text.maxX - width))
    const top = Math.round(random.range(text.minY, text.maxY - height))
    const colour = [random.int(256), random.int(256), random.int(256)]
    const right = Math.min(pixels.width, left + Math.floor(width))
    const bottom = Math.min(pixels.height, top + Math.floor(height))
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left); x < right; x++) pixels.data.set(colour, (y * pixels.width + x) * 3)
    }
  }
}

let normals: Float32Array | undefined

/** 65,536 standard normal numbers, drawn once: two of them for every 32 random bits are four times as fast as new ones. */
function normalTable(): Float32Array {
  const source = new Random(0x6e6f)
  normals ??= Float32Array.from({ length: 1 << 16 }, () => source.normal())
  return normals
}

/** Gaussian noise, sigma 0–10 of 255, each channel on its own. */
function addNoise({ data }: Pixels, random: Random): void {
  const table = normalTable()
  const sigma = random.range(0, 10)
  for (let i = 0; i < data.length; i += 2) {
    const bits = random.next32()
    data[i] = clamp(data[i] + sigma * table[bits & 0xffff] + 0.5)
    if (i + 1 < data.length) data[i + 1] = clamp(data[i + 1] + sigma * table[bits >>> 16] + 0.5)
  }
}

/**
 * Changes of colour, cover and sharpness in the order in which a camera makes them: light, stains, lens, sensor,
 * compression. Each option is the probability of its change.
 *
 * @param pixels changed in place, or replaced
 */
export async function augmentColor(
  pixels: Pixels,
  polygons: readonly TextPolygon[],
  options: AugmentationOptions,
  random: Random,
): Promise<Pixels> {
  if (!options.augment) return pixels
  if (random.chance(options.colorJitter)) jitterColor(pixels, random)
  if (random.chance(options.occlusion)) occlude(pixels, polygons, random)
  let result = pixels
  if (random.chance(options.blur)) {
    const sigma = random.range(0.5, 1.5)
    result = await through(result, (image) => image.blur({ sigma }).raw())
  }
  if (random.chance(options.noise)) addNoise(result, random)
  if (random.chance(options.jpeg)) {
    const quality = 30 + random.int(61)
    result = await through(result, (image) => image.jpeg({ quality }))
  }
  return result
}

/** Runs pixels through sharp and reads the outcome back. */
async function through(pixels: Pixels, change: (image: Sharp) => Sharp): Promise<Pixels> {
  const raw = { width: pixels.width, height: pixels.height, channels: 3 as const }
  const changed = await change(sharp(pixels.data, { raw })).toBuffer({ resolveWithObject: true })
  if (changed.info.format === 'raw') return { ...pixels, data: new Uint8Array(changed.data) }
  const decoded = await sharp(changed.data).removeAlpha().toColourspace('srgb').raw().toBuffer()
  return { ...pixels, data: new Uint8Array(decoded) }
}
