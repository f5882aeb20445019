// npx tsx bench/export-sizes.ts [step]   Every size from 320 to 1536 in steps of 32 (or another multiple of it, which is
// quicker): the search for boxes is built, loaded by onnxruntime and run on a map with one bar.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { buildBoxesModel } from '../detector/export/boxes/boxes-graph'

const step = Number(process.argv[2] ?? 32)
let count = 0
for (let height = 320; height <= 1536; height += step) {
  for (let width = 320; width <= 1536; width += step) {
    const settings = { width, height, binarizeThreshold: 0.3, threshold: 0.3, unclipRatio: 1.5 }
    const session = await InferenceSession.create(buildBoxesModel(settings), { logSeverityLevel: 3 })
    const map = new Float32Array(width * height)
    for (let y = height - 40; y < height - 20; y++) map.fill(0.9, y * width + width - 80, y * width + width - 20)
    const { boxes, scores } = await session.run({ probability: new Tensor('float32', map, [1, 1, height, width]) })
    await session.release()
    if (scores.data.length !== 1 || boxes.dims.join() !== '1,4,2') throw new Error(`${width} × ${height}`)
    count++
  }
}
console.log(`${count} sizes, one box found in each`)
