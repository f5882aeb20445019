/**
 * What the boxes inside the graph cost: an export with them against one that ends at the probability map, in turn, on a page
 * of print with about 100 texts.
 *
 *     npx tsx bench/boxes-cost.ts [--size 800] [--lines 50] [--rounds 15] [--model base]
 *
 * The goal: at most 5 % more at 800 x 800.
 */
import { parseArgs } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ScaledPicture, unitNormalisation } from '../detector/detection/preprocess'
import { buildExport } from '../detector/export/build-model'
import { exportOptionsFor } from '../detector/export/export-model'
import { writeModel } from '../detector/onnx/write-model'
import { findModel } from '../detector/weights/model-file'
import { readWeights } from '../detector/weights/pth/read-weights'
import { readSidecar } from '../detector/weights/sidecar'
import { renderedPage } from './rendered-page'
import { BenchTable, digits } from './report'

const { values: o } = parseArgs({
  options: {
    size: { type: 'string', default: '800' },
    lines: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '15' },
    model: { type: 'string', default: 'base' },
  },
})
const side = Number(o.size)
const file = findModel(o.model)
const sidecar = await readSidecar(file.path)
const { tensors } = await readWeights(file.path)
const open = async (form: 'boxes' | 'maps'): Promise<InferenceSession> => {
  const options = exportOptionsFor(sidecar, { form, width: side, height: side })
  return InferenceSession.create(writeModel(buildExport(tensors, options, { name: file.name, sha256: '', sidecar })))
}
const sessions = { boxes: await open('boxes'), maps: await open('maps') }
const data = new Float32Array(3 * side * side)
const window = { x: 0, y: 0, width: side, height: side }
new ScaledPicture(renderedPage(side, side, Number(o.lines)), side, side).writeWindow(window, unitNormalisation, data)
const input = new Tensor('float32', data, [1, 3, side, side])

const times = { boxes: [] as number[], maps: [] as number[] }
const ratios: number[] = []
let found = 0
for (let round = -2; round < Number(o.rounds); round++) {
  const spent = { boxes: 0, maps: 0 }
  // Alternately first, so that neither always meets warm caches.
  for (const form of round % 2 === 0 ? (['boxes', 'maps'] as const) : (['maps', 'boxes'] as const)) {
    const begun = performance.now()
    const result = await sessions[form].run({ input })
    spent[form] = performance.now() - begun
    if (form === 'boxes') found = result.scores.dims[0]
  }
  if (round < 0) continue
  times.boxes.push(spent.boxes)
  times.maps.push(spent.maps)
  ratios.push(spent.boxes / spent.maps)
}
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]
const least = (list: number[]): number => Math.min(...list)
const table = new BenchTable('boxes-cost', ['form', 'median ms', 'least ms'])
for (const form of ['maps', 'boxes'] as const)
  table.row(form, digits(median(times[form]), 1), digits(least(times[form]), 1))
const more = (ratio: number): string => `${(100 * (ratio - 1)).toFixed(1)} %`
const cost = `boxes cost ${more(median(ratios))} more by the median of the rounds, ${more(least(times.boxes) / least(times.maps))} by the least times`
console.log(cost)
await table.save(`${side} × ${side}, ${found} boxes, ${o.rounds} rounds; ${cost}`)
