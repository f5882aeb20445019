/**
 * Training data: how long a batch takes to make, by stage, and how many batches the threads deliver a second.
 *
 *   npx tsx bench/loader.ts [--set icdar2015] [--image-size 640] [--batch-size 8] [--batches 12]
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openDataset } from '../detector/dataset/dataset'
import { augment } from '../detector/loading/augment/augment'
import { Loader } from '../detector/loading/loader'
import { normaliseInto } from '../detector/loading/loader-batch'
import { Sampler } from '../detector/loading/sampler'
import { makeTargets } from '../detector/loading/targets'
import { defaultsOf } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { decodeImage } from '../detector/picture/decode-image'
import { Random } from '../detector/random'
import { BenchTable, digits } from './report'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'icdar2015' },
    'image-size': { type: 'string', default: '640' },
    'batch-size': { type: 'string', default: '8' },
    batches: { type: 'string', default: '12' },
  },
})
const size = Number(values['image-size'])
const batchSize = Number(values['batch-size'])
const batches = Number(values.batches)
const augmentation = defaultsOf(trainOptions)
const { train } = await openDataset(resolve(process.env.OCR_DATA ?? '../shared/data', values.set))
const table = new BenchTable('loader', ['what', 'figure'])

const plane = size * size
const planes = () => new Float32Array(plane)
const maps = { gt: planes(), mask: planes(), threshMap: planes(), threshMask: planes() }
const image = new Float32Array(3 * plane)
const stages = { decode: 0, augment: 0, targets: 0, normalise: 0 }
const images = Math.min(train.length, batchSize * batches)
for (const [i, sample] of train.slice(0, images).entries()) {
  const marks = [performance.now()]
  const mark = () => marks.push(performance.now())
  const source = await decodeImage(sample.image)
  mark()
  const made = await augment(source, sample.polygons, augmentation, size, new Random(1, i))
  mark()
  makeTargets(made.polygons, size, size, maps)
  mark()
  normaliseInto(image, made.pixels.data)
  mark()
  for (const [k, stage] of (['decode', 'augment', 'targets', 'normalise'] as const).entries()) {
    stages[stage] += (marks[k + 1] - marks[k]) / images
  }
}
for (const [stage, ms] of Object.entries(stages)) table.row(`${stage}, ms an image on one thread`, digits(ms, 1))
const perImage = Object.values(stages).reduce((sum, ms) => sum + ms, 0)
table.row('together, ms an image on one thread', digits(perImage, 1))

for (const workers of [0, 1, 2]) {
  const sampler = new Sampler({ samples: train.length, batchSize, accumulate: 1, seed: 1, shuffle: true })
  const loader = new Loader({
    samples: train,
    imageSize: size,
    augmentation,
    cacheBytes: 768 * 2 ** 20,
    workers,
    first: 0,
    draws: (batch) => (batch <= batches ? sampler.batch(batch) : undefined),
  })
  // Without the first: it waits for the threads to start.
  const first = await loader.next()
  if (first) loader.recycle(first.data)
  const begun = performance.now()
  for (let made = await loader.next(); made; made = await loader.next()) loader.recycle(made.data)
  const seconds = (performance.now() - begun) / 1000
  await loader.close()
  table.row(`images a second, ${workers} threads`, digits((batches * batchSize) / seconds, 1))
}
await table.save(`${values.set}: ${train.length} images, canvas ${size}, batch ${batchSize}`)
