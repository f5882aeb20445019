/**
 * The figures of a model card, and thresholds for its sidecar: precision, recall and hmean of every set at one pair of
 * thresholds, the pair with the best mean hmean over all sets (so that no large set decides for the small ones), or a given one.
 *
 *   tsx bench/card-figures.ts --model models/base/base.pth --val DIR[:words]… [--max N] [--at BINARIZE,SCORE] [--json FILE]
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Detector } from '../detector/detection/detector'
import { BINARIZE_GRID, SCORE_GRID } from '../detector/evaluation/best-thresholds'
import { asDetections, detectOnSamples, type Unreadable } from '../detector/evaluation/evaluate-set'
import { averagePrecision, evaluateImage, figuresAt, type ImageEvaluation } from '../detector/evaluation/icdar'
import { resolveDetectionSettings } from '../detector/options/presets'
import { parseSetName, validationSamples } from '../pretrain/mixture'
import { BenchTable, digits } from './report'

const { values: o, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'base' },
    val: { type: 'string', multiple: true, default: [] },
    max: { type: 'string', default: '0' },
    at: { type: 'string' },
    json: { type: 'string' },
  },
})

/** [binarisation][picture] of one set. */
const sets: { name: string; levels: ImageEvaluation[][] }[] = []
const detector = await Detector.open({ model: o.model })
try {
  const settings = resolveDetectionSettings({ threshold: 0.1, binarizeThreshold: 0.3, sizeRule: 'auto' })
  for (const set of [...o.val, ...positionals].map(parseSetName)) {
    const levels: ImageEvaluation[][] = BINARIZE_GRID.map(() => [])
    const unreadable: Unreadable[] = []
    const samples = await validationSamples(set, Number(o.max))
    for await (const { sample, candidates } of detectOnSamples(detector, samples, settings, BINARIZE_GRID, unreadable))
      for (const [i, boxes] of candidates.entries()) levels[i].push(evaluateImage(sample.polygons, asDetections(boxes)))
    for (const { file, message } of unreadable) console.error(`${file}: ${message}`)
    sets.push({ name: set.name, levels })
    console.error(`${set.name}: ${samples.length} pictures`)
  }
} finally {
  await detector.close()
}

const pairs = [...BINARIZE_GRID.keys()].flatMap((level) =>
  SCORE_GRID.map((threshold) => {
    const hmeans = sets.map(({ levels }) => figuresAt(levels[level], threshold).hmean)
    return { level, threshold, hmeans, mean: hmeans.reduce((sum, value) => sum + value, 0) / sets.length }
  }),
)
// Of equal pairs the stricter one.
pairs.sort((a, b) => b.mean - a.mean || b.threshold - a.threshold || b.level - a.level)
const best = o.at === undefined ? pairs[0] : pairs.find((p) => `${BINARIZE_GRID[p.level]},${p.threshold}` === o.at)
if (!best) throw new Error(`Not a pair of the grid: ${o.at}`)
const share = (value: number): string => value.toFixed(3)
console.log(`binarise ${BINARIZE_GRID[best.level]}, score ${best.threshold}: mean hmean ${share(best.mean)}\n`)
const columns = ['set', 'pictures', 'precision', 'recall', 'hmean', 'AP', 'best of the grid for this set']
const table = new BenchTable('card-figures', columns, 'npx tsx bench/card-figures.ts')
const metrics: Record<string, unknown> = {}
for (const { name, levels } of sets) {
  const images = levels[best.level]
  const { precision, recall, hmean } = figuresAt(images, best.threshold)
  const ap = averagePrecision(images)
  const own = Math.max(...levels.flatMap((level) => SCORE_GRID.map((threshold) => figuresAt(level, threshold).hmean)))
  table.row(name, images.length, ...[precision, recall, hmean, ap, own].map((value) => digits(value, 3)))
  metrics[name] = { precision, recall, hmean, ap }
}
// The figures of the released weights are the ones that documents show.
if (o.model === 'base')
  await table.save(`binarisation ${BINARIZE_GRID[best.level]}, score ${best.threshold}: mean hmean ${share(best.mean)}`)
console.log(`\nThe best pairs, hmean of ${sets.map(({ name }) => name).join(', ')}:`)
for (const { level, threshold, hmeans, mean } of pairs.slice(0, 12))
  console.log(`${BINARIZE_GRID[level]} ${threshold}: ${share(mean)} (${hmeans.map(share).join(', ')})`)
if (o.json !== undefined) {
  const thresholds = { threshold: best.threshold, binarizeThreshold: BINARIZE_GRID[best.level], unclipRatio: 1.5 }
  await writeFile(o.json, `${JSON.stringify({ thresholds, metrics }, null, 2)}\n`)
}
