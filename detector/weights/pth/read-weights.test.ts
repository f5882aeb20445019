import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parameters } from '../../network/parameters'
import { readWeights } from './read-weights'

const fixture = (name: string): string => join(import.meta.dirname, '../../../fixtures/pth', name)

describe('layouts', () => {
  it.each([
    ['modelscope.pth', 'modelscope', '', ''],
    ['training_legacy.pth', 'modelscope-training', 'model', 'model.module.'],
    ['mhliao.pth', 'mhliao', '', 'model.module.'],
    ['mmocr.pth', 'mmocr', 'state_dict', ''],
  ])('%s becomes our 158 tensors', async (name, layout, wrapper, prefix) => {
    const { tensors, layout: found, report } = await readWeights(fixture(name))
    expect(found).toBe(layout)
    expect(report).toMatchObject({ wrapper, prefix, type: 'float32', missing: [], unexpected: [], misshapen: [] })
    expect([...tensors.keys()]).toEqual(parameters.map((p) => p.name))
    for (const [i, { name: key, dims, role }] of parameters.entries()) {
      const tensor = tensors.get(key)
      expect(tensor?.dims, key).toEqual(dims)
      expect(tensor?.data.length, key).toBe(dims.reduce((a, b) => a * b, 1))
      if (/\.(?:binarize|thresh)\.0\.weight$/.test(key)) continue
      expect(tensor?.data[0], key).toBe(role === 'batches-tracked' ? 7 : ((i % 50) + 1) / 64)
    }
  })

  it('the four level blocks of mmocr are turned round, those of the others are not', async () => {
    const channels = async (name: string, head: string): Promise<number[]> => {
      const { tensors } = await readWeights(fixture(name))
      const data = tensors.get(`decoder.${head}.0.weight`)?.data ?? new Float32Array()
      // First tap of each input channel of the last output channel.
      return Array.from({ length: 256 }, (_, i) => data[(63 * 256 + i) * 9] * 256)
    }
    const ascending = Array.from({ length: 256 }, (_, i) => i)
    const turned = ascending.map((i) => (3 - (i >> 6)) * 64 + (i & 63))
    expect(await channels('modelscope.pth', 'binarize')).toEqual(ascending)
    expect(await channels('mmocr.pth', 'binarize')).toEqual(turned)
    expect(await channels('mmocr.pth', 'thresh')).toEqual(turned)
  })

  it('the parts of ResNet that DBNet never uses are reported as unused', async () => {
    const { report } = await readWeights(fixture('mhliao.pth'))
    expect(report.entries).toBe(162)
    expect(report.unused).toHaveLength(4)
  })

  it('weights for inference lack the threshold head, and the report says so', async () => {
    const { tensors, report } = await readWeights(fixture('inference_only.pth'))
    expect(tensors.size).toBe(143)
    expect(report.missing).toHaveLength(15)
    expect(report.missing.every((name) => name.startsWith('decoder.thresh.'))).toBe(true)
  })
})

describe('refusals', () => {
  it.each([
    ['deformable.pth', 'weights-deformable', 'conv2_offset'],
    ['other.pth', 'weights-other-network', 'fc.weight'],
    ['whole_module.pth', 'pickle-refused', 'torch.nn.modules.container.Sequential'],
    ['no_names.pth', 'not-weights', 'no tensors'],
  ])('%s: %s', async (name, code, words) => {
    const path = fixture(name)
    await expect(readWeights(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
      where: { file: path },
    })
  })
})
