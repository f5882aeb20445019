import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { isFrozen, parts, trainedParameters } from '../../network/parameters'
import { adamScalars } from '../../network/training/optim/update'
import {
  buildAccumulateModel,
  buildForwardModel,
  buildStepModel,
  buildUpdateModel,
  gradientName,
  newName,
  type StepModel,
  type TrainingKernels,
} from '../../network/training/training-model'
import type { Batch, Losses, StepShape, TensorDict } from '../../network/types'
import { createSession } from '../../onnx/session'
import type { StepSession } from '../engine'
import { StepState } from './step-state'

interface Program {
  model: StepModel
  session: InferenceSession
}

/**
 * A training session on onnxruntime. The graphs take all weights as inputs and give the new ones as outputs, so a step
 * that went wrong is undone by not taking its outputs. run() blocks the event loop: use it in a process of its own.
 */
export class OnnxStepSession implements StepSession {
  private current: StepState | undefined
  /** Sums of gradients since the last update, by parameter, and of how many batches. */
  private gradients: { sums: Map<string, Tensor>; batches: number } | undefined
  private readonly programs = new Map<string, Promise<Program>>()

  constructor(
    private readonly shape: StepShape,
    private readonly kernels: TrainingKernels,
    private readonly device: string,
    private readonly threads: number | undefined,
  ) {}

  async step(batch: Batch, lr: number): Promise<Losses> {
    if (!Number.isFinite(lr)) throw new RangeError(`A learning rate must be finite, not ${lr}`)
    // Which way it goes must depend on nothing that a resumed run lacks: the two differ in the last bits.
    if (!this.gradients) return this.stepAtOnce(batch, lr)
    try {
      return await this.stepOnSums(batch, lr, this.gradients.batches + 1)
    } finally {
      this.gradients = undefined
    }
  }

  async accumulate(batch: Batch): Promise<Losses> {
    const { outputs, losses } = await this.gradientsOf(batch)
    if (areFinite(losses)) this.keepGradients(outputs)
    return report(losses)
  }

  async forward(image: Float32Array): Promise<Float32Array> {
    const { height, width } = this.shape
    const batch = image.length / (3 * height * width)
    if (!Number.isInteger(batch) || batch < 1) {
      throw new RangeError(`${image.length} numbers are no images of 3×${height}×${width}`)
    }
    const program = await this.program(`forward ${batch}`, () =>
      buildForwardModel({ batch, height, width }, this.kernels),
    )
    const { probability } = await this.run(program, new Map([['image', new Tensor(image, [batch, 3, height, width])]]))
    return probability.data as Float32Array
  }

  /** The arrays are those in use: to be read, not written. Gradients that await their step() are not part of it. */
  async state(): Promise<TensorDict> {
    return this.loaded().toDict()
  }

  async load(state: TensorDict): Promise<void> {
    this.current = new StepState(this.shape.options.optimizer, state)
    this.gradients = undefined
  }

  async close(): Promise<void> {
    const programs = await Promise.all(this.programs.values())
    this.programs.clear()
    await Promise.all(programs.map(({ session }) => session.release()))
  }

  private async stepAtOnce(batch: Batch, lr: number): Promise<Losses> {
    const program = await this.program('step', () => buildStepModel(this.shape, this.kernels))
    const outputs = await this.run(program, new Map([...this.batchTensors(batch), ...this.scalars(lr)]))
    const losses = readLosses(outputs)
    if (areFinite(losses)) {
      this.takeOver(outputs)
      this.countBatch()
      this.loaded().counters.count(this.shape.frozen)
    }
    return report(losses)
  }

  /** Gradients of this batch added to the sums, then one update by the mean of all `batches`. */
  private async stepOnSums(batch: Batch, lr: number, batches: number): Promise<Losses> {
    const { outputs, losses } = await this.gradientsOf(batch)
    if (!areFinite(losses)) return report(losses)
    const program = await this.program('update', () => buildUpdateModel(this.shape, this.kernels))
    const sums = trainedParameters(this.shape.frozen).map(
      ({ name }) => [gradientName(name), outputs[newName(gradientName(name))]] as const,
    )
    const updated = await this.run(
      program,
      new Map([...sums, ...this.scalars(lr), ['gradient_scale', numberTensor(1 / batches)]]),
    )
    const gradNorm = (updated.norm.data as Float32Array)[0]
    if (!Number.isFinite(gradNorm)) return report({ ...losses, gradNorm })
    this.takeOver(outputs)
    this.countBatch()
    this.takeOver(updated)
    this.loaded().counters.count(this.shape.frozen)
    return { ...losses, gradNorm }
  }

  private async gradientsOf(batch: Batch): Promise<{ outputs: InferenceSession.OnnxValueMapType; losses: Losses }> {
    const program = await this.program('accumulate', () => buildAccumulateModel(this.shape, this.kernels))
    const before = trainedParameters(this.shape.frozen).map(({ name, dims }) => {
      const count = dims.reduce((product, length) => product * length, 1)
      return [
        gradientName(name),
        this.gradients?.sums.get(name) ?? new Tensor('float32', new Float32Array(count), dims),
      ] as const
    })
    const outputs = await this.run(program, new Map([...this.batchTensors(batch), ...before]))
    return { outputs, losses: readLosses(outputs) }
  }

  private keepGradients(outputs: InferenceSession.OnnxValueMapType): void {
    const sums = new Map(
      trainedParameters(this.shape.frozen).map(({ name }) => [name, outputs[newName(gradientName(name))] as Tensor]),
    )
    this.gradients = { sums, batches: (this.gradients?.batches ?? 0) + 1 }
    this.takeOver(outputs)
    this.countBatch()
  }

  /** Outputs `new:<name>` become the state's tensors. */
  private takeOver(outputs: InferenceSession.OnnxValueMapType): void {
    const { tensors } = this.loaded()
    for (const name of tensors.keys()) {
      const tensor = outputs[newName(name)]
      if (tensor) tensors.set(name, tensor as Tensor)
    }
  }

  private countBatch(): void {
    const { options, frozen } = this.shape
    if (options.batchNorm === 'batch') this.loaded().countBatch((name) => !isFrozen(name, frozen))
  }

  private scalars(lr: number): Map<string, Tensor> {
    const { options } = this.shape
    if (options.optimizer === 'sgd') return new Map([['lr', numberTensor(lr)]])
    const named = new Map<string, Tensor>()
    for (const part of parts) {
      const factors = adamScalars(lr, options.weightDecay, this.loaded().counters.next(part))
      named.set('keep', numberTensor(factors.keep))
      named.set(`step_size.${part}`, numberTensor(factors.stepSize))
      named.set(`correction.${part}`, numberTensor(factors.correction))
    }
    return named
  }

  private batchTensors(batch: Batch): Map<string, Tensor> {
    const { batch: n, height, width } = this.shape
    const tensor = (name: keyof Batch, channels: number) => {
      const data = batch[name]
      if (data.length !== n * channels * height * width) {
        throw new RangeError(`${name} holds ${data.length} numbers where [${[n, channels, height, width]}] is wanted`)
      }
      return new Tensor('float32', data, [n, channels, height, width])
    }
    return new Map([
      ['image', tensor('image', 3)],
      ['gt', tensor('gt', 1)],
      ['mask', tensor('mask', 1)],
      ['thresh_map', tensor('threshMap', 1)],
      ['thresh_mask', tensor('threshMask', 1)],
    ])
  }

  private async run(program: Program, feeds: Map<string, Tensor>): Promise<InferenceSession.OnnxValueMapType> {
    const state = this.loaded()
    const inputs = program.model.inputs.map((name) => [name, feeds.get(name) ?? state.tensor(name)])
    return await program.session.run(Object.fromEntries(inputs))
  }

  private program(key: string, build: () => StepModel): Promise<Program> {
    let program = this.programs.get(key)
    if (!program) {
      program = this.openProgram(build())
      this.programs.set(key, program)
    }
    return program
  }

  private async openProgram(model: StepModel): Promise<Program> {
    return { model, session: await createSession(model.bytes, this.device, this.threads) }
  }

  private loaded(): StepState {
    if (!this.current) throw new Error('The session has no weights yet: load() comes first')
    return this.current
  }
}

function numberTensor(value: number): Tensor {
  return new Tensor('float32', Float32Array.of(value), [])
}

function readLosses(outputs: InferenceSession.OnnxValueMapType): Losses {
  const [loss, prob, binary, thresh, gradNorm] = outputs.losses.data as Float32Array
  return { loss, prob, binary, thresh, gradNorm }
}

function areFinite(losses: Losses): boolean {
  return Object.values(losses).every(Number.isFinite)
}

/** A step that was not taken says so by a loss that is not a number. */
function report(losses: Losses): Losses {
  return areFinite(losses) ? losses : { ...losses, loss: Number.NaN }
}
