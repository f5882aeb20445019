import { dataTypeCodes, type OnnxModel, type OnnxNode } from '../onnx/model'
import { float16Tensor, float32Values } from '../onnx/tensor-data'
import { toHalves } from '../weights/pth/element-types'

const INFINITE = 0x7c00

/**
 * Stores the kernels as 16-bit floats with a Cast to float32 behind each: half the file. The arithmetic stays in 32 bits
 * on purpose. Processors without half-precision units emulate it slowly, while a Cast of a constant is computed once
 * when a runtime loads the file. A kernel beyond 65504, the largest 16-bit float, stays in 32 bits.
 */
export function withHalfWeights(model: OnnxModel): OnnxModel {
  const { graph } = model
  const initializers = new Map(graph.initializers)
  const casts: OnnxNode[] = []
  const renamed = new Map<string, string>()
  // Only kernels: thresholds, biases and tables of the post-processing decide much and weigh nothing.
  const kernels = new Set(graph.nodes.filter(({ opType }) => /^Conv/.test(opType)).map(({ inputs }) => inputs[1]))
  for (const [name, tensor] of graph.initializers) {
    if (tensor.dtype !== 'float32' || !kernels.has(name)) continue
    const halves = toHalves(float32Values(tensor))
    if (halves.some((bits) => (bits & 0x7fff) >= INFINITE)) continue
    const widened = `${name}_float32`
    initializers.set(name, float16Tensor(halves, tensor.dims))
    renamed.set(name, widened)
    casts.push({
      name: `Cast_${name}`,
      opType: 'Cast',
      domain: '',
      inputs: [name],
      outputs: [widened],
      attributes: new Map([['to', { kind: 'int', value: dataTypeCodes.float32 }]]),
    })
  }
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => renamed.get(input) ?? input),
  }))
  return { ...model, graph: { ...graph, initializers, nodes: [...casts, ...nodes] } }
}
