import type { Value } from '../../onnx/graph-builder'
import { float32Tensor } from '../../onnx/tensor-data'
import { batchNormAffine, tensorOf } from './fold-batch-norm'
import { InferenceForm, type Node } from './inference-form'

/** A kernel [O,I,3,3] in double precision: sums of taps are rounded once. */
interface Kernel {
  outputs: number
  inputs: number
  data: Float64Array
}

/** Constant weights, and the 3×3 convolutions of upsampled maps computed on the small maps; works for any height and width. */
export class ShortcutForm extends InferenceForm {
  smoothSum(coarse: Node, fine: Node, names: { lateral: string; smooth: string }): Node {
    const smooth = this.kernel(names.smooth, 64, coarse.channels)
    const lateral = tensorOf(this.weights, names.lateral, coarse.channels * fine.channels)
    const composed = composeKernels(smooth, lateral, fine.channels)
    return this.lazy(64, () => this.sum(coarse, smooth, fine, composed, names.smooth))
  }

  convLevels(coarse: Node, fine: Node, names: string[]): Node[] {
    const channels = coarse.channels + fine.channels
    return names.map((name) =>
      this.lazy(64, (bn) => {
        const { outputs, data } = this.kernel(name, 64, channels)
        const affine = bn === undefined ? undefined : batchNormAffine(this.weights, bn, outputs)
        const scaled = affine ? data.map((value, i) => value * affine.scale[Math.floor(i / (channels * 9))]) : data
        const kernel = { outputs, inputs: channels, data: scaled }
        const ofCoarse = inputRange(kernel, 0, coarse.channels)
        const ofFine = inputRange(kernel, coarse.channels, channels)
        return this.sum(coarse, ofCoarse, fine, ofFine, name, affine?.shift)
      }),
    )
  }

  private kernel(name: string, outputs: number, inputs: number): Kernel {
    return { outputs, inputs, data: Float64Array.from(tensorOf(this.weights, name, outputs * inputs * 9)) }
  }

  /** conv(upsample(coarse, 2), coarseKernel) + conv(fine, fineKernel) + bias. */
  private sum(
    coarse: Node,
    coarseKernel: Kernel,
    fine: Node,
    fineKernel: Kernel,
    name: string,
    bias?: Float64Array,
  ): Value {
    const { graph } = this
    const prefix = name.replace(/weight$/, '')
    const phases = phaseKernels(coarseKernel).map((data, i) => {
      const [row, column] = [i >> 1, i & 1]
      const dims = [coarseKernel.outputs, coarseKernel.inputs, 2, 2]
      return graph.op('Conv', [coarse.value, graph.initializer(float32Tensor(data, dims), `${prefix}phase${i}`)], {
        kernel_shape: [2, 2],
        pads: [1 - row, 1 - column, row, column],
      })
    })
    const dims = [fineKernel.outputs, fineKernel.inputs, 3, 3]
    const inputs = [
      fine.value,
      graph.initializer(float32Tensor(Float32Array.from(fineKernel.data), dims), `${prefix}fine`),
    ]
    if (bias) inputs.push(this.bias(bias, name))
    const ofFine = graph.op('Conv', inputs, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
    const [a, b, c, d] = phases.map((phase) => graph.op('Unsqueeze', [phase, graph.ints([4])]))
    // [N,C,h,w,2] → [N,C,h,2w]; rows likewise, to the shape of the other summand.
    const rows = [
      [a, b],
      [c, d],
    ].map((pair) => {
      const cells = graph.op('Reshape', [graph.op('Concat', pair, { axis: 4 }), graph.ints([0, 0, 0, -1])])
      return graph.op('Unsqueeze', [cells, graph.ints([3])])
    })
    const shape = graph.op('Shape', [ofFine], {}, { dtype: 'int64' })
    return graph.op('Add', [graph.op('Reshape', [graph.op('Concat', rows, { axis: 3 }), shape]), ofFine])
  }
}

/** Input channels from … to of a kernel. */
function inputRange({ outputs, inputs, data }: Kernel, from: number, to: number): Kernel {
  const size = (to - from) * 9
  const part = new Float64Array(outputs * size)
  for (let o = 0; o < outputs; o++) {
    const start = (o * inputs + from) * 9
    part.set(data.subarray(start, start + size), o * size)
  }
  return { outputs, inputs: to - from, data: part }
}

/** Kernel of the 1×1 convolution `inner` [M,I] followed by `outer` [O,M,3,3]. */
function composeKernels(outer: Kernel, inner: Float32Array, inputs: number): Kernel {
  const { outputs, inputs: middle } = outer
  const data = new Float64Array(outputs * inputs * 9)
  for (let o = 0; o < outputs; o++) {
    for (let m = 0; m < middle; m++) {
      for (let i = 0; i < inputs; i++) {
        const factor = inner[m * inputs + i]
        const from = (o * middle + m) * 9
        const to = (o * inputs + i) * 9
        for (let tap = 0; tap < 9; tap++) data[to + tap] += outer.data[from + tap] * factor
      }
    }
  }
  return { outputs, inputs, data }
}

/** Four kernels 2×2, one for each place in the cell of a source pixel; see upsampledConv. */
function phaseKernels({ outputs, inputs, data }: Kernel): Float32Array[] {
  const target = (phase: number, tap: number) => (phase === 0 ? Math.ceil(tap / 2) : Math.floor(tap / 2))
  return [0, 1, 2, 3].map((phase) => {
    const sums = new Float64Array(outputs * inputs * 4)
    for (let i = 0; i < data.length; i++) {
      const tap = i % 9
      const row = target(phase >> 1, Math.floor(tap / 3))
      sums[Math.floor(i / 9) * 4 + 2 * row + target(phase & 1, tap % 3)] += data[i]
    }
    return Float32Array.from(sums)
  })
}
