/**
 * An ONNX model in memory: what the builder makes, the writer encodes and the reader returns. Names are references:
 * a node's inputs and outputs are value names, an empty name is an omitted optional input.
 */

/** Element types and their numbers in onnx.proto (TensorProto.DataType). */
export const dataTypeCodes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const
export type DataType = keyof typeof dataTypeCodes

/** Bytes of one element as raw_data holds it (strings have no raw form). */
export const elementBytes: Record<Exclude<DataType, 'string'>, number> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  uint32: 4,
  uint64: 8,
  bfloat16: 2,
}

/** A dimension is a length, or the name of a length that is known only at run time. */
export type Dimension = number | string
export type Shape = readonly Dimension[]

/** A constant. `bytes` are the elements row by row, little endian, without padding; float16 and bfloat16 as their bits. */
export interface TensorData {
  dtype: Exclude<DataType, 'string'>
  dims: number[]
  bytes: Uint8Array
}

export type Attribute =
  | { kind: 'float'; value: number }
  | { kind: 'int'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'tensor'; value: TensorData; name?: string }
  | { kind: 'graph'; value: OnnxGraph }
  | { kind: 'floats'; value: number[] }
  | { kind: 'ints'; value: number[] }
  | { kind: 'strings'; value: string[] }
  | { kind: 'tensors'; value: TensorData[] }
  | { kind: 'graphs'; value: OnnxGraph[] }

export interface OnnxNode {
  name: string
  opType: string
  /** Empty for the standard operators. */
  domain: string
  inputs: string[]
  outputs: string[]
  attributes: Map<string, Attribute>
}

/** Type of a graph's input or output; `shape` undefined = of any rank. */
export interface ValueInfo {
  name: string
  dtype: DataType
  shape: Shape | undefined
}

export interface OnnxGraph {
  name: string
  nodes: OnnxNode[]
  initializers: Map<string, TensorData>
  inputs: ValueInfo[]
  outputs: ValueInfo[]
  /** Types of inner values, where known. */
  valueInfo: ValueInfo[]
}

export interface OnnxModel {
  irVersion: number
  /** Operator set version by domain; the standard domain is ''. */
  opsets: Map<string, number>
  producer: string
  metadata: Map<string, string>
  graph: OnnxGraph
}
