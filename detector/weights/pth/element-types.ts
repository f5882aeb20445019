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

/** Nearest half-precision patterns, ties to even; from 65520 on it becomes infinity, as in IEEE 754. NaN stays NaN. */
export function toHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) halves[i] = halfOf(bits[i])
  return halves
}

/** @param bits pattern of a float32 */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 255
  const fraction = bits & 0x7fffff
  if (exponent === 255) return sign | (fraction ? 0x7e00 : 0x7c00)
  // Exponent biases: 127 there, 15 here.
  const scale = exponent - 112
  if (scale >= 31) return sign | 0x7c00
  if (scale > 0) return sign | roundShifted((scale << 23) | fraction, 13)
  // Subnormal: the hidden bit becomes visible; beyond 25 places nothing is left to round.
  return scale < -10 ? sign : sign | roundShifted(0x800000 | fraction, 14 - scale)
}

/** value / 2^places, rounded to the nearest, ties to even. A carry out of the fraction rightly raises the exponent. */
function roundShifted(value: number, places: number): number {
  const whole = value >>> places
  const rest = value & ((1 << places) - 1)
  const half = 1 << (places - 1)
  return rest > half || (rest === half && whole & 1) ? whole + 1 : whole
}

/** Little-endian elements as float32; float32 itself stays where it lies when it is aligned. Whole numbers beyond 2^24 and doubles are rounded to the nearest float. */
export function toFloat32(type: ElementType, bytes: Uint8Array): Float32Array {
  const count = bytes.length / bytesPerElement[type]
  if (type === 'float32' && bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count)
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
