// The same fine-tuning on both engines: node scripts/run-bundled.mjs bench/engines.ts [steps] [side] [data set]
// Prints a table of losses; scripts/benchmarks.ts draws the curves.
import { join } from 'node:path'
import type { Engine } from '../detector/engine/engine'
import { createOnnxRuntimeEngine } from '../detector/engine/onnxruntime/create-engine'
import { createTensorFlowEngine } from '../detector/engine/tensorflow'
import { Loader } from '../detector/loading/loader'
import { Sampler } from '../detector/loading/sampler'
import type { Batch } from '../detector/network/types'
import { stepOptions } from '../detector/options/recipe'
import { defaultsOf } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { startingModel } from '../detector/training/starting-model'
import { openTrainingData } from '../detector/training/training-data'
import { BenchTable, digits } from './report'

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
const program = 'node scripts/run-bundled.mjs bench/engines.ts'
const table = new BenchTable('engines', ['step', 'onnxruntime', 'TensorFlow.js', 'difference, %'], program)
onnx.losses.forEach((loss, i) => {
  const other = tensorflow.losses[i]
  table.row(i + 1, digits(loss, 5), digits(other, 5), digits(((other - loss) / loss) * 100, 3))
})
const perStep = (r: { seconds: number }) => (r.seconds / batches.length).toFixed(2)
const seconds = `seconds a step: onnxruntime ${perStep(onnx)}, TensorFlow.js (${tensorflowEngine.device}) ${perStep(tensorflow)}`
console.log(seconds)
await table.save(seconds)
