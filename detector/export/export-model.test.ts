import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readModel } from '../onnx/read-model'
import { readWeights } from '../weights/pth/read-weights'
import { buildExport } from './build-model'
import { type ExportJob, exportModel, exportOptionsFor } from './export-model'
import type { ExportReport } from './export-report'
import { quantiseExport } from './quantise/quantise-export'
import { verificationPictures } from './verification-pictures'

const weights = join(import.meta.dirname, '../../models/base/base.pth')
const data = process.env.OCR_DATA ?? join(import.meta.dirname, '../../../shared/data')
const haveData = existsSync(join(data, 'receipts'))
if (process.env.OCR_REQUIRE_DATA === '1' && !haveData) throw new Error(`No data sets at ${data}`)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const job = (given: Record<string, unknown> = {}, rest: Partial<ExportJob> = {}): ExportJob => ({
  model: { file: weights, name: 'base' },
  options: exportOptionsFor(undefined, { width: 416, height: 320, threshold: 0.4, binarizeThreshold: 0.3, ...given }),
  output: join(folder, 'model.onnx'),
  checkPictures: 2,
  ...rest,
})

// Seconds each on an idle machine.
const timeout = 300_000
describe.skipIf(!existsSync(weights))('an export of the base model', { timeout }, () => {
  it('writes a file that was proved, and the report beside it', async () => {
    const stages: string[] = []
    const report = await exportModel(job({}, { onProgress: (stage) => stages.push(stage) }))
    expect(readdirSync(folder).sort()).toEqual(['model.json', 'model.onnx'])
    const stored = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as ExportReport
    expect(stored).toEqual(report)
    expect([...new Set(stages)]).toEqual(['build', 'verify'])
    expect(report.checks.every(({ ok }) => ok)).toBe(true)
    expect(report.inputs).toEqual([{ name: 'input', type: 'float32', shape: [1, 3, 320, 416] }])
    expect(report.outputs.map(({ name }) => name)).toEqual(['boxes', 'scores', 'probability'])
    expect(report.verification.mapDifference.max).toBeLessThan(1e-4)
    expect(report.verification.boxes.expected).toBeGreaterThan(5)
    expect(report.verification.boxes.found).toBe(report.verification.boxes.expected)
    const bytes = await readFile(join(folder, 'model.onnx'))
    expect(report.size).toBe(bytes.length)
    expect(Object.fromEntries(readModel(bytes).metadata)).toEqual(report.metadata)
  })

  it('finds the same in half precision', async () => {
    const report = await exportModel(job({ precision: 'fp16', form: 'maps' }))
    expect(report.verification.agreement).toBeGreaterThan(0.99)
    expect(report.verification.mapDifference.max).toBeLessThan(0.01)
  })

  it('makes a map of small error in 8 bits', async () => {
    const { tensors } = await readWeights(weights)
    const { options } = job({ precision: 'int8', form: 'maps' })
    const { width, height } = options
    const { calibration } = await verificationPictures(weights, undefined, 1)
    const model = buildExport(tensors, options, { name: 'base', sha256: '', sidecar: undefined })
    const result = await quantiseExport(model, { width, height, pictures: calibration.slice(0, 3) })
    expect(result).toMatchObject({ pictures: 3, kept: [] })
    expect(result.layers).toBeGreaterThan(20)
    expect(result.error).toBeLessThan(0.003)
  })

  it('leaves nothing behind when it is cancelled, at any stage', async () => {
    for (const [stage, precision] of [
      ['build', 'fp32'],
      ['quantise', 'int8'],
      ['verify', 'fp32'],
    ]) {
      const control = new AbortController()
      const onProgress = (at: string): void => {
        if (at === stage) control.abort(new Error('cancelled'))
      }
      await expect(exportModel(job({ precision }, { signal: control.signal, onProgress }))).rejects.toThrow('cancelled')
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('does not write over notes that are no report', async () => {
    await writeFile(join(folder, 'model.json'), '{"version":1}')
    await expect(exportModel(job())).rejects.toMatchObject({ code: 'write-refused' })
    expect(readdirSync(folder)).toEqual(['model.json'])
  })

  it('names a data set that is not there', async () => {
    await expect(exportModel(job({}, { data: join(folder, 'none') }))).rejects.toMatchObject({ code: 'file-missing' })
  })

  it.skipIf(!haveData)('finds on real pictures what the app finds', async () => {
    for (const set of ['receipts', 'chinese']) {
      const report = await exportModel(job({}, { data: join(data, set) }))
      const { boxes, hmean } = report.verification
      expect(boxes.found, set).toBe(boxes.expected)
      expect(boxes.near / boxes.expected, set).toBeGreaterThan(0.95)
      expect(hmean?.truths, set).toBeGreaterThan(0)
    }
  })
})
