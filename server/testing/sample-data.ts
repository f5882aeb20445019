import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

/** A light picture with dark bars like words; their corners clockwise from top-left. */
export async function wordPicture(
  seed: number,
  width = 192,
  height = 128,
): Promise<{ png: Buffer; boxes: number[][] }> {
  const boxes = [0, 1, 2].map((i) => {
    const x = 12 + ((seed * 37 + i * 53) % 60)
    const y = 14 + i * 36
    const w = 60 + ((seed * 13 + i * 29) % 50)
    return [x, y, x + w, y, x + w, y + 20, x, y + 20]
  })
  const bars = boxes.map(([x, y, right, , , bottom]) => {
    const strokes = []
    for (let at = x + 2; at < right - 4; at += 8) {
      strokes.push(`<rect x="${at}" y="${y + 2}" width="3" height="${bottom - y - 4}"/>`)
      strokes.push(`<rect x="${at}" y="${y + 2 + ((at * 7) % 12)}" width="7" height="3"/>`)
    }
    return strokes.join('')
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#f4f1e8"/><g fill="#202024">${bars.join('')}</g></svg>`
  return { png: await sharp(Buffer.from(svg)).png().toBuffer(), boxes }
}

/** A small data set in ICDAR2015 layout. */
export async function writeSampleData(root: string, train = 4, test = 2): Promise<void> {
  for (const [part, count] of [
    ['train', train],
    ['test', test],
  ] as const) {
    await mkdir(join(root, `${part}_images`), { recursive: true })
    await mkdir(join(root, `${part}_gts`), { recursive: true })
    const list: string[] = []
    for (let i = 0; i < count; i++) {
      const name = `img_${i}`
      const { png, boxes } = await wordPicture(i + (part === 'test' ? 50 : 0))
      await writeFile(join(root, `${part}_images`, `${name}.png`), png)
      await writeFile(join(root, `${part}_gts`, `gt_${name}.txt`), boxes.map((b) => `${b.join(',')},word\n`).join(''))
      list.push(`${part}_images/${name}.png ${part}_gts/gt_${name}.txt\n`)
    }
    await writeFile(join(root, `${part}_list.txt`), list.join(''))
  }
}
