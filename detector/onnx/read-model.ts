import { UserError } from '../errors'
import {
  type Attribute,
  type DataType,
  dataTypeCodes,
  elementBytes,
  type OnnxGraph,
  type OnnxModel,
  type TensorData,
  type ValueInfo,
} from './model'
import {
  type AttributeMessage,
  type GraphMessage,
  type Int64,
  type ModelMessage,
  modelProto,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-schema'
import { elementCount } from './tensor-data'
import { refusedPart } from './unknown-parts'
import { attributeTypes } from './write-model'

const dataTypes = new Map(Object.entries(dataTypeCodes).map(([name, code]) => [code as number, name as DataType]))
const attributeKinds = new Map(
  Object.entries(attributeTypes).map(([kind, code]) => [code as number, kind as Attribute['kind']]),
)

/**
 * Reads an .onnx file; raw_data shares the memory of `bytes`.
 * Throws UserError `onnx-unreadable` when it is no ONNX model, or holds what this reader does not know (values in
 * another file, functions, string tensors, other value types than tensors).
 */
export function readModel(bytes: Uint8Array, file = 'model.onnx'): OnnxModel {
  try {
    const refused = refusedPart(bytes)
    if (refused) throw new RangeError(`it has a part that is not read here (${refused.part})`)
    const message = modelProto.decode(bytes) as unknown as ModelMessage
    if (!message.graph) throw new RangeError('it holds no graph')
    return {
      irVersion: toNumber(message.irVersion ?? 0),
      opsets: new Map((message.opsetImport ?? []).map((entry) => [entry.domain ?? '', toNumber(entry.version ?? 0)])),
      producer: message.producerName ?? '',
      metadata: new Map((message.metadataProps ?? []).map((entry) => [entry.key ?? '', entry.value ?? ''])),
      graph: readGraph(message.graph),
    }
  } catch (cause) {
    throw new UserError(
      {
        code: 'onnx-unreadable',
        message: `Expected an ONNX model: ${cause instanceof Error ? cause.message : String(cause)}.`,
        where: { file },
        fix: 'Give a complete .onnx file with its weights inside.',
      },
      { cause },
    )
  }
}

function toNumber(value: Int64): number {
  return typeof value === 'number' ? value : value.toNumber()
}

function readGraph(graph: GraphMessage): OnnxGraph {
  return {
    name: graph.name ?? '',
    nodes: (graph.node ?? []).map((node) => ({
      name: node.name ?? '',
      opType: node.opType ?? '',
      domain: node.domain ?? '',
      inputs: node.input ?? [],
      outputs: node.output ?? [],
      attributes: new Map((node.attribute ?? []).map((attribute) => [attribute.name ?? '', readAttribute(attribute)])),
    })),
    initializers: new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? '', readTensor(tensor)])),
    inputs: (graph.input ?? []).map(readValueInfo),
    outputs: (graph.output ?? []).map(readValueInfo),
    valueInfo: (graph.valueInfo ?? []).map(readValueInfo),
  }
}

function readAttribute(attribute: AttributeMessage): Attribute {
  const kind = attributeKinds.get(attribute.type ?? 0)
  switch (kind) {
    case 'float':
      return { kind, value: attribute.f ?? 0 }
    case 'int':
      return { kind, value: toNumber(attribute.i ?? 0) }
    case 'string':
      return { kind, value: text(attribute.s) }
    case 'tensor':
      return { kind, value: readTensor(attribute.t ?? {}), ...(attribute.t?.name && { name: attribute.t.name }) }
    case 'graph':
      return { kind, value: readGraph(attribute.g ?? {}) }
    case 'floats':
      return { kind, value: attribute.floats ?? [] }
    case 'ints':
      return { kind, value: (attribute.ints ?? []).map(toNumber) }
    case 'strings':
      return { kind, value: (attribute.strings ?? []).map(text) }
    case 'tensors':
      return { kind, value: (attribute.tensors ?? []).map(readTensor) }
    case 'graphs':
      return { kind, value: (attribute.graphs ?? []).map(readGraph) }
    default:
      throw new RangeError(`attribute ${attribute.name} has the unknown type ${attribute.type}`)
  }
}

function text(bytes: Uint8Array | undefined): string {
  return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : ''
}

function readTensor(tensor: TensorMessage): TensorData {
  const dtype = dataTypes.get(tensor.dataType ?? 0)
  if (!dtype || dtype === 'string') throw new RangeError(`tensor ${tensor.name} has the type number ${tensor.dataType}`)
  const dims = (tensor.dims ?? []).map(toNumber)
  const bytes = tensor.rawData?.length ? tensor.rawData : bytesOfTypedField(tensor, dtype)
  const expected = elementCount(dims) * elementBytes[dtype]
  if (bytes.length !== expected) {
    throw new RangeError(`tensor ${tensor.name} holds ${bytes.length} bytes where [${dims}] takes ${expected}`)
  }
  return { dtype, dims, bytes }
}

/** Values that a writer put into one of the typed fields instead of raw_data. */
function bytesOfTypedField(tensor: TensorMessage, dtype: Exclude<DataType, 'string'>): Uint8Array {
  const size = elementBytes[dtype]
  const fill = <T>(values: readonly T[] | undefined, put: (view: DataView, offset: number, value: T) => void) => {
    const bytes = new Uint8Array((values?.length ?? 0) * size)
    const view = new DataView(bytes.buffer)
    values?.forEach((value, index) => {
      put(view, index * size, value)
    })
    return bytes
  }
  switch (dtype) {
    case 'float32':
      return fill(tensor.floatData, (view, offset, value) => view.setFloat32(offset, value, true))
    case 'float64':
      return fill(tensor.doubleData, (view, offset, value) => view.setFloat64(offset, value, true))
    case 'int64':
      return fill(tensor.int64Data, (view, offset, value) => view.setBigInt64(offset, BigInt(toNumber(value)), true))
    case 'uint64':
    case 'uint32':
      return fill(tensor.uint64Data, (view, offset, value) =>
        size === 8
          ? view.setBigUint64(offset, BigInt(toNumber(value)), true)
          : view.setUint32(offset, toNumber(value), true),
      )
    default: // Everything narrower, and the bits of float16, share int32_data.
      return fill(tensor.int32Data, (view, offset, value) => {
        if (size === 4) view.setInt32(offset, value, true)
        else if (size === 2) view.setInt16(offset, value, true)
        else view.setInt8(offset, value)
      })
  }
}

function readValueInfo(value: ValueInfoMessage): ValueInfo {
  const type = value.type?.tensorType
  const dtype = dataTypes.get(type?.elemType ?? 0)
  if (!type || !dtype) throw new RangeError(`${value.name} is no tensor of a known type`)
  const shape = type.shape?.dim?.map((dim, axis) => {
    if (dim.dimParam) return dim.dimParam
    const length = toNumber(dim.dimValue ?? 0)
    return length > 0 ? length : `${value.name}_${axis}`
  })
  return { name: value.name ?? '', dtype, shape: type.shape ? (shape ?? []) : undefined }
}
