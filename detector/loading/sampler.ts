import { Random, shuffled } from '../random'

/** One picture to be made: which sample, and the key that its random numbers are drawn from. */
export interface Draw {
  index: number
  key: [seed: number, epoch: number, index: number, repeat: number]
}

/** What separates the order of samples from all other uses of the seed. */
const ORDER = 0x6f72

/**
 * How an epoch is cut into steps. The graph of a step has a fixed batch, so the last step of an epoch is filled up from
 * the front of the same epoch's order (with other augmentation); no image is ever left out, and a set smaller than a
 * batch trains too.
 */
export class Sampler {
  readonly stepsPerEpoch: number
  private order: { epoch: number; indices: Uint32Array } | undefined

  constructor(
    private readonly plan: { samples: number; batchSize: number; accumulate: number; seed: number; shuffle: boolean },
  ) {
    this.stepsPerEpoch = Math.max(1, Math.ceil(plan.samples / (plan.batchSize * plan.accumulate)))
  }

  /** Batches of one epoch: each step takes `accumulate` of them. */
  get batchesPerEpoch(): number {
    return this.stepsPerEpoch * this.plan.accumulate
  }

  /** The samples of batch number `batch` (from 0, over all epochs). */
  batch(batch: number): Draw[] {
    const { batchSize, samples, seed } = this.plan
    const epoch = Math.floor(batch / this.batchesPerEpoch)
    const indices = this.orderOf(epoch)
    const first = (batch % this.batchesPerEpoch) * batchSize
    return Array.from({ length: batchSize }, (_, i) => {
      const index = indices[(first + i) % samples]
      return { index, key: [seed, epoch, index, Math.floor((first + i) / samples)] }
    })
  }

  private orderOf(epoch: number): Uint32Array {
    if (this.order?.epoch !== epoch) {
      const { samples, seed, shuffle } = this.plan
      const indices = shuffle
        ? shuffled(samples, new Random(seed, ORDER, epoch))
        : Uint32Array.from({ length: samples }, (_, i) => i)
      this.order = { epoch, indices }
    }
    return this.order.indices
  }
}
