import { InferenceSession, Tensor } from 'onnxruntime-node'
import { blockedConv, forwardBlocks } from '../../network/training/autodiff/blocked-conv'
import { TensorGraph } from '../../onnx/tensor-graph'
import { writeModel } from '../../onnx/write-model'

let probed: Promise<0 | 8 | 16> | undefined

/**
 * Channels per block of the CPU provider's internal layout on this machine: 16 with AVX-512, 8 with AVX2; 0 where it is
 * missing or does not compute what the standard operator does. No documentation promises these operators, so they are
 * tried once per process.
 */
export function blockSize(): Promise<0 | 8 | 16> {
  probed ??= probe()
  return probed
}

async function probe(): Promise<0 | 8 | 16> {
  try {
    const graph = new TensorGraph('block_size', false)
    const x = graph.tensorInput('x', [1, 4, 1, 1])
    graph.output(graph.tensor('ReorderInput', [x], {}, [], 'com.microsoft.nchwc'), 'y', undefined)
    const { y } = await run(graph, { x: new Tensor('float32', new Float32Array(4), [1, 4, 1, 1]) })
    const block = y.dims[1]
    return (block === 8 || block === 16) && (await agrees(block)) ? block : 0
  } catch {
    return 0
  }
}

async function agrees(block: 8 | 16): Promise<boolean> {
  const graph = new TensorGraph('agreement', false)
  const x = graph.tensorInput('x', [1, 16, 6, 5])
  const weight = graph.tensorInput('w', [32, 16, 3, 3])
  const window = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }
  const shape = [1, 32, 6, 5]
  graph.output(blockedConv(graph, block, x, forwardBlocks(graph, block, weight), window, shape), 'blocked')
  graph.output(graph.tensor('Conv', [x, weight], window, shape), 'plain')
  const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i))
  const { blocked, plain } = await run(graph, {
    x: new Tensor('float32', wave(480), [1, 16, 6, 5]),
    w: new Tensor('float32', wave(4608), [32, 16, 3, 3]),
  })
  const expected = plain.data as Float32Array
  return (blocked.data as Float32Array).every((value, i) => Math.abs(value - expected[i]) < 1e-3)
}

async function run(graph: TensorGraph, feeds: Record<string, Tensor>) {
  const bytes = writeModel(graph.toModel({ opset: TensorGraph.opset }))
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4, intraOpNumThreads: 1 })
  const results = await session.run(feeds)
  await session.release()
  return results
}
