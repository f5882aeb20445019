import { type DataType, elementBytes, type TensorData } from './model'

/** Number of elements of a tensor with these dimensions (1 for a scalar). */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, length) => product * length, 1)
}

/** A constant of the given bytes; throws RangeError when their number does not fit type and dimensions. */
function tensorFromBytes(dtype: TensorData['dtype'], dims: readonly number[], bytes: Uint8Array): TensorData {
  const expected = elementCount(dims) * elementBytes[dtype]
  if (bytes.length !== expected) {
    throw new RangeError(`A ${dtype} tensor [${dims}] takes ${expected} bytes, not ${bytes.length}`)
  }
  return { dtype, dims: [...dims], bytes }
}

const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

/** A float32 constant that shares the array's memory. */
export function float32Tensor(values: Float32Array | readonly number[], dims: readonly number[]): TensorData {
  return tensorFromBytes('float32', dims, bytesOf(values instanceof Float32Array ? values : Float32Array.from(values)))
}

export function float64Tensor(values: Float64Array | readonly number[], dims: readonly number[]): TensorData {
  return tensorFromBytes('float64', dims, bytesOf(values instanceof Float64Array ? values : Float64Array.from(values)))
}

/** A float16 constant from its 16-bit patterns. */
export function float16Tensor(bits: Uint16Array, dims: readonly number[]): TensorData {
  return tensorFromBytes('float16', dims, bytesOf(bits))
}

/** An int64 constant; numbers are exact up to ±2^53. */
export function int64Tensor(values: readonly (number | bigint)[], dims: readonly number[]): TensorData {
  return tensorFromBytes('int64', dims, bytesOf(BigInt64Array.from(values, BigInt)))
}

export function int32Tensor(values: readonly number[], dims: readonly number[]): TensorData {
  return tensorFromBytes('int32', dims, bytesOf(Int32Array.from(values)))
}

export function int8Tensor(values: Int8Array | readonly number[], dims: readonly number[]): TensorData {
  return tensorFromBytes('int8', dims, bytesOf(values instanceof Int8Array ? values : Int8Array.from(values)))
}

export function uint8Tensor(values: Uint8Array | readonly number[], dims: readonly number[]): TensorData {
  return tensorFromBytes('uint8', dims, values instanceof Uint8Array ? values : Uint8Array.from(values))
}

export function boolTensor(values: readonly boolean[], dims: readonly number[]): TensorData {
  return tensorFromBytes('bool', dims, Uint8Array.from(values, Number))
}

/** A copy of the elements as numbers of double precision; 64-bit integers beyond 2^53 are rounded. */
export function tensorValues(tensor: TensorData): number[] {
  const view = new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength)
  const read = readers[tensor.dtype]
  const size = elementBytes[tensor.dtype]
  return Array.from({ length: elementCount(tensor.dims) }, (_, i) => read(view, i * size))
}

/** The elements of a float32 constant; shares memory when the bytes are aligned. */
export function float32Values(tensor: TensorData): Float32Array {
  if (tensor.dtype !== 'float32') throw new TypeError(`Expected a float32 tensor, not ${tensor.dtype}`)
  const { bytes } = tensor
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4)
}

const readers: Record<Exclude<DataType, 'string'>, (view: DataView, offset: number) => number> = {
  float32: (view, offset) => view.getFloat32(offset, true),
  uint8: (view, offset) => view.getUint8(offset),
  int8: (view, offset) => view.getInt8(offset),
  uint16: (view, offset) => view.getUint16(offset, true),
  int16: (view, offset) => view.getInt16(offset, true),
  int32: (view, offset) => view.getInt32(offset, true),
  int64: (view, offset) => Number(view.getBigInt64(offset, true)),
  bool: (view, offset) => view.getUint8(offset),
  float16: (view, offset) => float16ToNumber(view.getUint16(offset, true)),
  float64: (view, offset) => view.getFloat64(offset, true),
  uint32: (view, offset) => view.getUint32(offset, true),
  uint64: (view, offset) => Number(view.getBigUint64(offset, true)),
  bfloat16: (view, offset) => {
    const word = new DataView(new ArrayBuffer(4))
    word.setUint32(0, view.getUint16(offset, true) * 65536)
    return word.getFloat32(0)
  },
}

function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
