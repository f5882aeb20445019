import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
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
