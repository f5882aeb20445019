import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Batch } from '../network/types'
import { defaultsOf } from '../options/spec'
import { trainOptions } from '../options/train'
import { Loader, type LoaderOptions } from './loader'
import { BatchMaker, type LoaderSample } from './loader-batch'
import { Sampler } from './sampler'

const SIZE = 64
let directory: string
const samples: LoaderSample[] = []

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'loader-'))
  for (let i = 0; i < 5; i++) {
    const image = join(directory, `${i}.png`)
    const box = { left: 10 + i * 4, top: 20, width: 60, height: 16 }
    const ink = await sharp({ create: { ...box, channels: 3, background: '#102030' } })
      .png()
      .toBuffer()
    await sharp({ create: { width: 120, height: 90, channels: 3, background: '#e0d0c0' } })
      .composite([{ input: ink, left: box.left, top: box.top }])
      .png()
      .toFile(image)
    const [x0, y0, x1, y1] = [box.left, box.top, box.left + box.width, box.top + box.height]
    samples.push({ image, polygons: [{ points: [x0, y0, x1, y0, x1, y1, x0, y1], ignore: false }] })
  }
})
afterAll(() => rmSync(directory, { recursive: true }))

function options(workers: number, changed: Partial<LoaderOptions> = {}): LoaderOptions {
  const used = changed.samples ?? samples
  const sampler = new Sampler({ samples: used.length, batchSize: 2, accumulate: 1, seed: 42, shuffle: true })
  return {
    samples: used,
    imageSize: SIZE,
    augmentation: { ...defaultsOf(trainOptions), noise: 1, jpeg: 1 },
    cacheBytes: 1e6,
    workers,
    first: 0,
    draws: (batch) => (batch < 7 ? sampler.batch(batch) : undefined),
    ...changed,
  }
}

/** Arrays as one hash: comparing them number by number takes the test runner seconds. */
function digest(batch: Batch): string {
  const hash = createHash('sha256')
  for (const array of Object.values(batch)) hash.update(new Uint8Array(array.buffer))
  return hash.digest('hex')
}

async function all(loader: Loader): Promise<Batch[]> {
  const batches: Batch[] = []
  for (let made = await loader.next(); made; made = await loader.next()) {
    batches.push(structuredClone(made.data))
    loader.recycle(made.data)
  }
  await loader.close()
  return batches
}

describe('Loader', { timeout: 300_000 }, () => {
  it('gives the same batches with any number of threads, and from any place on', async () => {
    const digests = async (chosen: LoaderOptions) => (await all(new Loader(chosen))).map(digest)
    const inProcess = await digests(options(0))
    expect(new Set(inProcess).size).toBe(7)
    expect(await digests(options(1))).toEqual(inProcess)
    expect(await digests(options(2))).toEqual(inProcess)
    expect(await digests(options(1, { first: 4 }))).toEqual(inProcess.slice(4))
  })

  it('gives normalised BGR and targets', async () => {
    const plain = { ...defaultsOf(trainOptions), augment: false }
    const [{ image, gt, mask, threshMask }] = await all(
      new Loader(
        options(0, { augmentation: plain, draws: (n) => (n ? undefined : [{ index: 0, key: [1, 0, 0, 0] }]) }),
      ),
    )
    const plane = SIZE * SIZE
    const at = (channel: number, x: number, y: number): number => image[channel * plane + y * SIZE + x]
    // 120 × 90 fits as 64 × 48; the box lies at 5.3–37.3, 10.7–19.2.
    expect(at(0, 50, 5)).toBeCloseTo((0xc0 - 122.67891434) / 255, 5)
    expect(at(2, 50, 5)).toBeCloseTo((0xe0 - 104.00698793) / 255, 5)
    expect(at(0, 20, 15)).toBeCloseTo((0x30 - 122.67891434) / 255, 5)
    expect(at(1, 20, 60)).toBeCloseTo(-116.66876762 / 255, 5)
    expect([gt[15 * SIZE + 20], gt[15 * SIZE + 6], gt[40 * SIZE + 20]]).toEqual([1, 0, 0])
    expect(mask.every((v) => v === 1)).toBe(true)
    expect(threshMask[11 * SIZE + 20]).toBe(1)
  })

  it('replaces what cannot be read and says so', async () => {
    const broken = join(directory, 'broken.jpg')
    writeFileSync(broken, 'no picture')
    const mixed = [...samples, { image: broken, polygons: [] }, { image: join(directory, 'absent.png'), polygons: [] }]
    const sampler = new Sampler({ samples: 7, batchSize: 7, accumulate: 1, seed: 1, shuffle: false })
    const loader = new Loader(options(1, { samples: mixed, draws: (batch) => sampler.batch(batch) }))
    const made = await loader.next()
    expect(made?.skipped.map((s) => s.file).sort()).toEqual([mixed[6].image, broken].sort())
    expect(made?.data.image.every(Number.isFinite)).toBe(true)
    await loader.close()
  })

  it('fails with a clear message when nothing can be read', async () => {
    const nothing = [{ image: join(directory, 'absent.png'), polygons: [] }]
    for (const workers of [0, 1]) {
      const loader = new Loader(options(workers, { samples: nothing }))
      await expect(loader.next()).rejects.toMatchObject({ code: 'no-readable-image' })
      await loader.close()
    }
  })

  it('keeps no more decoded pictures than allowed', async () => {
    const made = async (cacheBytes: number) => {
      const maker = new BatchMaker({ ...options(0), cacheBytes })
      const draws = [0, 1, 2, 0, 1, 2].map((index) => ({
        index,
        key: [1, 2, index, 3] as [number, number, number, number],
      }))
      return digest((await maker.make(draws)).data)
    }
    expect(await made(0)).toEqual(await made(1e9))
  })
})
