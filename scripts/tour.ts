/**
 * The moving picture of the README from its screenshots: `npx tsx scripts/tour.ts`, after `scripts/screenshots.ts docs/images --readme`.
 */
import sharp from 'sharp'

const FOLDER = 'docs/images'
/** In the order of a first visit. */
const SHOWN = ['single', 'train', 'export']
const WIDTH = 960
const SECONDS = 3

const frames = await Promise.all(
  SHOWN.map((name) => sharp(`${FOLDER}/${name}.png`).resize({ width: WIDTH }).removeAlpha().png().toBuffer()),
)
const { size } = await sharp(frames, { join: { animated: true } })
  .webp({ quality: 80, loop: 0, delay: frames.map(() => 1000 * SECONDS) })
  .toFile(`${FOLDER}/tour.webp`)
process.stdout.write(`${FOLDER}/tour.webp, ${Math.round(size / 1024)} kB\n`)
