// npx tsx bench/export-sizes.ts [--step 32] [--model base]   Every size from 320 to 1536 in steps of 32 (or another multiple of
// it, which is quicker): the export is built and loaded by onnxruntime, and its search for boxes is run on a map with one
// bar; of square sizes the whole file is run, and finds as many boxes as the app's own code on its probability map.
// Unoptimised sessions: what is asked is whether each size works, not how fast.
import { parseArgs } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { findCandidates } from '../detector/detection/postprocess'
import { ScaledPicture, unitNormalisation } from '../detector/detection/preprocess'
import { buildBoxesModel } from '../detector/export/boxes/boxes-graph'
import { buildExport, MAX_BOXES, MIN_SIDE } from '../detector/export/build-model'
import { exportOptionsFor } from '../detector/export/export-model'
import { writeModel } from '../detector/onnx/write-model'
import { findModel } from '../detector/weights/model-file'
import { readWeights } from '../detector/weights/pth/read-weights'
import { readSidecar } from '../detector/weights/sidecar'
import { renderedPage } from './rendered-page'
import { BenchTable, digits } from './report'

const { values } = parseArgs({
  options: { step: { type: 'string', default: '32' }, model: { type: 'string', default: 'base' } },
})
const sides: number[] = []
for (let side = 320; side <= 1536; side += Number(values.step)) sides.push(side)

const file = findModel(values.model)
const sidecar = await readSidecar(file.path)
const { tensors } = await readWeights(file.path)
const page = renderedPage(1200, 1200, 50)
const open = (bytes: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 })
const expect = (condition: boolean, width: number, height: number, what: string): void => {
  if (!condition) throw new Error(`${width} × ${height}: ${what}`)
}

async function findBar(width: number, height: number): Promise<void> {
  const settings = { width, height, binarizeThreshold: 0.3, threshold: 0.3, unclipRatio: 1.5 }
  const session = await open(buildBoxesModel(settings))
  const map = new Float32Array(width * height)
  for (let y = height - 40; y < height - 20; y++) map.fill(0.9, y * width + width - 80, y * width + width - 20)
  const { boxes, scores } = await session.run({ probability: new Tensor('float32', map, [1, 1, height, width]) })
  await session.release()
  expect(scores.data.length === 1 && boxes.dims.join() === '1,4,2', width, height, 'the bar is not found')
}

/** @returns boxes found on the page, when the size is a square */
async function loadExport(width: number, height: number): Promise<number> {
  const options = exportOptionsFor(sidecar, { width, height })
  const session = await open(writeModel(buildExport(tensors, options, { name: file.name, sha256: '', sidecar })))
  try {
    const shapes = [...session.inputMetadata, ...session.outputMetadata].map((v) => v.isTensor && v.shape.join())
    const wanted = [`1,3,${height},${width}`, 'N,4,2', 'N', `1,1,${height},${width}`]
    expect(shapes.join(' ') === wanted.join(' '), width, height, `inputs and outputs ${shapes.join(' ')}`)
    if (width !== height) return 0
    const input = new Float32Array(3 * width * height)
    new ScaledPicture(page, width, height).writeWindow({ x: 0, y: 0, width, height }, unitNormalisation, input)
    const found = await session.run({ input: new Tensor('float32', input, [1, 3, height, width]) })
    const { binarizeThreshold, threshold: minScore, unclipRatio } = options
    const settings = { binarizeThreshold, unclipRatio, minSide: MIN_SIDE, maxCandidates: MAX_BOXES, minScore }
    const own = findCandidates(found.probability.data as Float32Array, width, height, settings).scores.length
    expect(found.scores.data.length === own, width, height, `${found.scores.data.length} boxes, own code ${own}`)
    return own
  } finally {
    await session.release()
  }
}

const started = performance.now()
let count = 0
const onSquares: number[] = []
for (const height of sides) {
  for (const width of sides) {
    await findBar(width, height)
    const boxes = await loadExport(width, height)
    if (width === height) onSquares.push(boxes)
    count++
  }
  const minutes = ((performance.now() - started) / 60_000).toFixed(1)
  console.log(`height ${height}: ${count} of ${sides.length ** 2} sizes after ${minutes} min`)
}
const table = new BenchTable('export-sizes', ['sizes', 'exported, loaded, bar found', 'minutes'])
const minutes = digits((performance.now() - started) / 60_000, 1)
table.row(`320 to 1536 in steps of ${values.step}, both sides`, count, minutes)
await table.save(`boxes on the page at square sizes, as many as the app's own code finds: ${onSquares}`)
