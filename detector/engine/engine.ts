import type { Batch, Losses, StepShape, TensorDict } from '../network/types'

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
