import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { loadMapFixtures, type MapFixture } from '../../../fixtures/postprocess/maps'
import { findCandidates } from '../../detection/postprocess'
import { Random } from '../../random'
import { type BoxesOptions, buildBoxesModel } from './boxes-graph'

const W = 320
const H = 256
const settings = { binarizeThreshold: 0.3, threshold: 0.3, unclipRatio: 1.5 }

interface Found {
  boxes: Float32Array
  scores: Float32Array
  dims: readonly number[]
}

async function run(map: Float32Array, options: Partial<BoxesOptions> = {}, opset = 17): Promise<Found> {
  const full = { height: H, width: W, ...settings, ...options }
  const session = await ort.InferenceSession.create(buildBoxesModel(full, opset), { intraOpNumThreads: 1 })
  const probability = new ort.Tensor('float32', map, [1, 1, full.height, full.width])
  const out = await session.run({ probability })
  await session.release()
  return { boxes: out.boxes.data as Float32Array, scores: out.scores.data as Float32Array, dims: out.boxes.dims }
}

/** Soft bars at any angle, most of them apart: p falls off like a sigmoid at the border. */
function bars(seed: number, count: number, width = W, height = H): Float32Array {
  const generator = new Random(seed)
  const random = () => generator.next()
  const map = new Float32Array(width * height).fill(0.01)
  for (let k = 0; k < count; k++) {
    const cx = ((k % 6) + 0.3 + 0.4 * random()) * (width / 6)
    const cy = ((Math.floor(k / 6) % 6) + 0.3 + 0.4 * random()) * (height / 6)
    const halfLong = 4 + random() * 22
    const halfShort = 1 + random() * 6
    const angle = (random() - 0.5) * Math.PI
    const peak = 0.35 + random() * 0.6
    const c = Math.cos(angle)
    const s = Math.sin(angle)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const u = Math.abs((x - cx) * c + (y - cy) * s) - halfLong
        const v = Math.abs(-(x - cx) * s + (y - cy) * c) - halfShort
        const p = peak / (1 + Math.exp(2 * Math.max(u, v)))
        if (p > map[y * width + x]) map[y * width + x] = p
      }
    }
  }
  return map
}

/** Largest coordinate difference of two boxes. */
const distance = (a: Float32Array, i: number, b: Float32Array, j: number) =>
  Math.max(...Array.from({ length: 8 }, (_, k) => Math.abs(a[8 * i + k] - b[8 * j + k])))

function expected(map: Float32Array, width = W, height = H) {
  return findCandidates(map, width, height, {
    binarizeThreshold: settings.binarizeThreshold,
    unclipRatio: settings.unclipRatio,
    minSide: 3,
    maxCandidates: 1000,
    minScore: settings.threshold,
  })
}

describe('boxes inside the graph', () => {
  it('finds what the post-processing of the app finds', async () => {
    let boxes = 0
    let apart = 0
    let scoredApart = 0
    for (let seed = 1; seed <= 12; seed++) {
      const map = bars(seed, 3 * seed)
      const [found, want] = [await run(map), expected(map)]
      expect(found.scores.length, `seed ${seed}`).toBe(want.scores.length)
      for (let i = 0; i < want.scores.length; i++) {
        // As sets: equal scores may change places.
        const near = Array.from(found.scores, (_, j) => distance(want.boxes, i, found.boxes, j))
        const match = near.indexOf(Math.min(...near))
        boxes++
        if (near[match] > 0.1) apart++
        else if (Math.abs(found.scores[match] - want.scores[i]) > 0.005) scoredApart++
      }
    }
    expect(boxes).toBeGreaterThan(100)
    // Only rectangles whose minimum is a tie may turn out another way.
    expect(apart / boxes).toBeLessThan(0.02)
    // A corner within rounding of a whole pixel may be truncated the other way.
    expect(scoredApart / boxes).toBeLessThan(0.01)
  })

  it('finds the same rectangles on maps of real pictures and of formulas', async () => {
    // One size of map, and so one model, for each (the width is a multiple of 32).
    const fixtures = loadMapFixtures().filter(({ width }) => width % 32 === 0)
    const sizes = new Map<string, MapFixture[]>()
    for (const fixture of fixtures) {
      const key = [fixture.width, fixture.height, fixture.threshold].join()
      sizes.set(key, [...(sizes.get(key) ?? []), fixture])
    }
    let boxes = 0
    let apart = 0
    let sameCount = 0
    for (const maps of sizes.values()) {
      const { width, height, threshold: binarizeThreshold } = maps[0]
      const model = buildBoxesModel({ width, height, binarizeThreshold, threshold: 0.3, unclipRatio: 1.5 })
      const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 })
      for (const { map } of maps) {
        const out = await session.run({ probability: new ort.Tensor('float32', map, [1, 1, height, width]) })
        const found = { boxes: out.boxes.data as Float32Array, scores: out.scores.data as Float32Array }
        const limits = { binarizeThreshold, unclipRatio: 1.5, minSide: 3, maxCandidates: 1000, minScore: 0.3 }
        const want = findCandidates(map, width, height, limits)
        if (found.scores.length === want.scores.length) sameCount++
        for (let i = 0; i < want.scores.length; i++) {
          boxes++
          const near = Array.from(found.scores, (_, j) => distance(want.boxes, i, found.boxes, j))
          if (Math.min(...near) > 2) apart++
        }
      }
      await session.release()
    }
    expect(fixtures.length).toBeGreaterThan(300)
    expect(boxes).toBeGreaterThan(3000)
    expect(sameCount).toBe(fixtures.length)
    expect(apart).toBe(0)
  })

  it('answers an empty map with empty tensors', async () => {
    const found = await run(new Float32Array(W * H))
    expect(found.dims).toEqual([0, 4, 2])
    expect(found.scores.length).toBe(0)
  })

  it('takes a map that is lit all over as one box', async () => {
    const found = await run(new Float32Array(W * H).fill(1))
    expect(Array.from(found.boxes)).toEqual([0, 0, W, 0, W, H, 0, H])
    expect(found.scores[0]).toBeCloseTo(1, 5)
  })

  it('joins a spiral and a comb into one component, and a diagonal over its corners', async () => {
    const spiral = new Float32Array(W * H)
    let [x0, y0, x1, y1] = [2, 2, W - 3, H - 3]
    const line = (ax: number, ay: number, bx: number, by: number) => {
      for (let y = Math.min(ay, by); y <= Math.max(ay, by); y++)
        for (let x = Math.min(ax, bx); x <= Math.max(ax, bx); x++) spiral[y * W + x] = 0.9
    }
    while (x1 - x0 > 8 && y1 - y0 > 8) {
      line(x0, y0, x1, y0)
      line(x1, y0, x1, y1)
      line(x0 + 4, y1, x1, y1)
      line(x0 + 4, y0 + 4, x0 + 4, y1)
      ;[x0, y0, x1, y1] = [x0 + 4, y0 + 4, x1 - 4, y1 - 4]
    }
    const comb = new Float32Array(W * H)
    for (let x = 10; x < 300; x += 4) for (let y = 250; y > 20 + x / 2; y--) comb[y * W + x] = 0.9
    for (let x = 10; x < 300; x++) comb[250 * W + x] = 0.9
    const diagonal = new Float32Array(W * H)
    for (let k = 20; k < 200; k++) for (let t = 0; t < 9; t++) diagonal[k * W + k + t * 2] = 0.9
    for (const map of [spiral, comb, diagonal]) {
      // A thin shape scores low in its rectangle: every candidate counts here.
      const all = { threshold: 0 }
      const found = await run(map, all)
      const fixed = await run(map, { ...all, loop: false })
      const app = findCandidates(map, W, H, { ...settings, minSide: 3, maxCandidates: 1000, minScore: 0 })
      expect(found.scores.length).toBe(app.scores.length)
      expect(found.scores.length).toBe(1)
      expect(Array.from(fixed.boxes)).toEqual(Array.from(found.boxes))
    }
  })

  it('gives the same result at opset 13 and without Loop', async () => {
    const map = bars(99, 30)
    const reference = await run(map)
    expect(reference.scores.length).toBeGreaterThan(10)
    for (const other of [await run(map, {}, 13), await run(map, { loop: false })]) {
      expect(Array.from(other.boxes)).toEqual(Array.from(reference.boxes))
      expect(Array.from(other.scores)).toEqual(Array.from(reference.scores))
    }
  })

  it('keeps the best by score and sorts them', async () => {
    const map = bars(7, 30)
    const [all, some] = [await run(map), await run(map, { maxCandidates: 5 })]
    expect(some.scores.length).toBe(5)
    expect(Array.from(some.scores)).toEqual(Array.from(all.scores.slice(0, 5)))
    expect(Array.from(all.scores)).toEqual(Array.from(all.scores).sort((a, b) => b - a))
  })
})
