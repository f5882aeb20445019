import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { exportModel, exportOptionsFor } from './export-model'

const weights = join(import.meta.dirname, '../../models/base/base.pth')

// A network that is not the one of the weights: what the gate is for.
vi.mock('./build-model', async (original) => {
  const module = await original<typeof import('./build-model')>()
  const build: typeof module.buildExport = (tensors, ...rest) => {
    const wrong = new Map(tensors)
    const name = 'decoder.binarize.6.weight'
    const { dims, data } = tensors.get(name)!
    wrong.set(name, { dims, data: data.map((value) => -value) })
    return module.buildExport(wrong, ...rest)
  }
  return { ...module, buildExport: build }
})

describe.skipIf(!existsSync(weights))('an export that does not find what the model finds', { timeout: 300_000 }, () => {
  it('fails loudly, and the older file stays', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gate-'))
    const output = join(folder, 'model.onnx')
    const job = {
      model: { file: weights, name: 'base' },
      options: exportOptionsFor(undefined, { width: 320, height: 320 }),
      output,
      checkPictures: 1,
    }
    await writeFile(output, 'older')
    await expect(exportModel(job)).rejects.toMatchObject({
      code: 'export-check-failed',
      message: expect.stringMatching(/Agreement with the model \(F1\): .* demanded/),
    })
    expect(readdirSync(folder)).toEqual(['model.onnx'])
    expect(await readFile(output, 'utf8')).toBe('older')
    await rm(folder, { recursive: true })
  })
})
