import type { Attribute, OnnxModel, OnnxNode, TensorData } from '../../onnx/model'
import { float32Tensor, float32Values, int8Tensor, int32Tensor, uint8Tensor } from '../../onnx/tensor-data'
import type { Range } from './activation-ranges'

/**
 * Weights take −64…64 instead of −127…127: x86 processors without VNNI add two products of 8 × 8 bits in 16 bits and
 * saturate beyond 32767; 2 · 255 · 64 stays below. Measured on this network the coarser steps cost nothing.
 */
const WEIGHT_LIMIT = 64
const LEVELS = 255

/** Operators that only move or choose values: what comes out has the scale of what goes in. */
const MOVING = new Set(['MaxPool', 'Resize'])
/** Operators that runtimes compute in 8 bits when all around them is quantised. */
const PASSING = new Set(['Relu', 'Add', 'Concat', ...MOVING])

export interface QuantisedPlan {
  /** Convolutions to be computed in 8 bits, by the names of their kernels. */
  layers: string[]
  /** Values that pass through 8 bits, in the order of computation. */
  values: string[]
}

/** The kernels' names of all convolutions (transposed ones, which no runtime computes in 8 bits on a CPU, are left out). */
export function convolutionLayers(model: OnnxModel): string[] {
  return model.graph.nodes.filter(({ opType }) => opType === 'Conv').map(({ inputs }) => inputs[1])
}

/** Which values have to pass through 8 bits for these layers to be computed so. */
export function planQuantisation(model: OnnxModel, layers: readonly string[]): QuantisedPlan {
  const { nodes } = model.graph
  const chosen = new Set(layers)
  const consumers = consumersOf(nodes)
  const wanted = new Set<string>()
  const quantised = new Set<OnnxNode>()
  for (const node of nodes) {
    if (node.opType === 'Conv' && chosen.has(node.inputs[1])) quantised.add(node)
  }
  // An operator between layers goes along when all that it takes is in 8 bits already.
  const inEight = new Set<string>()
  for (const node of nodes) {
    const own = quantised.has(node)
    const passes = PASSING.has(node.opType) && dataInputs(node).every((input) => inEight.has(input))
    if (own) wanted.add(node.inputs[0])
    if (own || passes) inEight.add(node.outputs[0])
  }
  for (const node of nodes) {
    const [output] = node.outputs
    const own = quantised.has(node) || (PASSING.has(node.opType) && inEight.has(output))
    // A Relu right behind is part of the same step: only its result is rounded.
    const next = consumers.get(output) ?? []
    if (own && !(next.length === 1 && next[0].opType === 'Relu' && node.opType !== 'Relu')) wanted.add(output)
  }
  const order = [...model.graph.inputs.map(({ name }) => name), ...nodes.flatMap(({ outputs }) => outputs)]
  return { layers: layers.filter((layer) => chosen.has(layer)), values: order.filter((name) => wanted.has(name)) }
}

/**
 * Static quantisation in QDQ form: QuantizeLinear and DequantizeLinear around each value of the plan (uint8), kernels as
 * int8 with a scale for each output channel, biases as int32. Only standard operators; a runtime that does not know the
 * pattern computes the same in float.
 *
 * @param ranges of the plan's values
 */
export function quantiseModel(model: OnnxModel, plan: QuantisedPlan, ranges: ReadonlyMap<string, Range>): OnnxModel {
  const { graph } = model
  const initializers = new Map(graph.initializers)
  const values = new Set(plan.values)
  const layers = new Set(plan.layers)
  const scales = activationScales(graph.nodes, plan, ranges)
  const nodes: OnnxNode[] = []
  const renamed = new Map<string, string>()

  const roundTrip = (value: string): void => {
    const { scale, zero } = scales.get(value) as Scale
    initializers.set(`${value}_scale`, float32Tensor([scale], []))
    initializers.set(`${value}_zero`, uint8Tensor([zero], []))
    const parameters = [`${value}_scale`, `${value}_zero`]
    nodes.push(
      plainNode('QuantizeLinear', [value, ...parameters], `${value}_quantised`),
      plainNode('DequantizeLinear', [`${value}_quantised`, ...parameters], `${value}_dequantised`),
    )
    renamed.set(value, `${value}_dequantised`)
  }
  for (const { name } of graph.inputs) if (values.has(name)) roundTrip(name)
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => renamed.get(input) ?? input)
    if (node.opType === 'Conv' && layers.has(node.inputs[1])) {
      const { scale } = scales.get(node.inputs[0]) as Scale
      const added = quantiseKernel(initializers, node, scale)
      nodes.push(...added)
      inputs.splice(1, inputs.length - 1, ...added.map(({ outputs }) => outputs[0]))
    }
    nodes.push({ ...node, inputs })
    for (const output of node.outputs) if (values.has(output)) roundTrip(output)
  }
  return { ...model, graph: { ...graph, nodes, initializers } }
}

interface Scale {
  scale: number
  zero: number
}

function activationScales(
  nodes: readonly OnnxNode[],
  { values }: QuantisedPlan,
  ranges: ReadonlyMap<string, Range>,
): Map<string, Scale> {
  const makers = new Map(nodes.map((node) => [node.outputs[0], node]))
  const scales = new Map<string, Scale>()
  for (const value of values) {
    const maker = makers.get(value)
    const moved = maker && MOVING.has(maker.opType) ? scales.get(maker.inputs[0]) : undefined
    scales.set(value, moved ?? scaleOf(ranges.get(value)))
  }
  return scales
}

/** Zero must be a level of its own: padding is exact then. */
function scaleOf(range: Range | undefined): Scale {
  if (!range) throw new Error('A value has no range')
  const min = Math.min(0, range.min)
  const max = Math.max(0, range.max)
  const scale = (max - min) / LEVELS || 1
  return { scale, zero: Math.round(-min / scale) }
}

/** Replaces a kernel and its bias by whole numbers; returns the nodes that bring them back. */
function quantiseKernel(initializers: Map<string, TensorData>, node: OnnxNode, inputScale: number): OnnxNode[] {
  const [, kernel, bias] = node.inputs
  const tensor = initializers.get(kernel)
  if (!tensor) throw new Error(`${kernel} is no constant`)
  const weights = float32Values(tensor)
  const channels = tensor.dims[0]
  const size = weights.length / channels
  const scales = new Float32Array(channels)
  const whole = new Int8Array(weights.length)
  for (let c = 0; c < channels; c++) {
    const own = weights.subarray(c * size, (c + 1) * size)
    const scale = Math.fround(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / WEIGHT_LIMIT) || 1
    scales[c] = scale
    for (let i = 0; i < size; i++) whole[c * size + i] = Math.round(own[i] / scale)
  }
  initializers.delete(kernel)
  initializers.set(`${kernel}_int8`, int8Tensor(whole, tensor.dims))
  initializers.set(`${kernel}_scale`, float32Tensor(scales, [channels]))
  initializers.set(`${kernel}_zero`, int8Tensor(new Int8Array(channels), [channels]))
  const axis = new Map<string, Attribute>([['axis', { kind: 'int', value: 0 }]])
  const parameters = [`${kernel}_int8`, `${kernel}_scale`, `${kernel}_zero`]
  const added = [plainNode('DequantizeLinear', parameters, `${kernel}_dequantised`, axis)]
  if (bias) {
    const values = float32Values(initializers.get(bias) as TensorData)
    // The sum of products has this scale; so the bias can be added to it as it is.
    const biasScales = scales.map((scale) => scale * inputScale)
    const limit = 2 ** 31 - 1
    const levels = Array.from(values, (value, c) =>
      Math.max(-limit, Math.min(limit, Math.round(value / biasScales[c]))),
    )
    initializers.delete(bias)
    initializers.set(`${bias}_int32`, int32Tensor(levels, [channels]))
    initializers.set(`${bias}_scale`, float32Tensor(biasScales, [channels]))
    initializers.set(`${bias}_zero`, int32Tensor(new Array(channels).fill(0), [channels]))
    const inputs = [`${bias}_int32`, `${bias}_scale`, `${bias}_zero`]
    added.push(plainNode('DequantizeLinear', inputs, `${bias}_dequantised`, axis))
  }
  return added
}

function plainNode(
  opType: string,
  inputs: string[],
  output: string,
  attributes = new Map<string, Attribute>(),
): OnnxNode {
  return { name: output, opType, domain: '', inputs, outputs: [output], attributes }
}

/** Inputs that are values: a Resize has its scales besides. */
const dataInputs = ({ opType, inputs }: OnnxNode): string[] => (opType === 'Resize' ? [inputs[0]] : inputs)

function consumersOf(nodes: readonly OnnxNode[]): Map<string, OnnxNode[]> {
  const consumers = new Map<string, OnnxNode[]>()
  for (const node of nodes) {
    for (const input of node.inputs) {
      const list = consumers.get(input)
      if (list) list.push(node)
      else consumers.set(input, [node])
    }
  }
  return consumers
}
