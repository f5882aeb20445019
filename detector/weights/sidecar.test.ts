import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSidecar, type Sidecar, sidecarPath } from './sidecar'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidecar-'))
})
afterAll(() => rm(folder, { recursive: true }))

const sound: Sidecar = {
  version: 1,
  sha256: 'ab',
  kind: 'best',
  thresholds: { threshold: 0.3, binarizeThreshold: 0.25, unclipRatio: 1.5 },
  size: { rule: 'short-side', value: 736 },
  mean: [122.67891434, 116.66876762, 104.00698793],
  metrics: { validation: { precision: 0.9, recall: 0.8, hmean: 0.847, ap: 0.83 } },
  source: { run: 'exp_20260130_120000', epoch: 3, seed: 42 },
}

describe('the file beside the weights', () => {
  it('lies under the same name', () => {
    expect(sidecarPath('/a.b/best_model.pth')).toBe('/a.b/best_model.json')
    expect(sidecarPath('/a.b/weights')).toBe('/a.b/weights.json')
    expect(sidecarPath('model_800x800.onnx')).toBe('model_800x800.json')
  })

  it('is read, absent or refused with the field that is wrong', async () => {
    const weights = join(folder, 'w.pth')
    expect(await readSidecar(weights)).toBeUndefined()
    await writeFile(join(folder, 'w.json'), JSON.stringify({ ...sound, later: 'addition' }))
    expect(await readSidecar(weights)).toEqual(sound)
    await writeFile(join(folder, 'w.json'), JSON.stringify({ ...sound, metrics: undefined, source: undefined }))
    expect(await readSidecar(weights)).toEqual({ ...sound, metrics: {}, source: {} })
    for (const [change, words] of [
      [{ version: 2 }, 'version'],
      [{ thresholds: { ...sound.thresholds, threshold: 3 } }, 'thresholds.threshold'],
      [{ thresholds: { ...sound.thresholds, unclipRatio: null } }, 'thresholds.unclipRatio'],
      [{ mean: [1, 2] }, 'mean'],
      [{ size: { rule: 'fixed', width: 640 } }, 'size.height'],
      [{ size: { rule: 'other' } }, 'size'],
    ] as const) {
      await writeFile(join(folder, 'w.json'), JSON.stringify({ ...sound, ...change }))
      await expect(readSidecar(weights)).rejects.toMatchObject({
        code: 'sidecar-damaged',
        message: expect.stringContaining(`"${words}`),
        where: { file: join(folder, 'w.json') },
      })
    }
    await writeFile(join(folder, 'w.json'), '{"version": 1,')
    await expect(readSidecar(weights)).rejects.toMatchObject({ code: 'sidecar-damaged' })
  })
})
