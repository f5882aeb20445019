import type { ResolvedOptions } from '../options/recipe'
import type { Frozen } from './parameters'

/**
 * Weights, statistics and optimiser state by name: the 158 PyTorch names (num_batches_tracked as one float), plus
 * momentum.<name>, adam_m.<name>, adam_v.<name>, step, and with AdamW adam_step.<part> (see StepCounters). What an engine
 * fuses inside, it splits here.
 */
export type TensorDict = Map<string, { dims: number[]; data: Float32Array }>

export interface Batch {
  /** [N,3,H,W] BGR, (x − mean) / 255. */
  image: Float32Array
  /** [N,1,H,W] shrink map, 0 or 1. */
  gt: Float32Array
  /** [N,1,H,W] 1 = counts. */
  mask: Float32Array
  /** [N,1,H,W] 0.3–0.7. */
  threshMap: Float32Array
  /** [N,1,H,W] 0 or 1. */
  threshMask: Float32Array
}

export interface Losses {
  /** binary + 10 · thresh + 5 · prob. */
  loss: number
  /** BCE with hard negative mining, unweighted. */
  prob: number
  /** Dice of the approximate binary map, unweighted. */
  binary: number
  /** L1 of the threshold map, unweighted. */
  thresh: number
  /** Euclidean norm of all gradients before clipping. */
  gradNorm: number
}

export type StepOptions = Pick<
  ResolvedOptions,
  'optimizer' | 'momentum' | 'nesterov' | 'weightDecay' | 'decay' | 'clipNorm' | 'batchNorm'
>

export interface StepShape {
  batch: number
  height: number
  width: number
  options: StepOptions
  frozen: Frozen
}
