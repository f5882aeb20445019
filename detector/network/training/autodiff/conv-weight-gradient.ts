import type { Tensor } from '../../../onnx/tensor-graph'
import type { Tape } from './tape'

/** Above this many bytes the copies of the separable form are made image by image. */
const BATCH_COPY_LIMIT = 64e6

/**
 * dW [O,I,k,k] of a convolution with padding (k − 1) / 2, from its input x [N,I,H,W] and the gradient dy [N,O,P,Q] of its
 * output. onnxruntime has no such operator; these are the formulations that were fastest on its CPU provider, each a
 * matrix product with the long axis of pixels inside.
 */
export function convWeightGradient(tape: Tape, x: Tensor, dy: Tensor, k: number, stride: 1 | 2): Tensor {
  const { graph, kernels } = tape
  const inputs = x.shape[1]
  const outputs = dy.shape[1]
  if (k === 1) {
    const source = stride === 1 ? x : graph.splitColumns(graph.splitRows(x)[0])[0]
    return graph.reshape(product(tape, dy, source), [outputs, inputs, 1, 1])
  }
  if (k !== 3) return byConv3d(tape, x, dy, k, stride)
  if (stride === 2) return byPhases(tape, x, dy)
  const form = kernels.weightGradient === 'auto' ? chooseForm(x, dy) : kernels.weightGradient
  switch (form) {
    case 'conv3d':
      return byConv3d(tape, x, dy, k, stride)
    case 'batch':
      return bySeparableBatch(tape, x, dy)
    case 'image':
      return bySeparableImages(tape, x, dy)
  }
}

function chooseForm(x: Tensor, dy: Tensor): 'conv3d' | 'batch' | 'image' {
  const [n, inputs, h, w] = x.shape
  if (inputs >= 256 && h * w <= 400) return 'conv3d'
  const copies = n * h * w * 3 * (inputs + dy.shape[1]) * Float32Array.BYTES_PER_ELEMENT
  return copies < BATCH_COPY_LIMIT ? 'batch' : 'image'
}

/** Σ over the images of a · bᵀ with pixels as the inner axis: [N,A,·,·], [N,B,·,·] → [A,B]. */
function product({ graph }: Tape, a: Tensor, b: Tensor): Tensor {
  const [n, rows, h, w] = a.shape
  const flatA = graph.reshape(a, [n, rows, h * w])
  const flatB = graph.reshape(b, [n, b.shape[1], h * w])
  return graph.sumOver(graph.matmulTransposed(flatA, flatB), [0])
}

/** dy shifted by one row for each row of taps: the row shift of dy stands for that of x, borders included. */
function rowTaps({ graph }: Tape, dy: Tensor): Tensor {
  return graph.concat([graph.pad(dy, -1, 1, 0, 0), dy, graph.pad(dy, 1, -1, 0, 0)], 1)
}

/** x shifted by one column for each column of taps. */
function columnTaps({ graph }: Tape, x: Tensor): Tensor {
  return graph.concat([graph.pad(x, 0, 0, 1, -1), x, graph.pad(x, 0, 0, -1, 1)], 1)
}

/** [3·O, 3·I] (row tap, out; column tap, in) → [O,I,3,3]. */
function arrangeTaps({ graph }: Tape, taps: Tensor): Tensor {
  const [rows, columns] = taps.shape
  return graph.transpose(graph.reshape(taps, [3, rows / 3, 3, columns / 3]), [1, 3, 0, 2])
}

/** Unrolling separated into rows (of dy) and columns (of x): 3 + 3 copies in place of 9. */
function bySeparableBatch(tape: Tape, x: Tensor, dy: Tensor): Tensor {
  return arrangeTaps(tape, product(tape, rowTaps(tape, dy), columnTaps(tape, x)))
}

/** The same image by image, accumulating: a fraction of the temporary memory, which keeps it in the cache. */
function bySeparableImages(tape: Tape, x: Tensor, dy: Tensor): Tensor {
  const { graph } = tape
  const [n, inputs, h, w] = x.shape
  const outputs = dy.shape[1]
  const ones = Array.from({ length: n }, () => 1)
  const images = graph.split(x, 0, ones)
  const gradients = graph.split(dy, 0, ones)
  const sum = images.reduce<Tensor | undefined>((accumulated, image, i) => {
    const a = graph.reshape(rowTaps(tape, gradients[i]), [3 * outputs, h * w])
    const b = graph.reshape(columnTaps(tape, image), [3 * inputs, h * w])
    return graph.tensor('Gemm', accumulated ? [a, b, accumulated] : [a, b], { transB: 1 }, [3 * outputs, 3 * inputs])
  }, undefined)
  if (!sum) throw new RangeError('An empty batch has no gradient')
  return arrangeTaps(tape, sum)
}

/** Stride 2, 3×3: the middle row of taps meets even rows of x, the outer two meet odd rows (the upper one row earlier). */
function byPhases(tape: Tape, x: Tensor, dy: Tensor): Tensor {
  const { graph } = tape
  const inputs = x.shape[1]
  const outputs = dy.shape[1]
  const [evenRows, oddRows] = graph.splitRows(x)
  const columns = (rows: Tensor) => {
    const [even, odd] = graph.splitColumns(rows)
    return graph.concat([graph.pad(odd, 0, 0, 1, -1), even, odd], 1)
  }
  const middle = graph.reshape(product(tape, dy, columns(evenRows)), [1, outputs, 3, inputs])
  const outerRows = graph.concat([graph.pad(dy, -1, 1, 0, 0), dy], 1)
  const outer = graph.reshape(product(tape, outerRows, columns(oddRows)), [2, outputs, 3, inputs])
  const [upper, lower] = graph.split(outer, 0, [1, 1])
  return graph.transpose(graph.concat([upper, middle, lower], 0), [1, 3, 0, 2])
}

/**
 * One 3-D convolution: the batch as channels, the channels of x as depth, dy (dilated by the stride) as kernel. Best for
 * few pixels and many channels.
 */
function byConv3d({ graph }: Tape, x: Tensor, dy: Tensor, k: number, stride: 1 | 2): Tensor {
  const [n, inputs, h, w] = x.shape
  const [, outputs, rows, columns] = dy.shape
  const p = (k - 1) / 2
  const kernel = graph.reshape(graph.transpose(dy, [1, 0, 2, 3]), [outputs, n, 1, rows, columns])
  const surplus = stride - 1
  const taps = graph.tensor(
    'Conv',
    [graph.reshape(x, [1, n, inputs, h, w]), kernel],
    { kernel_shape: [1, rows, columns], dilations: [1, stride, stride], pads: [0, p, p, 0, p, p] },
    [1, outputs, inputs, k + surplus, k + surplus],
  )
  const cropped = surplus
    ? graph.tensor('Slice', [taps, graph.ints([0, 0]), graph.ints([k, k]), graph.ints([3, 4])], {}, [
        1,
        outputs,
        inputs,
        k,
        k,
      ])
    : taps
  return graph.reshape(cropped, [outputs, inputs, k, k])
}
