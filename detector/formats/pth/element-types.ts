/** Element types of PyTorch storages that a weight file may hold. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool'

export const bytesPerElement: Record<ElementType, number> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/** Value of every half-precision pattern. */
let halfValues: Float32Array | undefined

function halfTable(): Float32Array {
  if (halfValues) return halfValues
  const table = new Float32Array(65536)
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24
    else if (exponent === 31) table[bits] = fraction ? Number.NaN : sign * Infinity
    else table[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25)
  }
  halfValues = table
  return table
}

/** Nearest half-precision pattern, ties to even; beyond 65504 it becomes infinity, as in IEEE 754. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (Number.isNaN(magnitude)) return 0x7e00
  if (magnitude >= 65520) return sign | 0x7c00
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24)
  const exponent = Math.floor(Math.log2(magnitude))
  // log2 may round up at the upper end of a binade.
  const power = 2 ** exponent > magnitude ? exponent - 1 : exponent
  return sign | (((power + 15) << 10) + roundEven((magnitude / 2 ** power - 1) * 1024))
}

function roundEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

/** Little-endian elements as float32. Whole numbers beyond 2^24 and doubles are rounded to the nearest float. */
export function toFloat32(type: ElementType, bytes: Uint8Array): Float32Array {
  const count = bytes.length / bytesPerElement[type]
  const result = new Float32Array(count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (type) {
    case 'float32':
      for (let i = 0; i < count; i++) result[i] = view.getFloat32(4 * i, true)
      break
    case 'float64':
      for (let i = 0; i < count; i++) result[i] = view.getFloat64(8 * i, true)
      break
    case 'float16': {
      const table = halfTable()
      for (let i = 0; i < count; i++) result[i] = table[view.getUint16(2 * i, true)]
      break
    }
    case 'bfloat16': {
      // The upper half of a float32.
      const bits = new Uint32Array(result.buffer)
      for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16
      break
    }
    case 'int64':
      for (let i = 0; i < count; i++) result[i] = Number(view.getBigInt64(8 * i, true))
      break
    case 'int32':
      for (let i = 0; i < count; i++) result[i] = view.getInt32(4 * i, true)
      break
    case 'int16':
      for (let i = 0; i < count; i++) result[i] = view.getInt16(2 * i, true)
      break
    case 'int8':
      for (let i = 0; i < count; i++) result[i] = view.getInt8(i)
      break
    case 'uint8':
    case 'bool':
      for (let i = 0; i < count; i++) result[i] = bytes[i]
      break
  }
  return result
}
