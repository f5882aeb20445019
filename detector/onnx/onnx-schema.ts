import protobuf from 'protobufjs/light.js'

/**
 * The messages of the official onnx.proto (field names and numbers of IR version 10) that a model file may hold here.
 * protobuf skips fields that are not listed; unknown-parts.ts refuses them first. So what can lead outside the file or
 * cannot be judged is left out on purpose: functions, training, devices, segments.
 */
const optional = (type: string, id: number) => ({ type, id })
// onnx.proto is proto2: repeated scalars are unpacked unless the schema says otherwise.
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id, options: { packed: false } })
const packed = (type: string, id: number) => ({ rule: 'repeated', type, id, options: { packed: true } })

const schema = {
  nested: {
    onnx: {
      nested: {
        ModelProto: {
          fields: {
            irVersion: optional('int64', 1),
            producerName: optional('string', 2),
            producerVersion: optional('string', 3),
            domain: optional('string', 4),
            modelVersion: optional('int64', 5),
            docString: optional('string', 6),
            graph: optional('GraphProto', 7),
            opsetImport: repeated('OperatorSetIdProto', 8),
            metadataProps: repeated('StringStringEntryProto', 14),
          },
        },
        OperatorSetIdProto: { fields: { domain: optional('string', 1), version: optional('int64', 2) } },
        StringStringEntryProto: { fields: { key: optional('string', 1), value: optional('string', 2) } },
        GraphProto: {
          fields: {
            node: repeated('NodeProto', 1),
            name: optional('string', 2),
            initializer: repeated('TensorProto', 5),
            docString: optional('string', 10),
            input: repeated('ValueInfoProto', 11),
            output: repeated('ValueInfoProto', 12),
            valueInfo: repeated('ValueInfoProto', 13),
            quantizationAnnotation: repeated('TensorAnnotation', 14),
            sparseInitializer: repeated('SparseTensorProto', 15),
            metadataProps: repeated('StringStringEntryProto', 16),
          },
        },
        TensorAnnotation: {
          fields: {
            tensorName: optional('string', 1),
            quantParameterTensorNames: repeated('StringStringEntryProto', 2),
          },
        },
        NodeProto: {
          fields: {
            input: repeated('string', 1),
            output: repeated('string', 2),
            name: optional('string', 3),
            opType: optional('string', 4),
            attribute: repeated('AttributeProto', 5),
            docString: optional('string', 6),
            domain: optional('string', 7),
            overload: optional('string', 8),
            metadataProps: repeated('StringStringEntryProto', 9),
          },
        },
        AttributeProto: {
          fields: {
            name: optional('string', 1),
            f: optional('float', 2),
            i: optional('int64', 3),
            s: optional('bytes', 4),
            t: optional('TensorProto', 5),
            g: optional('GraphProto', 6),
            floats: repeated('float', 7),
            ints: repeated('int64', 8),
            strings: repeated('bytes', 9),
            tensors: repeated('TensorProto', 10),
            graphs: repeated('GraphProto', 11),
            docString: optional('string', 13),
            tp: optional('TypeProto', 14),
            typeProtos: repeated('TypeProto', 15),
            type: optional('int32', 20),
            sparseTensor: optional('SparseTensorProto', 22),
            sparseTensors: repeated('SparseTensorProto', 23),
          },
        },
        SparseTensorProto: {
          fields: {
            values: optional('TensorProto', 1),
            indices: optional('TensorProto', 2),
            dims: repeated('int64', 3),
          },
        },
        TensorProto: {
          fields: {
            dims: repeated('int64', 1),
            dataType: optional('int32', 2),
            floatData: packed('float', 4),
            int32Data: packed('int32', 5),
            stringData: repeated('bytes', 6),
            int64Data: packed('int64', 7),
            name: optional('string', 8),
            rawData: optional('bytes', 9),
            doubleData: packed('double', 10),
            uint64Data: packed('uint64', 11),
            docString: optional('string', 12),
            externalData: repeated('StringStringEntryProto', 13),
            dataLocation: optional('int32', 14),
            metadataProps: repeated('StringStringEntryProto', 16),
          },
        },
        ValueInfoProto: {
          fields: {
            name: optional('string', 1),
            type: optional('TypeProto', 2),
            docString: optional('string', 3),
            metadataProps: repeated('StringStringEntryProto', 4),
          },
        },
        TypeProto: {
          fields: {
            tensorType: optional('TensorTypeProto', 1),
            sequenceType: optional('ElementTypeProto', 4),
            denotation: optional('string', 6),
            optionalType: optional('ElementTypeProto', 9),
          },
        },
        // TypeProto.Sequence and TypeProto.Optional have the same form.
        ElementTypeProto: { fields: { elemType: optional('TypeProto', 1) } },
        TensorTypeProto: { fields: { elemType: optional('int32', 1), shape: optional('TensorShapeProto', 2) } },
        TensorShapeProto: { fields: { dim: repeated('DimensionProto', 1) } },
        DimensionProto: {
          fields: {
            dimValue: optional('int64', 1),
            dimParam: optional('string', 2),
            denotation: optional('string', 3),
          },
        },
      },
    },
  },
}

/** protobuf's reflection of an ONNX ModelProto. */
export const modelProto = protobuf.Root.fromJSON(schema).lookupType('onnx.ModelProto')

/** A 64-bit field as protobufjs hands it over. */
export type Int64 = number | { toNumber(): number }

// What a decoded message looks like: absent optional fields read as the schema's defaults, absent messages as null.
export interface ModelMessage {
  irVersion?: Int64
  producerName?: string
  producerVersion?: string
  graph?: GraphMessage | null
  opsetImport?: { domain?: string; version?: Int64 }[]
  metadataProps?: { key?: string; value?: string }[]
}
export interface GraphMessage {
  node?: NodeMessage[]
  name?: string
  initializer?: TensorMessage[]
  input?: ValueInfoMessage[]
  output?: ValueInfoMessage[]
  valueInfo?: ValueInfoMessage[]
}
interface NodeMessage {
  input?: string[]
  output?: string[]
  name?: string
  opType?: string
  attribute?: AttributeMessage[]
  domain?: string
}
export interface AttributeMessage {
  name?: string
  f?: number
  i?: Int64
  s?: Uint8Array
  t?: TensorMessage | null
  g?: GraphMessage | null
  floats?: number[]
  ints?: Int64[]
  strings?: Uint8Array[]
  tensors?: TensorMessage[]
  graphs?: GraphMessage[]
  type?: number
}
export interface TensorMessage {
  dims?: Int64[]
  dataType?: number
  floatData?: number[]
  int32Data?: number[]
  stringData?: Uint8Array[]
  int64Data?: Int64[]
  name?: string
  rawData?: Uint8Array
  doubleData?: number[]
  uint64Data?: Int64[]
  externalData?: { key?: string; value?: string }[]
  dataLocation?: number
}
export interface ValueInfoMessage {
  name?: string
  type?: {
    tensorType?: {
      elemType?: number
      shape?: { dim?: { dimValue?: Int64; dimParam?: string }[] } | null
    } | null
  } | null
}
