import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { intersectionArea } from '../geometry/intersection'
import type { Quad } from '../geometry/polygon'
import { polygonArea } from '../geometry/polygon'
import { buildInferenceModel } from '../network/inference/inference-model'
import { resolveDetectionSettings } from '../options/presets'
import { type DecodedImage, decodeImage } from '../picture/decode-image'
import { findModel } from '../weights/model-file'
import { readWeights } from '../weights/pth/read-weights'
import { Detector } from './detector'

const page = new URL('../../fixtures/images/page.png', import.meta.url).pathname
const truth = JSON.parse(readFileSync(new URL('../../fixtures/images/page.json', import.meta.url), 'utf8')) as {
  boxes: [number, number, number, number][]
}

function canvas(width: number, height: number): DecodedImage {
  return { data: new Uint8Array(width * height * 3).fill(250), width, height, format: 'png', orientation: 1, pages: 1 }
}

function paste(onto: DecodedImage, picture: DecodedImage, x: number, y: number): void {
  for (let row = 0; row < picture.height; row++) {
    const from = picture.data.subarray(row * picture.width * 3, (row + 1) * picture.width * 3)
    onto.data.set(from, ((y + row) * onto.width + x) * 3)
  }
}

/** The truth is the ink alone; annotators leave some room. */
const MARGIN = 3

/** Lines of the page of which a box covers at least this much (IoU). */
function found(boxes: Quad[], [dx, dy] = [0, 0], least = 0.5): number {
  return truth.boxes.filter(([x0, y0, x1, y1]) => {
    const [left, top, right, bottom] = [x0 + dx - MARGIN, y0 + dy - MARGIN, x1 + dx + MARGIN, y1 + dy + MARGIN]
    const line: Quad = [left, top, right, top, right, bottom, left, bottom]
    return boxes.some((box) => iou(line, box) >= least)
  }).length
}

describe('Detector', () => {
  let detector: Detector
  let picture: DecodedImage
  const settings = () => resolveDetectionSettings({}, detector)
  const folder = mkdtempSync(join(tmpdir(), 'detector-'))

  beforeAll(async () => {
    detector = await Detector.open({ model: 'base', threads: 2 })
    picture = await decodeImage(page)
  })
  afterAll(async () => {
    await detector.close()
    rmSync(folder, { recursive: true })
  })

  it('finds every line of a printed page', async () => {
    const { result } = await detector.detect(page, settings())
    expect(result).toMatchObject({ image_path: 'page.png', success: true, image_size: [640, 448], omitted: 0 })
    expect(found(result.boxes)).toBe(truth.boxes.length)
    expect(result.boxes).toHaveLength(truth.boxes.length)
    expect(result.scores).toEqual([...result.scores].sort((a, b) => b - a))
    expect(result.model.sha256).toMatch(/^[0-9a-f]{64}$/)
    for (const key of ['decode', 'preprocess', 'network', 'postprocess'] as const) {
      expect(result.timings[key]).toBeGreaterThan(0)
    }
  })

  it('keeps candidates below the threshold, and repeats post-processing alone', async () => {
    const { result, candidates, map } = await detector.detect(
      picture,
      { ...settings(), threshold: 1 },
      { name: 'x/p.png' },
    )
    expect(result.image_path).toBe('p.png')
    expect(result.boxes).toEqual([])
    expect(candidates.boxes.length).toBeGreaterThanOrEqual(truth.boxes.length)
    expect(detector.candidates(map, settings())).toEqual(candidates)
    const few = detector.candidates(map, { ...settings(), maxCandidates: 3, polygon: true })
    expect(few.boxes).toEqual(candidates.boxes.slice(0, 3))
    expect(few.omitted).toBe(candidates.boxes.length - 3)
    expect(few.polygons).toHaveLength(3)
  })

  it('finds small print on a long scan, and the lines that tiles cut', async () => {
    const scan = canvas(800, 4000)
    const places = [
      [100, 100],
      [150, 1900],
      [60, 3500],
    ]
    for (const [x, y] of places) paste(scan, picture, x, y)
    const { result } = await detector.detect(scan, settings())
    for (const place of places) expect(found(result.boxes, place as [number, number])).toBeGreaterThanOrEqual(9)
  })

  it('gives tiles the same map as one run, but for the far context', async () => {
    const wide = canvas(2560, 704)
    for (let x = 0; x < 4; x++) paste(wide, picture, x * 640, 128)
    const plan = { width: 2560, height: 704, mapWidth: 2560, mapHeight: 704 }
    const tiled = (await detector.mapAt(wide, plan)).map.data
    const left = (
      await detector.mapAt(cropped(wide, 640, 0, 1280, 704), {
        width: 1280,
        height: 704,
        mapWidth: 1280,
        mapHeight: 704,
      })
    ).map
    let worst = 0
    for (let y = 0; y < 704; y++) {
      for (let x = 160; x < 1120; x++)
        worst = Math.max(worst, Math.abs(tiled[y * 2560 + 640 + x] - left.data[y * 1280 + x]))
    }
    expect(worst).toBeLessThan(0.35)
  })

  it('takes pictures of any shape', async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2000],
      [100, 9000],
    ]) {
      const { result } = await detector.detect(canvas(width, height), settings())
      expect(result).toMatchObject({ success: true, image_size: [width, height] })
    }
    const strip = canvas(100, 9000)
    paste(strip, cropped(picture, 500, 140, 100, 130), 0, 8000)
    const { result } = await detector.detect(strip, settings())
    expect(result.boxes.length).toBeGreaterThanOrEqual(2)
    for (const box of result.boxes) expect(box[1]).toBeGreaterThan(7990)
  })

  it('gives the same boxes from exported files, whose size it obeys', async () => {
    const { tensors } = await readWeights(findModel('base').path)
    const file = join(folder, 'model_448x640.onnx')
    writeFileSync(file, buildInferenceModel(tensors, { input: 'unit', batch: 1, width: 640, height: 448 }))
    const exported = await Detector.open({ model: file, threads: 2 })
    try {
      expect(exported.size).toEqual({ rule: 'fixed', width: 640, height: 448 })
      const own = await detector.detect(picture, { ...settings(), size: { rule: 'fixed', width: 640, height: 448 } })
      const other = await exported.detect(picture, settings())
      expect(other.result.boxes).toEqual(own.result.boxes)
      expect(other.result.settings.size).toEqual(exported.size)
    } finally {
      await exported.close()
    }
  })

  it('refuses weights that are not those of their sidecar, and devices that are not there', async () => {
    const { path } = findModel('base')
    const copy = join(folder, 'base.pth')
    copyFileSync(path, copy)
    if (existsSync(path.replace(/pth$/, 'json'))) {
      const sidecar = JSON.parse(readFileSync(path.replace(/pth$/, 'json'), 'utf8'))
      writeFileSync(join(folder, 'base.json'), JSON.stringify({ ...sidecar, sha256: '0'.repeat(64) }))
      await expect(Detector.open({ model: copy })).rejects.toMatchObject({
        code: 'weights-changed',
        where: { file: copy },
      })
      writeFileSync(join(folder, 'base.json'), '{"version":2}')
      await expect(Detector.open({ model: copy })).rejects.toMatchObject({ code: 'sidecar-damaged' })
    }
    await expect(Detector.open({ model: 'base', device: 'abacus' })).rejects.toMatchObject({ code: 'device-unknown' })
    await expect(Detector.open({ model: 'nothing' })).rejects.toMatchObject({ code: 'model-missing' })
    writeFileSync(join(folder, 'text.onnx'), 'no model')
    await expect(Detector.open({ model: join(folder, 'text.onnx') })).rejects.toMatchObject({
      code: 'model-unreadable',
    })
  })

  it('stops between tiles when it is told to', async () => {
    const stop = new AbortController()
    stop.abort()
    const detection = detector.detect(picture, settings(), { signal: stop.signal })
    await expect(detection).rejects.toMatchObject({ name: 'AbortError' })
  })
})

function cropped(picture: DecodedImage, x: number, y: number, width: number, height: number): DecodedImage {
  const part = canvas(width, height)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3
    part.data.set(picture.data.subarray(from, from + width * 3), row * width * 3)
  }
  return part
}

function iou(a: Quad, b: Quad): number {
  const shared = intersectionArea(a, b)
  return shared / (polygonArea(a) + polygonArea(b) - shared)
}
