import type { Attribute, DataType, OnnxGraph, OnnxModel, OnnxNode, Shape, TensorData, ValueInfo } from './model'
import { float32Tensor, int64Tensor } from './tensor-data'

/** A value of the graph under construction. `shape` undefined = not known while building. */
export interface Value {
  readonly name: string
  readonly dtype: DataType
  readonly shape: Shape | undefined
}

/**
 * Attributes as they are written by hand: an integer or a list of integers, a string or a list of strings; everything
 * else, floats above all, as a tagged Attribute (`float(0.1)`).
 */
export type Attributes = Record<string, number | readonly number[] | string | readonly string[] | Attribute>

/** Type of a result, where it is not that of the first input. */
export interface ResultType {
  dtype?: DataType
  shape?: Shape
  name?: string
}

export const float = (value: number): Attribute => ({ kind: 'float', value })
export const subgraph = (builder: GraphBuilder): Attribute => ({ kind: 'graph', value: builder.toGraph() })

/**
 * Collects nodes in the order of computation. Names of values are unique within a builder; `prefix` keeps those of a
 * subgraph, or of a graph to be joined with another, apart. Nodes of a subgraph may use values of the outer graph.
 */
export class GraphBuilder {
  readonly name: string
  readonly prefix: string
  readonly nodes: OnnxNode[] = []
  readonly initializers = new Map<string, TensorData>()
  readonly inputs: ValueInfo[] = []
  readonly outputs: ValueInfo[] = []
  private readonly domains = new Map<string, number>()
  private readonly constants = new Map<string, Value>()
  private counter = 0

  constructor(name = 'graph', prefix = '') {
    this.name = name
    this.prefix = prefix
  }

  input(name: string, dtype: DataType, shape: Shape | undefined): Value {
    this.inputs.push({ name, dtype, shape })
    return { name, dtype, shape }
  }

  /** Declares a value as output; under another name through Identity, which inputs and initializers need too. */
  output(value: Value, name = value.name, shape: Shape | undefined = value.shape): Value {
    if (name !== value.name) this.node('Identity', [value], [name], {})
    this.outputs.push({ name, dtype: value.dtype, shape })
    return { name, dtype: value.dtype, shape }
  }

  initializer(tensor: TensorData, name = this.fresh('constant')): Value {
    if (this.initializers.has(name)) throw new Error(`The graph has an initializer ${name} already`)
    this.initializers.set(name, tensor)
    return { name, dtype: tensor.dtype, shape: tensor.dims }
  }

  /** A float32 scalar; equal ones are stored once. */
  scalar(value: number): Value {
    return this.shared(`float:${Object.is(value, -0) ? '-0' : value}`, () => float32Tensor([value], []))
  }

  /** An int64 vector; equal ones are stored once. */
  ints(values: readonly number[]): Value {
    return this.shared(`ints:${values.join()}`, () => int64Tensor(values, [values.length]))
  }

  /** An int64 scalar; equal ones are stored once. */
  int(value: number): Value {
    return this.shared(`int:${value}`, () => int64Tensor([value], []))
  }

  /** A float32 vector of equal elements; equal ones are stored once. */
  filled(length: number, value: number): Value {
    return this.shared(`filled:${length}:${value}`, () => float32Tensor(new Float32Array(length).fill(value), [length]))
  }

  /** A node with one result. A null input is an omitted optional one. */
  op(opType: string, inputs: readonly (Value | null)[], attributes: Attributes = {}, result: ResultType = {}): Value {
    return this.ops(opType, inputs, attributes, [result])[0]
  }

  /** A node with several results. */
  ops(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    results: readonly ResultType[],
    domain = '',
  ): Value[] {
    const values = results.map(({ name, dtype, shape }) => ({
      name: name ?? this.fresh(opType),
      dtype: dtype ?? inputs.find((input) => input !== null)?.dtype ?? 'float32',
      shape,
    }))
    this.node(
      opType,
      inputs,
      values.map((value) => value.name),
      attributes,
      domain,
    )
    return values
  }

  /** A node of a domain other than the standard one. */
  opOf(
    domain: string,
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes = {},
    result: ResultType = {},
  ): Value {
    return this.ops(opType, inputs, attributes, [result], domain)[0]
  }

  toGraph(): OnnxGraph {
    return {
      name: this.name,
      nodes: this.nodes,
      initializers: this.initializers,
      inputs: this.inputs,
      outputs: this.outputs,
      valueInfo: [],
    }
  }

  toModel(options: { opset: number; metadata?: Record<string, string> }): OnnxModel {
    return {
      // IR 8 belongs to opset 15–18; every onnxruntime since 1.10 reads it.
      irVersion: 8,
      opsets: new Map([['', options.opset], ...this.domains]),
      producer: 'cv_resnet18_ocr-detection',
      metadata: new Map(Object.entries(options.metadata ?? {})),
      graph: this.toGraph(),
    }
  }

  private fresh(hint: string): string {
    return `${this.prefix}${hint}_${this.counter++}`
  }

  private shared(key: string, make: () => TensorData): Value {
    let value = this.constants.get(key)
    if (!value) {
      value = this.initializer(make())
      this.constants.set(key, value)
    }
    return value
  }

  private node(
    opType: string,
    inputs: readonly (Value | null)[],
    outputs: string[],
    attributes: Attributes,
    domain = '',
  ): void {
    if (domain) this.domains.set(domain, 1)
    this.nodes.push({
      name: `${this.prefix}${opType}_${this.nodes.length}`,
      opType,
      domain,
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs,
      attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)])),
    })
  }
}

function toAttribute(value: Attributes[string]): Attribute {
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`Write float(${value}) for a float attribute`)
    return { kind: 'int', value }
  }
  if (!isList(value)) return value
  if (value.every((item) => typeof item === 'number')) return { kind: 'ints', value: [...value] }
  return { kind: 'strings', value: value.map(String) }
}

function isList(value: object): value is readonly number[] | readonly string[] {
  return Array.isArray(value)
}
