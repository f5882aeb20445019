import { Tensor } from 'onnxruntime-node'
import { isLearnable, parameters } from '../../network/parameters'
import { StepCounters } from '../../network/training/optim/step-counters'
import { slotsOf } from '../../network/training/optim/update'
import type { StepOptions, TensorDict } from '../../network/types'

/** Everything that a step changes: tensors as onnxruntime wants them, and counters. Tensors are replaced, never written. */
export class StepState {
  readonly tensors = new Map<string, Tensor>()
  readonly counters: StepCounters
  /** num_batches_tracked by batch norm. */
  private readonly batchesTracked = new Map<string, number>()
  private readonly slots: string[]

  /**
   * Takes weights and statistics (all 158 names but the counters are needed; a missing one is an error), and what
   * optimiser state is there; slots that are absent start at zero.
   */
  constructor(
    private readonly optimizer: StepOptions['optimizer'],
    from: TensorDict,
  ) {
    this.slots = slotsOf(optimizer)
    for (const { name, dims, role } of parameters) {
      if (role === 'batches-tracked') {
        this.batchesTracked.set(name, from.get(name)?.data[0] ?? 0)
        continue
      }
      this.take(from, name, dims, true)
      if (isLearnable(role)) for (const slot of this.slots) this.take(from, `${slot}.${name}`, dims, false)
    }
    this.counters = new StepCounters(from)
  }

  /** The same names, values and bits as were loaded or came out of the last step. The arrays are shared: do not write. */
  toDict(): TensorDict {
    const dict: TensorDict = new Map()
    for (const { name } of parameters) {
      const tracked = this.batchesTracked.get(name)
      dict.set(name, tracked === undefined ? this.entry(name) : { dims: [], data: Float32Array.of(tracked) })
    }
    for (const slot of this.slots) {
      for (const { name, role } of parameters) {
        if (isLearnable(role)) dict.set(`${slot}.${name}`, this.entry(`${slot}.${name}`))
      }
    }
    this.counters.writeTo(dict, this.optimizer)
    return dict
  }

  tensor(name: string): Tensor {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new Error(`The state holds no ${name}`)
    return tensor
  }

  /** One more batch went through the batch norms for which `learns` holds. */
  countBatch(learns: (name: string) => boolean): void {
    for (const [name, count] of this.batchesTracked) if (learns(name)) this.batchesTracked.set(name, count + 1)
  }

  private take(from: TensorDict, name: string, dims: number[], required: boolean): void {
    const count = dims.reduce((product, length) => product * length, 1)
    const given = from.get(name)
    if (!given && required) throw new Error(`The state lacks ${name}`)
    if (given && given.data.length !== count) {
      throw new Error(`${name} holds ${given.data.length} numbers where the network has [${dims}]`)
    }
    this.tensors.set(name, new Tensor('float32', given ? given.data.slice() : new Float32Array(count), dims))
  }

  private entry(name: string): { dims: number[]; data: Float32Array } {
    const tensor = this.tensor(name)
    return { dims: [...tensor.dims], data: tensor.data as Float32Array }
  }
}
