/**
 * Synthetic pictures for pretraining as shards: `K-NNNNN.bin` holds JPEGs one behind the other, `K-NNNNN.jsonl` one line
 * per picture: {"o": offset, "n": bytes, "w", "h", "s": scene, "p": [[x,y,…],…] polygons, "i": [0|1,…] don't-care}.
 * The .jsonl appears when its .bin is complete, so that a trainer may read while this writes.
 *
 *   tsx pretrain/write-shards.ts --out DIR [--count N] [--minutes M] [--seed S] [--worker K] [--assets DIR] [--photographs DIR] [--scenes signs,words]
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { loadSyntheticAssets } from '../synthetic/drawing/synthetic-assets'
import { generateJpeg } from '../synthetic/generate-picture'
import { SCENE_NAMES, type SceneName } from '../synthetic/scenes/scene-catalogue'

const PER_SHARD = 64

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    count: { type: 'string', default: '1000000000' },
    minutes: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    worker: { type: 'string', default: '0' },
    assets: { type: 'string' },
    photographs: { type: 'string' },
    scenes: { type: 'string' },
  },
})
if (values.out === undefined) throw new Error('--out DIR is needed')
const out = values.out
mkdirSync(out, { recursive: true })
const scenes = values.scenes?.split(',').map((name) => {
  if (!SCENE_NAMES.includes(name as SceneName)) throw new Error(`--scenes ${name}: one of ${SCENE_NAMES.join(', ')}`)
  return name as SceneName
})
const { assets, warnings } = await loadSyntheticAssets({ folder: values.assets, photographs: values.photographs })
for (const warning of warnings) console.error(`Note: ${warning}`)

const base = (shard: number): string => path.join(out, `${values.worker}-${String(shard).padStart(5, '0')}`)
let shard = 0
// Goes on behind what exists; every shard has seeds of its own.
while (existsSync(`${base(shard)}.jsonl`)) shard++
const begun = performance.now()
let made = 0
while (made < Number(values.count) && performance.now() - begun < Number(values.minutes) * 60_000) {
  const jpegs: Uint8Array[] = []
  const rows: string[] = []
  let offset = 0
  for (let i = 0; i < PER_SHARD && made < Number(values.count); i++, made++) {
    const seed = ((Number(values.seed) * 1009 + Number(values.worker)) * 100_003 + shard) * PER_SHARD + i
    const { jpeg, width, height, scene, lines } = generateJpeg(seed, { assets, scenes })
    const polygons = lines.map((line) => line.points)
    const ignored = lines.map((line) => (line.ignore ? 1 : 0))
    rows.push(JSON.stringify({ o: offset, n: jpeg.length, w: width, h: height, s: scene, p: polygons, i: ignored }))
    jpegs.push(jpeg)
    offset += jpeg.length
    // Canvases are freed in turns of the event loop only: without one the memory grows by 5 MB a picture.
    await new Promise((resolve) => setImmediate(resolve))
  }
  writeFileSync(`${base(shard)}.bin`, Buffer.concat(jpegs))
  writeFileSync(`${base(shard)}.tmp`, `${rows.join('\n')}\n`)
  renameSync(`${base(shard)}.tmp`, `${base(shard)}.jsonl`)
  shard++
}
const seconds = (performance.now() - begun) / 1000
console.log(
  JSON.stringify({ images: made, seconds: Math.round(seconds), perSecond: Number((made / seconds).toFixed(1)) }),
)
