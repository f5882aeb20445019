// hmean of every size rule on the test part of every set, with the base weights.
// npx tsx bench/size-policy.ts [every nth picture, 4] [model]; sets in $OCR_DATA or ../shared/data
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseIcdar } from '../detector/dataset/icdar'
import { parseListFile } from '../detector/dataset/list-file'
import { Detector } from '../detector/detection/detector'
import { evaluateImage, figuresAt, type ImageEvaluation } from '../detector/evaluation/icdar'
import { resolveDetectionSettings } from '../detector/options/presets'
import { decodeImage } from '../detector/picture/decode-image'
import { BenchTable, digits } from './report'

const root = process.env.OCR_DATA ?? '../shared/data'
const nth = Number(process.argv[2] ?? 4)
const sets = [
  'receipts',
  'typewritten',
  'chinese',
  'industrial-labels',
  'icdar2015',
  'documents',
  'handwriting',
  'receipts-phone',
  'school-maths',
].filter((set) => existsSync(join(root, set, 'test_list.txt')))
const rules = {
  auto: {},
  'long side 640': { sizeRule: 'long-side', size: 640 },
  'long side 960': { sizeRule: 'long-side', size: 960 },
  'long side 1280': { sizeRule: 'long-side', size: 1280 },
  'short side 736': { sizeRule: 'short-side', size: 736 },
  'fixed 800 x 800': { sizeRule: 'fixed', width: 800, height: 800 },
}
const thresholds = Array.from({ length: 13 }, (_, i) => 0.2 + i * 0.05)

const detector = await Detector.open({ model: process.argv[3] ?? 'base' })
const table = new BenchTable('size-policy', ['set', 'pictures', 'rule', 'hmean', 'best threshold', 'network s'])
for (const set of sets) {
  const read = (file: string): string => readFileSync(join(root, set, file), 'utf8')
  const entries = parseListFile(read('test_list.txt')).filter((_, i) => i % nth === 0)
  for (const [name, given] of Object.entries(rules)) {
    const settings = resolveDetectionSettings(given, detector)
    const images: ImageEvaluation[] = []
    let milliseconds = 0
    for (const { image, annotation = '' } of entries) {
      const { texts } = parseIcdar(read(annotation), annotation)
      const { candidates, result } = await detector.detect(await decodeImage(join(root, set, image)), settings)
      milliseconds += result.timings.network
      const found = candidates.boxes.map((points, i) => ({ points, score: candidates.scores[i] }))
      images.push(evaluateImage(texts, found))
    }
    const percent = (threshold: number): number => 100 * figuresAt(images, threshold).hmean
    const best = Math.max(...thresholds.map(percent))
    const seconds = milliseconds / 1000 / entries.length
    const hmean = digits(percent(settings.threshold), 1)
    table.row(set, entries.length, name, hmean, digits(best, 1), digits(seconds, 2))
  }
}
await detector.close()
await table.save(`every ${nth}. test picture; hmean in % at the threshold of the model, and at the best one`)
