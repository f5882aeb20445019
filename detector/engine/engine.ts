import type { Frozen } from '../network/parameters'
import type { ResolvedOptions } from '../options/recipe'

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

/** Something that can run a training step: onnxruntime, TensorFlow.js. */
export interface Engine {
  readonly name: 'onnxruntime' | 'tensorflow'
  readonly device: string
  /** One tiny step compared with the CPU; ok = false refuses the device with the reason. */
  probe(): Promise<{ ok: boolean; reason?: string }>
  open(shape: StepShape): Promise<StepSession>
}

export interface StepSession {
  /**
   * Forward, backward, update (with what was accumulated). A non-finite loss or gradient leaves the state as it was, and
   * what was accumulated is dropped.
   */
  step(batch: Batch, lr: number): Promise<Losses>
  /** Forward, backward, gradients kept for the next step(). */
  accumulate(batch: Batch): Promise<Losses>
  /** Probability [N,1,H,W] for images [N,3,H,W], with running statistics. */
  forward(image: Float32Array): Promise<Float32Array>
  state(): Promise<TensorDict>
  load(state: TensorDict): Promise<void>
  close(): Promise<void>
}
