// Where the time of a detection goes, and what the library adds to the bare run of the same graph.
// npx tsx bench/inference.ts [rounds]
import { createCanvas } from '@napi-rs/canvas'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { Detector } from '../detector/detection/detector'
import { buildInferenceModel } from '../detector/network/inference/inference-model'
import { resolveDetectionSettings } from '../detector/options/presets'
import { findModel } from '../detector/weights/model-file'
import { readWeights } from '../detector/weights/pth/read-weights'
import { BenchTable, digits } from './report'

const rounds = Number(process.argv[2] ?? 12)
const sizes = [640, 800, 1024]

const median = (values: number[]): number => values.slice().sort((a, b) => a - b)[values.length >> 1]

/** A photograph-like JPEG: noise, and lines of print (boxes where no font is installed). */
async function picture(width: number, height: number): Promise<Buffer> {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = '#e8e4da'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#222'
  context.font = '22px sans-serif'
  for (let i = 0; i < 25; i++) {
    const y = 40 + ((height - 60) / 25) * i
    context.fillText(`Line ${i + 1} of the page, total ${(i * 37.35).toFixed(2)}`, 30 + (i % 4) * 60, y)
    context.fillText(`${(i * 12.95).toFixed(2)}`, width - 160, y)
  }
  return sharp(canvas.toBuffer('image/png')).removeAlpha().jpeg({ quality: 88 }).toBuffer()
}

async function measure(detector: Detector, model: string, size: number): Promise<void> {
  const file = await picture(1280, 960)
  const settings = { ...resolveDetectionSettings({ width: size, height: size }, detector) }
  const { tensors } = await readWeights(findModel(model).path)
  const bare = await InferenceSession.create(buildInferenceModel(tensors, { input: 'normalised', shortcuts: true }), {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
  })
  const input = new Tensor('float32', new Float32Array(3 * size * size).fill(0.1), [1, 3, size, size])
  const times: Record<string, number[]> = { bare: [], decode: [], preprocess: [], network: [], postprocess: [] }
  let boxes = 0
  for (let round = -2; round < rounds; round++) {
    // Taken in turn, so that whatever else runs on the machine meets both.
    const start = performance.now()
    await bare.run({ input })
    const spent = performance.now() - start
    const { result } = await detector.detect(file, settings)
    boxes = result.boxes.length
    if (round < 0) continue
    times.bare.push(spent)
    for (const [name, value] of Object.entries(result.timings)) times[name].push(value)
  }
  await bare.release()
  const of = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
  const share = (100 * (of.preprocess + of.postprocess)) / of.network
  const overhead = 100 * ((of.preprocess + of.network + of.postprocess) / of.bare - 1)
  const times1 = [of.decode, of.preprocess, of.network, of.postprocess, of.bare]
  table.row(size, ...times1.map((ms) => digits(ms, 1)), digits(share, 1), digits(overhead, 1), boxes)
}

const model = 'base'
const detector = await Detector.open({ model })
console.log(`median of ${rounds}, milliseconds; JPEG 1280 x 960`)
const columns = ['size', 'decode ms', 'preprocess ms', 'network ms', 'postprocess ms', 'bare ms']
const table = new BenchTable('inference', [...columns, 'pre + post, % of the network', 'over bare, %', 'boxes'])
for (const size of sizes) await measure(detector, model, size)
await detector.close()
await table.save(`median of ${rounds}`)
