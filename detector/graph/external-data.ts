import type { SparseTensorMessage, TensorMessage } from './onnx-schema'
import {
  type AttributeMessage,
  type GraphMessage,
  type ModelMessage,
  modelProto,
  type NodeMessage,
} from './onnx-schema'

/**
 * Name of the first tensor of a foreign model, at whatever depth, whose values lie in another file. A runtime would open
 * that file, which may be any, so such a model is not to be loaded.
 *
 * @returns undefined when all values are inside
 * @throws Error when the bytes are no ONNX model
 */
export function tensorOutside(bytes: Uint8Array): string | undefined {
  const { graph, functions = [] } = modelProto.decode(bytes) as unknown as ModelMessage
  if (!graph) throw new RangeError('it holds no graph')
  for (const tensor of [...inGraph(graph), ...functions.flatMap(({ node = [] }) => [...inNodes(node)])]) {
    if (tensor.dataLocation || (tensor.externalData ?? []).length > 0) return tensor.name || 'unnamed'
  }
  return undefined
}

function* inGraph(graph: GraphMessage): Generator<TensorMessage> {
  yield* graph.initializer ?? []
  for (const sparse of graph.sparseInitializer ?? []) yield* inSparse(sparse)
  yield* inNodes(graph.node ?? [])
}

function* inNodes(nodes: readonly NodeMessage[]): Generator<TensorMessage> {
  for (const { attribute = [] } of nodes) for (const one of attribute) yield* inAttribute(one)
}

/** Whatever type it claims: only fields that are there count. */
function* inAttribute({
  t,
  tensors,
  sparseTensor,
  sparseTensors,
  g,
  graphs,
}: AttributeMessage): Generator<TensorMessage> {
  if (t) yield t
  yield* tensors ?? []
  for (const sparse of [sparseTensor, ...(sparseTensors ?? [])]) if (sparse) yield* inSparse(sparse)
  for (const graph of [g, ...(graphs ?? [])]) if (graph) yield* inGraph(graph)
}

function* inSparse({ values, indices }: SparseTensorMessage): Generator<TensorMessage> {
  if (values) yield values
  if (indices) yield indices
}
