/**
 * Overfit proof: from random weights, trained on 8 real images, the detector must find nearly all text of these 8.
 *
 *   npx tsx bench/overfit.ts [--set chinese] [--image-size 320] [--epochs 100]
 *
 * Exit code 0 when hmean reaches 0.95. About 100 steps: minutes on two cores.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { TrainingProgress } from '../cli/training-progress'
import { openDataset } from '../detector/dataset/dataset'
import { parseOptions } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { createRun, runTraining } from '../detector/training/run'
import { BenchTable, digits } from './report'

const IMAGES = 8
const GOAL = 0.95

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'chinese' },
    'image-size': { type: 'string', default: '320' },
    epochs: { type: 'string', default: '100' },
    lr: { type: 'string', default: '0.001' },
  },
})
const root = resolve(process.env.OCR_DATA ?? '../shared/data', values.set)
const { train } = await openDataset(root)
const directory = mkdtempSync(join(tmpdir(), 'overfit-'))
try {
  const data = join(directory, 'data')
  mkdirSync(data)
  const lines = train.slice(0, IMAGES).map(({ image, annotation }) => `${image}\t${annotation.file}`)
  // The same images train and test: that is the point.
  for (const part of ['train', 'test']) writeFileSync(join(data, `${part}_list.txt`), `${lines.join('\n')}\n`)
  const options = parseOptions(trainOptions, {
    data,
    model: 'random',
    augment: false,
    optimizer: 'adamw',
    lr: values.lr,
    schedule: 'cosine',
    batchSize: IMAGES,
    imageSize: values['image-size'],
    epochs: values.epochs,
    validateEvery: 10,
    patience: 0,
  })
  const progress = new TrainingProgress(options.epochs, IMAGES)
  const runDir = await createRun(join(directory, 'workdirs'), options)
  const begun = performance.now()
  for await (const event of runTraining(runDir, { signal: new AbortController().signal })) {
    progress.show(event)
  }
  const { hmean } = JSON.parse(readFileSync(join(runDir, 'calibration.json'), 'utf8'))
  const table = new BenchTable('overfit', ['set', 'pictures', 'epochs', 'hmean', 'seconds'])
  const seconds = (performance.now() - begun) / 1000
  table.row(values.set, IMAGES, options.epochs, digits(hmean, 4), digits(seconds, 0))
  await table.save(`random weights, AdamW, ${options.imageSize}²`)
  process.exitCode = hmean >= GOAL ? 0 : 1
} finally {
  rmSync(directory, { recursive: true })
}
