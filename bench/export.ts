// npx tsx bench/export.ts [--pictures 8] [--size 800] [--model base] [--only boxes-int8] [set …]   Form, precision, file size,
// time and hmean of every export on the test part of each set of OCR_DATA, for BENCHMARKS.md. Nothing is kept.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../detector/errors'
import { exportModel, exportOptionsFor } from '../detector/export/export-model'
import { findModel } from '../detector/weights/model-file'
import { readSidecar } from '../detector/weights/sidecar'
import { BenchTable, digits } from './report'
import { dataRoot, testSets } from './test-sets'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pictures: { type: 'string', default: '8' },
    size: { type: 'string', default: '800' },
    model: { type: 'string', default: 'base' },
    only: { type: 'string' },
  },
})
const sets = positionals.length > 0 ? positionals : testSets()
const model = findModel(values.model)
const side = Number(values.size)
const folder = await mkdtemp(join(tmpdir(), 'bench-export-'))
const columns = ['form', 'precision', 'set', 'MB', 'network ms', 'file ms', 'hmean model', 'hmean file']
const table = new BenchTable('export', [...columns, 'boxes model / file', 'corners within 2 px, %', 'same count'])
for (const [form, precision] of [
  ['boxes', 'fp32'],
  ['maps', 'fp32'],
  ['boxes', 'fp16'],
  ['boxes', 'int8'],
].filter((kind) => !values.only || kind.join('-') === values.only)) {
  for (const set of sets) {
    const options = exportOptionsFor(await readSidecar(model.path), { form, precision, width: side, height: side })
    const job = {
      model: { file: model.path, name: model.name },
      options,
      output: join(folder, 'model.onnx'),
      data: join(dataRoot, set),
      checkPictures: Number(values.pictures),
    }
    const line = await exportModel(job).then(
      ({ size, verification: { milliseconds, hmean, boxes, sameCount, pictures } }) => [
        digits(size / 1e6, 1),
        digits(milliseconds.model, 0),
        digits(milliseconds.file, 0),
        hmean ? digits(hmean.model, 4) : '–',
        hmean ? digits(hmean.file, 4) : '–',
        `${boxes.expected} / ${boxes.found}`,
        digits((100 * boxes.near) / Math.max(1, boxes.expected), 1),
        `${sameCount} / ${pictures}`,
      ],
      (error: unknown) => {
        if (!(error instanceof UserError)) throw error
        return [error.message, ...Array<string>(7).fill('–')]
      },
    )
    table.row(form, precision, set, ...line)
  }
}
await rm(folder, { recursive: true, force: true })
await table.save()
