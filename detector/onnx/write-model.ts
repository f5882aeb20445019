import { type Attribute, dataTypeCodes, type OnnxGraph, type OnnxModel, type TensorData, type ValueInfo } from './model'
import {
  type AttributeMessage,
  type GraphMessage,
  type ModelMessage,
  modelProto,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-schema'

/** AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const satisfies Record<Attribute['kind'], number>

/** The bytes of an .onnx file. */
export function writeModel(model: OnnxModel): Uint8Array {
  const message: ModelMessage = {
    irVersion: model.irVersion,
    producerName: model.producer,
    graph: graphMessage(model.graph),
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
  }
  return modelProto.encode(message as Record<string, unknown>).finish()
}

function graphMessage(graph: OnnxGraph): GraphMessage {
  return {
    node: graph.nodes.map((node) => ({
      input: node.inputs,
      output: node.outputs,
      name: node.name,
      opType: node.opType,
      attribute: [...node.attributes].map(([name, attribute]) => attributeMessage(name, attribute)),
      ...(node.domain && { domain: node.domain }),
    })),
    name: graph.name,
    initializer: [...graph.initializers].map(([name, tensor]) => tensorMessage(tensor, name)),
    input: graph.inputs.map(valueInfoMessage),
    output: graph.outputs.map(valueInfoMessage),
    valueInfo: graph.valueInfo.map(valueInfoMessage),
  }
}

function attributeMessage(name: string, attribute: Attribute): AttributeMessage {
  return { name, type: attributeTypes[attribute.kind], ...attributeValue(attribute) }
}

function attributeValue(attribute: Attribute): AttributeMessage {
  switch (attribute.kind) {
    case 'float':
      return { f: attribute.value }
    case 'int':
      return { i: attribute.value }
    case 'string':
      return { s: Buffer.from(attribute.value) }
    case 'tensor':
      return { t: tensorMessage(attribute.value, attribute.name) }
    case 'graph':
      return { g: graphMessage(attribute.value) }
    case 'floats':
      return { floats: attribute.value }
    case 'ints':
      return { ints: attribute.value }
    case 'strings':
      return { strings: attribute.value.map((text) => Buffer.from(text)) }
    case 'tensors':
      return { tensors: attribute.value.map((tensor) => tensorMessage(tensor)) }
    case 'graphs':
      return { graphs: attribute.value.map(graphMessage) }
  }
}

function tensorMessage(tensor: TensorData, name?: string): TensorMessage {
  return {
    dims: tensor.dims,
    dataType: dataTypeCodes[tensor.dtype],
    ...(name !== undefined && { name }),
    rawData: tensor.bytes,
  }
}

function valueInfoMessage(value: ValueInfo): ValueInfoMessage {
  const dim = value.shape?.map((length) => (typeof length === 'string' ? { dimParam: length } : { dimValue: length }))
  return {
    name: value.name,
    type: { tensorType: { elemType: dataTypeCodes[value.dtype], ...(dim && { shape: { dim } }) } },
  }
}
