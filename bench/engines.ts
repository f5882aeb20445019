// The same fine-tuning on both engines: node scripts/run-bundled.mjs bench/engines.ts [steps] [side] [data set]
// Prints a table of losses and writes the curves to docs/engines.svg.
import { join } from 'node:path'
import { Loader } from '../detector/data/loader'
import { Sampler } from '../detector/data/sampler'
import type { Batch, Engine } from '../detector/engine/engine'
import { createOnnxRuntimeEngine } from '../detector/engine/onnxruntime/create-engine'
import { createTensorFlowEngine } from '../detector/engine/tensorflow'
import { writeFileAtomic } from '../detector/formats/atomic-write'
import { stepOptions } from '../detector/options/recipe'
import { defaultsOf } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { startingModel } from '../detector/training/starting-model'
import { openTrainingData } from '../detector/training/training-data'

const steps = Number(process.argv[2] ?? 20)
const side = Number(process.argv[3] ?? 160)
const data = process.argv[4] ?? join(process.env.OCR_DATA ?? '../shared/data', 'receipts')
const options = {
  ...defaultsOf(trainOptions),
  data,
  batchSize: 1,
  imageSize: side,
  lr: 0.002,
  warmupSteps: 0,
  workers: 0,
}

const set = await openTrainingData(options)
const start = await startingModel(options)
const sampler = new Sampler({
  samples: set.train.length,
  batchSize: 1,
  accumulate: 1,
  seed: options.seed,
  shuffle: true,
})
const loader = new Loader({
  samples: set.train,
  imageSize: side,
  augmentation: options,
  cacheBytes: 2 ** 28,
  workers: 0,
  first: 0,
  draws: (batch) => (batch < steps ? sampler.batch(batch) : undefined),
})
const batches: Batch[] = []
for (;;) {
  const next = await loader.next()
  if (!next) break
  batches.push(next.data)
}
await loader.close()

async function run(engine: Engine): Promise<{ losses: number[]; seconds: number }> {
  const session = await engine.open({
    batch: 1,
    height: side,
    width: side,
    options: stepOptions(options),
    frozen: 'none',
  })
  await session.load(start.weights)
  const losses: number[] = []
  const begun = performance.now()
  for (const batch of batches) losses.push((await session.step(batch, options.lr)).loss)
  const seconds = (performance.now() - begun) / 1000
  await session.close()
  return { losses, seconds }
}

const onnx = await run(createOnnxRuntimeEngine())
const tensorflowEngine = await createTensorFlowEngine({ device: 'auto' })
const tensorflow = await run(tensorflowEngine)

console.log(`batch 1, ${side} px, ${batches.length} steps, ${data}`)
console.log('| step | onnxruntime | TensorFlow.js | difference |\n| --- | --- | --- | --- |')
onnx.losses.forEach((loss, i) => {
  const other = tensorflow.losses[i]
  console.log(
    `| ${i + 1} | ${loss.toFixed(5)} | ${other.toFixed(5)} | ${(((other - loss) / loss) * 100).toFixed(3)} % |`,
  )
})
const perStep = (r: { seconds: number }) => (r.seconds / batches.length).toFixed(2)
console.log(`s/step: onnxruntime ${perStep(onnx)}, TensorFlow.js (${tensorflowEngine.device}) ${perStep(tensorflow)}`)

const [width, height, left, bottom] = [640, 280, 44, 30]
const top = Math.max(...onnx.losses, ...tensorflow.losses) * 1.05
const x = (i: number) => left + (i / Math.max(1, batches.length - 1)) * (width - left - 16)
const y = (v: number) => height - bottom - (v / top) * (height - bottom - 24)
const line = (values: number[]) =>
  values.map((v, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join('')
const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
  const at = y(share * top).toFixed(1)
  return `<path d="M${left} ${at}H${width - 16}" stroke="#e3e3ed"/><text x="${left - 6}" y="${at}" text-anchor="end" dominant-baseline="middle">${(share * top).toFixed(1)}</text>`
})
await writeFileAtomic(
  'docs/engines.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#4b4b64"><rect width="${width}" height="${height}" fill="#fff"/>${ticks.join('')}<path d="${line(onnx.losses)}" fill="none" stroke="#5b4bd0" stroke-width="5" opacity=".45"/><path d="${line(tensorflow.losses)}" fill="none" stroke="#a65108" stroke-width="1.600"/><text x="${left}" y="14">loss by step: onnxruntime (wide, violet) and TensorFlow.js (thin, orange), batch 1, ${side} px, ${batches.length} steps</text><text x="${width - 16}" y="${height - 10}" text-anchor="end">${batches.length} steps</text></svg>\n`,
)
