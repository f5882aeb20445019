import { describe, expect, it } from 'vitest'
import { Sampler } from './loading/sampler'
import { Random, shuffled } from './random'

describe('Random', () => {
  it('gives the same numbers for the same key, others for a key that differs in one place', () => {
    const draw = (...key: number[]) =>
      Array.from(
        { length: 5 },
        (
          (r) => () =>
            r.next()
        )(new Random(...key)),
      )
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3))
    for (const other of [
      [1, 2, 4],
      [1, 3, 3],
      [2, 2, 3],
      [1, 2],
      [1, 2, 3, 0],
      [3, 2, 1],
    ]) {
      expect(draw(...other)).not.toEqual(draw(1, 2, 3))
    }
  })

  it('is uniform and normal, also over neighbouring keys', () => {
    const n = 20000
    let [sum, squares, mean, variance] = [0, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      const u = new Random(42, 0, i).next()
      const z = new Random(42, 1, i).normal()
      sum += u
      squares += u * u
      mean += z / n
      variance += (z * z) / n
    }
    expect(sum / n).toBeCloseTo(0.5, 2)
    expect(squares / n).toBeCloseTo(1 / 3, 2)
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(variance).toBeCloseTo(1, 1)
  })

  it('shuffles all positions alike', () => {
    const first = new Float64Array(10)
    for (let i = 0; i < 5000; i++) first[shuffled(10, new Random(i))[0]]++
    for (const count of first) expect(Math.abs(count - 500)).toBeLessThan(100)
  })
})

describe('Sampler', () => {
  it('shows every sample in every epoch and fills the last step up', () => {
    const sampler = new Sampler({ samples: 10, batchSize: 4, accumulate: 1, seed: 42, shuffle: true })
    expect(sampler.stepsPerEpoch).toBe(3)
    const epochs = [0, 1].map((e) => [0, 1, 2].flatMap((b) => sampler.batch(e * 3 + b)))
    for (const draws of epochs) {
      expect(new Set(draws.map((d) => d.index)).size).toBe(10)
      expect(draws.length).toBe(12)
      expect(new Set(draws.map((d) => d.key.join())).size).toBe(12)
    }
    expect(epochs[0].map((d) => d.index)).not.toEqual(epochs[1].map((d) => d.index))
  })

  it('trains sets smaller than a batch, and counts accumulated batches into a step', () => {
    expect(new Sampler({ samples: 3, batchSize: 8, accumulate: 1, seed: 1, shuffle: true }).batch(0)).toHaveLength(8)
    const sampler = new Sampler({ samples: 20, batchSize: 4, accumulate: 2, seed: 1, shuffle: true })
    expect([sampler.stepsPerEpoch, sampler.batchesPerEpoch]).toEqual([3, 6])
  })

  it('gives any batch again without those before it', () => {
    const plan = { samples: 10, batchSize: 4, accumulate: 1, seed: 42, shuffle: true }
    const walked = new Sampler(plan)
    for (let i = 0; i < 7; i++) walked.batch(i)
    expect(new Sampler(plan).batch(7)).toEqual(walked.batch(7))
  })
})
