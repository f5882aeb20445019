import protobuf from 'protobufjs/light.js'
import { modelProto } from './onnx-schema'

/** Why a foreign model is not loaded, and the part that shows it. */
export interface RefusedPart {
  /** Values in another file, or a part of the file that onnx-schema.ts does not list. */
  why: 'outside' | 'unknown'
  /** Path of messages, such as `ModelProto.functions`; the tensor's name is not told: it is the file's own text. */
  part: string
}

/** protobuf's own readers give up at this depth. */
const MOST_DEPTH = 100
const VARINT = 0
const FIXED_64 = 1
const BYTES = 2
const FIXED_32 = 5

const wireTypes: Record<string, number> = {
  int32: VARINT,
  int64: VARINT,
  float: FIXED_32,
  double: FIXED_64,
  uint64: VARINT,
}

/** Parts that point to another file, whatever the rest of their tensor says. */
const outside = new Set(['TensorProto.externalData', 'TensorProto.dataLocation'])
/** Official fields that are left out of the schema, for a message that people understand. */
const named = new Map([
  ['ModelProto 20', 'training'],
  ['ModelProto 25', 'functions'],
  ['ModelProto 26', 'devices'],
])

/**
 * The first part of a foreign model file that is not read here. A runtime reads every field of onnx.proto, wherever it
 * stands, and opens the files that tensors name; so each field at each depth must be one that is known to be harmless.
 * Nothing is decoded and nothing allocated.
 *
 * @returns undefined when all parts are known and all values inside
 * @throws Error when the bytes are no ONNX model
 */
export function refusedPart(bytes: Uint8Array): RefusedPart | undefined {
  return inMessage(protobuf.Reader.create(bytes), bytes.length, modelProto, 0)
}

function inMessage(reader: protobuf.Reader, end: number, type: protobuf.Type, depth: number): RefusedPart | undefined {
  if (depth > MOST_DEPTH) return { why: 'unknown', part: `${type.name} inside ${MOST_DEPTH} others` }
  while (reader.pos < end) {
    const tag = reader.uint32()
    const wire = tag & 7
    const field = type.fieldsById[tag >>> 3]
    if (!field) {
      const name = named.get(`${type.name} ${tag >>> 3}`) ?? tag >>> 3
      if (depth === 0 && typeof name === 'number') throw new RangeError('it is no ONNX model')
      return { why: 'unknown', part: `${type.name}.${name}` }
    }
    const part = `${type.name}.${field.name}`
    const { resolvedType } = field.resolve()
    const expected = resolvedType ? BYTES : (wireTypes[field.type] ?? BYTES)
    // A repeated number may come packed or not, whatever the schema says.
    if (wire !== expected && !(field.repeated && wire === BYTES)) return { why: 'unknown', part }
    if (wire !== BYTES) {
      const start = reader.pos
      reader.skipType(wire)
      // The mark "inside" is 0 and says nothing.
      if (outside.has(part) && reader.buf[start] !== 0) return { why: 'outside', part }
      continue
    }
    if (outside.has(part)) return { why: 'outside', part }
    const length = reader.uint32()
    const next = reader.pos + length
    if (next > end) throw new RangeError(`${part} goes beyond its message`)
    const found = resolvedType && inMessage(reader, next, resolvedType as protobuf.Type, depth + 1)
    if (found) return found
    if (reader.pos > next) throw new RangeError(`${part} ends in the middle of a field`)
    reader.pos = next
  }
  return undefined
}
