import { PickleFault } from './pickle-globals'

/** Whole numbers longer than this are no part of a weight file (the container's magic number has 10 bytes). */
const MAX_INTEGER_BYTES = 16

const utf8 = new TextDecoder('utf-8', { fatal: true })
const latin1 = new TextDecoder('latin1')

/** Reads the parts of a pickle one after another; every length is held against what is left. */
export class PickleCursor {
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    /** Position of the next byte. */
    public at: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Moves on by `length` and returns where it was. */
  skip(length: number): number {
    const from = this.at
    if (length > this.bytes.length - from) throw new PickleFault('it ends too early')
    this.at += length
    return from
  }

  byte(): number {
    return this.bytes[this.skip(1)]
  }

  length4(): number {
    return this.view.getUint32(this.skip(4), true)
  }

  length8(): number {
    const length = this.view.getBigUint64(this.skip(8), true)
    if (length > BigInt(this.bytes.length)) throw new PickleFault('it ends too early')
    return Number(length)
  }

  slice(length: number): Uint8Array {
    const from = this.skip(length)
    return this.bytes.subarray(from, from + length)
  }

  text(length: number): string {
    const bytes = this.slice(length)
    try {
      return utf8.decode(bytes)
    } catch {
      return latin1.decode(bytes)
    }
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0 || end - this.at > 1000) throw new PickleFault('a name without end')
    const from = this.skip(end + 1 - this.at)
    return latin1.decode(this.bytes.subarray(from, end))
  }

  /** Little-endian two's complement. */
  long(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) throw new PickleFault(`a number of ${length} bytes`)
    const bytes = this.slice(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i])
    if (length > 0 && bytes[length - 1] & 0x80) value -= 1n << BigInt(8 * length)
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true)
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true)
  }

  /** Big-endian, as the only number in a pickle. */
  float64(): number {
    return this.view.getFloat64(this.skip(8), false)
  }
}
