import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type DecodedImage, decodeImage, readImageHeader } from './decode-image'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/images/${name}`, import.meta.url))

// The picture of fixtures/images/make_images.py.
const truth = { red: [208, 32, 32], green: [32, 160, 48], blue: [32, 48, 208], light: [224, 224, 224] }

function expectScene(image: DecodedImage, tolerance: number, expected: Record<string, number[]> = truth): void {
  expect([image.width, image.height]).toEqual([40, 24])
  expect(image.data.length).toBe(40 * 24 * 3)
  const at = { red: [14, 7], green: [30, 5], blue: [8, 18], light: [32, 20], black: [5, 2] } as Record<string, number[]>
  for (const [name, colour] of Object.entries({ black: [0, 0, 0], ...expected })) {
    const [x, y] = at[name]
    const pixel = [...image.data.subarray((y * 40 + x) * 3, (y * 40 + x) * 3 + 3)]
    const distance = Math.max(...pixel.map((v, c) => Math.abs(v - colour[c])))
    expect(distance, `${name}: ${pixel} for ${colour}`).toBeLessThanOrEqual(tolerance)
  }
}

const grey = (r: number, g: number, b: number): number[] =>
  new Array(3).fill(Math.round(0.299 * r + 0.587 * g + 0.114 * b))
const greyTruth = Object.fromEntries(Object.entries(truth).map(([name, [r, g, b]]) => [name, grey(r, g, b)]))
const white = [255, 255, 255]

type Samples = Int8Array | Int16Array | Uint16Array | Uint32Array | Float32Array

/** A TIFF of one row of grey values, each `channels` times. @param format 1 whole numbers, 2 with sign, 3 floating point */
function tiff(samples: Samples, format: number, channels: number): Buffer {
  const width = samples.length
  const bits = samples.BYTES_PER_ELEMENT * 8
  const pixels = Buffer.alloc(samples.byteLength * channels)
  const given = Buffer.from(samples.buffer)
  for (let i = 0; i < width * channels; i++) {
    const at = Math.floor(i / channels) * samples.BYTES_PER_ELEMENT
    given.copy(pixels, i * samples.BYTES_PER_ELEMENT, at, at + samples.BYTES_PER_ELEMENT)
  }
  // Lists of three do not fit into an entry; they lie behind the directory.
  const lists = 8 + 2 + 10 * 12 + 4
  const list = (value: number): number => (channels === 1 ? value : lists + (value === format ? 6 : 0))
  const SHORT = 3
  const LONG = 4
  const entries = [
    [256, LONG, 1, width],
    [257, LONG, 1, 1],
    [258, SHORT, channels, list(bits)],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, channels === 1 ? 1 : 2],
    [273, LONG, 1, lists + 12],
    [277, SHORT, 1, channels],
    [278, LONG, 1, 1],
    [279, LONG, 1, pixels.length],
    [339, SHORT, channels, list(format)],
  ]
  const head = Buffer.alloc(lists + 12)
  head.write('II*\0')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(entries.length, 8)
  for (const [i, [id, type, count, value]] of entries.entries()) {
    head.writeUInt16LE(id, 10 + 12 * i)
    head.writeUInt16LE(type, 12 + 12 * i)
    head.writeUInt32LE(count, 14 + 12 * i)
    head.writeUInt32LE(value, 18 + 12 * i)
  }
  for (let c = 0; c < 3; c++) {
    head.writeUInt16LE(bits, lists + 2 * c)
    head.writeUInt16LE(format, lists + 6 + 2 * c)
  }
  return Buffer.concat([head, pixels])
}

describe('decodeImage', () => {
  it.each([
    ['rgb.png', 0],
    ['rgb.bmp', 0],
    ['rgb.tif', 0],
    ['rgb.webp', 0],
    ['rgb.jpg', 12],
    ['palette.png', 0],
    ['palette.bmp', 0],
    ['two-frames.gif', 0],
    ['three-pages.tif', 0],
    ['deep.png', 0],
    ['deep.tif', 0],
    ['rle8.bmp', 0],
    ['rle4.bmp', 0],
    ['rgb565.bmp', 8],
    ['top-down.bmp', 0],
    // Ink on paper has no such bright green and blue.
    ['cmyk.jpg', 90],
    ['cmyk.tif', 90],
  ])('%s gives the colours of the scene', async (name, tolerance) => {
    expectScene(await decodeImage(fixture(name)), tolerance)
  })

  it.each(['grey.png', 'grey.jpg', 'deep-grey.png'])('%s becomes RGB', async (name) => {
    expectScene(await decodeImage(fixture(name)), 3, greyTruth)
  })

  it.each(['bilevel.bmp', 'bilevel.tif'])('%s becomes black and white', async (name) => {
    const black = [0, 0, 0]
    expectScene(await decodeImage(fixture(name)), 0, { red: black, blue: black, light: white })
  })

  it.each(['alpha.png', 'alpha.webp', 'alpha.bmp'])('%s is laid over white', async (name) => {
    expectScene(await decodeImage(fixture(name)), 0, { red: truth.red, blue: truth.blue, green: white, light: white })
  })

  describe('transparency', () => {
    /** A bar of `ink` that covers [4, 36) × [8, 16) of ground with `alpha`. */
    const onGround = (ink: number[], ground: number[], depth: 8 | 16 = 8): Promise<Buffer> => {
      const data = new Uint8Array(40 * 24 * 4)
      for (let i = 0; i < 40 * 24; i++) {
        const [x, y] = [i % 40, Math.floor(i / 40)]
        data.set(x >= 4 && x < 36 && y >= 8 && y < 16 ? ink : ground, 4 * i)
      }
      const image = sharp(data, { raw: { width: 40, height: 24, channels: 4 } })
      return (depth === 16 ? image.toColourspace('rgb16') : image).png().toBuffer()
    }
    const clear = [0, 0, 0, 0]
    it.each([
      ['white on nothing over black', [255, 255, 255, 255], clear, 255, 0],
      ['pale yellow on nothing over black', [255, 250, 180, 255], clear, 245, 0],
      ['white half seen over black', [255, 255, 255, 128], clear, 128, 0],
      ['black on nothing over white', [0, 0, 0, 255], clear, 0, 255],
      ['dark blue on nothing over white', [20, 20, 120, 255], clear, 31, 255],
      ['holes in white over black', clear, [255, 255, 255, 255], 0, 255],
      ['nothing covered shows the colours', [255, 255, 255, 0], [0, 0, 0, 0], 255, 0],
    ])('%s', async (_, ink, ground, inside, outside) => {
      for (const depth of [8, 16] as const) {
        const { data } = await decodeImage(await onGround(ink, ground, depth))
        const luma = (x: number, y: number): number => {
          const [r, g, b] = data.subarray((y * 40 + x) * 3)
          return 0.299 * r + 0.587 * g + 0.114 * b
        }
        expect(Math.abs(luma(20, 12) - inside)).toBeLessThan(4)
        expect(Math.abs(luma(1, 1) - outside)).toBeLessThan(4)
      }
    })
  })

  it.each([
    ['float 0…1', 3, Float32Array.from([0, 0.25, 0.5, 1]), [0, 64, 128, 255]],
    ['float 0…255', 3, Float32Array.from([0, 64, 128, 255]), [0, 64, 128, 255]],
    ['float 0…65535', 3, Float32Array.from([0, 16384, 32768, 65535]), [0, 64, 128, 255]],
    ['float below 0', 3, Float32Array.from([-1, -0.5, 0, 1]), [0, 64, 128, 255]],
    ['float with gaps', 3, Float32Array.from([Number.NaN, 0.25, 0.5, 1]), [0, 64, 128, 255]],
    ['16 bits', 1, Uint16Array.from([0, 16384, 32768, 65535]), [0, 64, 128, 255]],
    ['32 bits', 1, Uint32Array.from([0, 2 ** 30, 2 ** 31, 2 ** 32 - 1]), [0, 64, 128, 255]],
    ['8 bits with sign', 2, Int8Array.from([-128, -64, 0, 127]), [0, 64, 128, 255]],
  ])('a TIFF of %s is scaled to 0…255', async (_, format, samples, expected) => {
    for (const channels of [1, 3]) {
      const { data } = await decodeImage(tiff(samples, format, channels))
      const grey = Array.from(expected, (_, i) => data[3 * i + 1])
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(grey[i] - value), `${channels}: ${grey}`).toBeLessThanOrEqual(1)
      }
    }
  })

  it.each([
    ['half float', 3, Uint16Array.from([0, 0x3400, 0x3800, 0x3c00])],
    ['16 bits with sign', 2, Int16Array.from([-32768, -16384, 0, 32767])],
  ])('a TIFF of %s is refused with words', async (_, format, samples) => {
    for (const channels of [1, 3]) {
      const error = { code: 'image-type-unsupported', fix: expect.any(String), where: { file: 'image' } }
      await expect(decodeImage(tiff(samples, format, channels))).rejects.toMatchObject(error)
    }
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i', async (orientation) => {
    const image = await decodeImage(fixture(`orientation-${orientation}.jpg`))
    expect(image.orientation).toBe(orientation)
    expectScene(image, 12)
    const header = await readImageHeader(fixture(`orientation-${orientation}.jpg`))
    expect([header.width, header.height]).toEqual([40, 24])
  })

  it('goes by content, not by name, and takes bytes', async () => {
    const image = await decodeImage(readFileSync(fixture('rgb.webp')), { name: 'scan.jpg' })
    expect(image.format).toBe('webp')
  })

  it('refuses by the header what has too many pixels', async () => {
    const error = { code: 'image-too-large', where: { file: fixture('rgb.png') } }
    await expect(decodeImage(fixture('rgb.png'), { maxPixels: 959 })).rejects.toMatchObject(error)
    await expect(decodeImage(fixture('rgb.png'), { maxPixels: 960 })).resolves.toMatchObject({ width: 40 })
  })

  it('refuses by the header what is a mere line', async () => {
    const line = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: 'white' } })
        .png()
        .toBuffer()
    const error = { code: 'image-too-narrow', where: { file: 'line.png' } }
    await expect(decodeImage(await line(10_000, 1), { name: 'line.png' })).rejects.toMatchObject(error)
    await expect(readImageHeader(await line(2, 1001), { name: 'line.png' })).rejects.toMatchObject(error)
    await expect(readImageHeader(await line(2, 1000))).resolves.toMatchObject({ height: 1000 })
  })

  it.each([
    ['cut.jpg', 'image-unreadable'],
    ['empty.jpg', 'image-unreadable'],
    ['vector.svg', 'image-type-unsupported'],
    ['make_images.py', 'image-type-unsupported'],
    ['absent.jpg', 'file-missing'],
  ])('%s is refused as %s with its name', async (name, code) => {
    await expect(decodeImage(fixture(name))).rejects.toMatchObject({
      name: 'UserError',
      code,
      where: { file: fixture(name) },
    })
  })

  it.each([
    ['three-pages.tif', 3],
    ['two-frames.gif', 2],
    ['rgb.tif', 1],
    ['rgb.bmp', 1],
  ])('%s says that it has %i pages', async (name, pages) => {
    expect(await decodeImage(fixture(name))).toMatchObject({ pages })
    expect(await readImageHeader(fixture(name))).toMatchObject({ pages })
  })

  it.each(['rgb.png', 'rgb.bmp', 'rgb.tif', 'rgb.webp', 'rgb.jpg', 'two-frames.gif', 'rle8.bmp', 'palette.bmp'])(
    '%s cut off anywhere is decoded or refused, never a defect',
    async (name) => {
      const whole = readFileSync(fixture(name))
      for (const share of [0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9]) {
        const cut = whole.subarray(0, Math.max(1, Math.floor(whole.length * share)))
        const outcome = await decodeImage(cut, { name }).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'UserError', where: { file: name } })
      }
    },
  )
})
