import type { Tensor } from '../../onnx/tensor-graph'
import type { NetworkForm } from '../network-definition'
import { parameterDims } from '../parameters'
import { batchNorm, frozenBatchNorm } from './autodiff/batch-norm'
import { composeKernels } from './autodiff/compose-kernels'
import { conv } from './autodiff/conv'
import { deconv } from './autodiff/deconv'
import { maxPool } from './autodiff/max-pool'
import { add, concat, relu, split } from './autodiff/pointwise'
import type { Tape, Variable } from './autodiff/tape'
import { upsample } from './autodiff/upsample'
import { upsampledConv } from './autodiff/upsampled-conv'

/** The network as a tape: weights are inputs of the graph, and what needs a gradient records its rule. */
export class TrainingForm implements NetworkForm<Variable> {
  /** Leaves of the learnable parameters that were used, by PyTorch's names. */
  readonly leaves = new Map<string, Variable>()
  /** New running statistics of the batch norms that learn theirs. */
  readonly newStatistics = new Map<string, Tensor>()

  /**
   * @param trains which parameters get a gradient
   * @param usesBatchStatistics which batch norms (by prefix) normalise by the batch
   */
  constructor(
    private readonly tape: Tape,
    private readonly trains: (name: string) => boolean,
    private readonly usesBatchStatistics: (name: string) => boolean,
  ) {}

  conv(x: Variable, name: string, { stride = 1 }: { stride?: 1 | 2 }): Variable {
    return conv(this.tape, x, this.leaf(name), stride)
  }

  batchNorm(x: Variable, name: string): Variable {
    const bn = {
      weight: this.leaf(`${name}.weight`),
      bias: this.leaf(`${name}.bias`),
      runningMean: this.input(`${name}.running_mean`),
      runningVar: this.input(`${name}.running_var`),
    }
    if (!this.usesBatchStatistics(name)) return frozenBatchNorm(this.tape, x, bn)
    const { y, runningMean, runningVar } = batchNorm(this.tape, x, bn)
    this.newStatistics.set(`${name}.running_mean`, runningMean)
    this.newStatistics.set(`${name}.running_var`, runningVar)
    return y
  }

  relu(x: Variable): Variable {
    return relu(this.tape, x)
  }

  add(a: Variable, b: Variable): Variable {
    return add(this.tape, a, b)
  }

  maxPool(x: Variable): Variable {
    return maxPool(this.tape, x)
  }

  upsample(x: Variable, factor: number): Variable {
    return upsample(this.tape, x, factor)
  }

  concat(parts: Variable[]): Variable {
    return concat(this.tape, parts, 1)
  }

  deconv(x: Variable, name: string): Variable {
    return deconv(this.tape, x, this.leaf(`${name}.weight`), this.leaf(`${name}.bias`))
  }

  /** The convolution runs on the small map and on fine itself, by a kernel composed of both. */
  smoothSum(coarse: Variable, fine: Variable, names: { lateral: string; smooth: string }): Variable {
    const smooth = this.leaf(names.smooth)
    const composed = composeKernels(this.tape, smooth, this.leaf(names.lateral))
    return add(this.tape, upsampledConv(this.tape, coarse, smooth), conv(this.tape, fine, composed))
  }

  /** All kernels as one, each level by its part of the input channels. */
  convLevels(coarse: Variable, fine: Variable, names: string[]): Variable[] {
    const kernels = concat(
      this.tape,
      names.map((name) => this.leaf(name)),
      0,
    )
    const channels = [coarse.value.shape[1], fine.value.shape[1]]
    const [ofCoarse, ofFine] = split(this.tape, kernels, 1, channels)
    const sum = add(this.tape, upsampledConv(this.tape, coarse, ofCoarse), conv(this.tape, fine, ofFine))
    const outputs = kernels.value.shape[0] / names.length
    return split(
      this.tape,
      sum,
      1,
      names.map(() => outputs),
    )
  }

  private leaf(name: string): Variable {
    let leaf = this.leaves.get(name)
    if (!leaf) {
      leaf = this.tape.leaf(this.input(name), this.trains(name))
      this.leaves.set(name, leaf)
    }
    return leaf
  }

  private input(name: string): Tensor {
    return this.tape.graph.tensorInput(name, parameterDims(name))
  }
}
