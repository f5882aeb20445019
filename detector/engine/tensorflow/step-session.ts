import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import { isLearnable, type Parameter, parameters, partOf, trainedParameters } from '../../network/parameters'
import { StepCounters } from '../../network/training/optim/step-counters'
import { slotsOf } from '../../network/training/optim/update'
import type { Batch, Losses, StepShape, TensorDict } from '../../network/types'
import type { StepSession } from '../engine'
import { dbLoss, type LossParts } from './db-loss'
import { tensorFlowDims, toPixels, toPyTorchLayout, toTensorFlowLayout } from './layout'
import type { TensorFlow } from './load-tensorflow'
import { type BatchStatistics, runNetwork, trainsStatistics } from './tensorflow-form'
import { applyUpdate, gradientNorm } from './update'

/** Share of the batch in the running statistics, PyTorch's default. */
const BN_MOMENTUM = 0.1

interface Gradients {
  losses: Losses
  /** By parameter; owned by the receiver. */
  tensors: Map<string, Tensor>
  statistics: BatchStatistics[]
}

/** Training steps with TensorFlow.js: it differentiates the one network definition by itself. */
export class TensorFlowSession implements StepSession {
  private readonly weights = new Map<string, Variable>()
  private readonly slots = new Map<string, Variable[]>()
  private readonly batchesTracked = new Map<string, number>()
  private readonly accumulated = new Map<string, Tensor>()
  private accumulations = 0
  private counters = new StepCounters(new Map())

  constructor(
    private readonly tf: TensorFlow,
    private readonly shape: StepShape,
  ) {}

  async step(batch: Batch, lr: number): Promise<Losses> {
    const { tf } = this
    const { losses, tensors, statistics } = this.gradients(batch)
    try {
      this.collect(tensors)
      const norm = gradientNorm(tf, this.accumulated.values()) / this.accumulations
      losses.gradNorm = norm
      if (!Number.isFinite(losses.loss) || !Number.isFinite(norm)) return losses
      const { clipNorm } = this.shape.options
      const clip = clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1
      for (const parameter of trainedParameters(this.shape.frozen)) {
        const sum = this.accumulated.get(parameter.name)
        const weight = this.weights.get(parameter.name)
        if (!sum || !weight) continue
        const gradient = tf.mul(sum, clip / this.accumulations)
        applyUpdate(
          tf,
          this.shape.options,
          parameter,
          weight,
          gradient,
          this.slotVariables(parameter),
          lr,
          this.counters.next(partOf(parameter.name)),
        )
        gradient.dispose()
      }
      this.counters.count(this.shape.frozen)
      this.follow(statistics)
      return losses
    } finally {
      for (const { mean, variance } of statistics) tf.dispose([mean, variance])
      this.forget()
    }
  }

  async accumulate(batch: Batch): Promise<Losses> {
    const { losses, tensors, statistics } = this.gradients(batch)
    losses.gradNorm = gradientNorm(this.tf, tensors.values())
    if (Number.isFinite(losses.loss) && Number.isFinite(losses.gradNorm)) {
      this.collect(tensors)
      this.follow(statistics)
    } else this.tf.dispose([...tensors.values()])
    for (const { mean, variance } of statistics) this.tf.dispose([mean, variance])
    return losses
  }

  async forward(image: Float32Array): Promise<Float32Array> {
    const { tf } = this
    const { height, width } = this.shape
    const n = image.length / (3 * height * width)
    const probability = tf.tidy(() => {
      const pixels = tf.tensor4d(toPixels(image, n, 3, height * width), [n, height, width, 3])
      const options = { tf, weights: this.weights, batchStatistics: () => false }
      return tf.sigmoid(runNetwork(pixels, options, 'probability').probability)
    })
    const data = (await probability.data()) as Float32Array
    probability.dispose()
    return data
  }

  async state(): Promise<TensorDict> {
    const state: TensorDict = new Map()
    const read = async (name: string, dims: number[], variable: Variable) =>
      state.set(name, { dims, data: toPyTorchLayout((await variable.data()) as Float32Array, dims) })
    for (const { name, dims, role } of parameters) {
      const weight = this.weights.get(name)
      if (role === 'batches-tracked') {
        state.set(name, { dims, data: Float32Array.of(this.batchesTracked.get(name) ?? 0) })
      } else if (weight) await read(name, dims, weight)
    }
    const prefixes = slotsOf(this.shape.options.optimizer)
    for (const parameter of parameters.filter((p) => isLearnable(p.role))) {
      const slots = this.slotVariables(parameter)
      for (const [i, prefix] of prefixes.entries()) await read(`${prefix}.${parameter.name}`, parameter.dims, slots[i])
    }
    this.counters.writeTo(state, this.shape.options.optimizer)
    return state
  }

  async load(state: TensorDict): Promise<void> {
    this.forget()
    const prefixes = slotsOf(this.shape.options.optimizer)
    for (const parameter of parameters) {
      const { name, dims, role } = parameter
      const entry = state.get(name)
      if (role === 'batches-tracked') this.batchesTracked.set(name, entry?.data[0] ?? 0)
      else if (!entry) throw new Error(`The state holds no ${name}`)
      else this.put(this.weights, name, dims, entry.data)
      if (!isLearnable(role)) continue
      const slots = this.slotVariables(parameter)
      for (const [i, prefix] of prefixes.entries()) {
        const data = state.get(`${prefix}.${name}`)?.data ?? new Float32Array(slots[i].size)
        this.assign(slots[i], data, dims)
      }
    }
    this.counters = new StepCounters(state)
  }

  async close(): Promise<void> {
    this.forget()
    for (const weight of this.weights.values()) weight.dispose()
    for (const slots of this.slots.values()) for (const slot of slots) slot.dispose()
    this.weights.clear()
    this.slots.clear()
  }

  /** Forward and backward. The weights stay as they are. */
  private gradients(batch: Batch): Gradients {
    const { tf } = this
    const { height, width, frozen, options } = this.shape
    const area = height * width
    const n = batch.image.length / (3 * area)
    const map = (data: Float32Array): Tensor4D => tf.tensor4d(data, [n, height, width, 1])
    const statistics: BatchStatistics[] = []
    const names = trainedParameters(frozen).map(({ name }) => name)
    const trained = names.map((name) => this.weights.get(name) as Variable)
    let kept: LossParts | undefined
    const { value, grads } = tf.tidy(() =>
      tf.variableGrads(() => {
        const image = tf.tensor4d(toPixels(batch.image, n, 3, area), [n, height, width, 3])
        const { probability, threshold } = runNetwork(
          image,
          {
            tf,
            weights: this.weights,
            batchStatistics: (name) => trainsStatistics(name, frozen, options.batchNorm),
            report: (s) => statistics.push(s),
          },
          'both',
        )
        if (!threshold) throw new Error('The training form needs the threshold head')
        const parts = dbLoss(tf, {
          probability,
          threshold,
          gt: map(batch.gt),
          mask: map(batch.mask),
          threshMap: map(batch.threshMap),
          threshMask: map(batch.threshMask),
        })
        kept = parts
        for (const part of Object.values(parts)) tf.keep(part)
        return parts.loss
      }, trained),
    )
    if (!kept) throw new Error('The loss was not computed')
    const number = (part: Tensor): number => part.dataSync()[0]
    const losses: Losses = {
      loss: number(kept.loss),
      prob: number(kept.prob),
      binary: number(kept.binary),
      thresh: number(kept.thresh),
      gradNorm: Number.NaN,
    }
    tf.dispose([value, ...Object.values(kept)])
    const byVariable = new Map(trained.map((variable, i) => [variable.name, names[i]]))
    const tensors = new Map(
      Object.entries(grads).map(([variable, gradient]) => [byVariable.get(variable) ?? '', gradient]),
    )
    return { losses, tensors, statistics }
  }

  /** Adds gradients to what was accumulated; takes them over. */
  private collect(gradients: Map<string, Tensor>): void {
    for (const [name, gradient] of gradients) {
      const before = this.accumulated.get(name)
      if (before) {
        this.accumulated.set(name, this.tf.add(before, gradient))
        this.tf.dispose([before, gradient])
      } else this.accumulated.set(name, gradient)
    }
    this.accumulations++
  }

  private forget(): void {
    this.tf.dispose([...this.accumulated.values()])
    this.accumulated.clear()
    this.accumulations = 0
  }

  /** Moves the running statistics towards those of the batch; the variance without bias, as PyTorch keeps it. */
  private follow(statistics: readonly BatchStatistics[]): void {
    const { tf } = this
    for (const { name, mean, variance, count } of statistics) {
      tf.tidy(() => {
        const move = (key: string, value: Tensor) => {
          const running = this.weights.get(`${name}.${key}`) as Variable
          running.assign(tf.add(tf.mul(running, 1 - BN_MOMENTUM), tf.mul(value, BN_MOMENTUM)))
        }
        move('running_mean', mean)
        move('running_var', tf.mul(variance, count / Math.max(1, count - 1)))
      })
      const key = `${name}.num_batches_tracked`
      this.batchesTracked.set(key, (this.batchesTracked.get(key) ?? 0) + 1)
    }
  }

  private slotVariables(parameter: Parameter): Variable[] {
    let slots = this.slots.get(parameter.name)
    if (!slots) {
      slots = slotsOf(this.shape.options.optimizer).map(() => this.variable(parameter.dims))
      this.slots.set(parameter.name, slots)
    }
    return slots
  }

  private variable(dims: readonly number[]): Variable {
    return this.tf.tidy(() => this.tf.variable(this.tf.zeros(tensorFlowDims(dims)), true))
  }

  private put(where: Map<string, Variable>, name: string, dims: number[], data: Float32Array): void {
    let variable = where.get(name)
    if (!variable) {
      variable = this.variable(dims)
      where.set(name, variable)
    }
    this.assign(variable, data, dims)
  }

  private assign(variable: Variable, data: Float32Array, dims: readonly number[]): void {
    this.tf.tidy(() => variable.assign(this.tf.tensor(toTensorFlowLayout(data, dims), tensorFlowDims(dims))))
  }
}
