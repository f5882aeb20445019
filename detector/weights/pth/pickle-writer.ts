/** Writes pickles of protocol 2: just what a state dict is made of. */
export class PickleWriter {
  private bytes = new Uint8Array(1 << 14)
  private length = 0
  private readonly memo = new Map<string, number>()
  private memoSize = 0

  constructor() {
    this.raw(0x80, 2)
  }

  raw(...codes: number[]): void {
    this.reserve(codes.length)
    this.bytes.set(codes, this.length)
    this.length += codes.length
  }

  mark(): void {
    this.raw(0x28)
  }

  /** Everything since the last mark becomes a tuple. */
  tuple(): void {
    this.raw(0x74)
  }

  reduce(): void {
    this.raw(0x52)
  }

  /** A name; repeated ones refer to the first. */
  global(module: string, name: string): void {
    this.once(`g${module}\n${name}`, () => {
      this.raw(0x63, ...new TextEncoder().encode(`${module}\n${name}\n`))
    })
  }

  text(value: string): void {
    this.once(`s${value}`, () => {
      const bytes = new TextEncoder().encode(value)
      this.raw(0x58, ...int32(bytes.length), ...bytes)
    })
  }

  integer(value: number): void {
    if (value >= 0 && value < 256) this.raw(0x4b, value)
    else if (value >= 0 && value < 65536) this.raw(0x4d, value & 255, value >> 8)
    else this.raw(0x4a, ...int32(value))
  }

  integers(values: readonly number[]): void {
    this.mark()
    for (const value of values) this.integer(value)
    this.tuple()
  }

  boolean(value: boolean): void {
    this.raw(value ? 0x88 : 0x89)
  }

  finish(): Uint8Array {
    this.raw(0x2e)
    return this.bytes.slice(0, this.length)
  }

  private once(key: string, write: () => void): void {
    const known = this.memo.get(key)
    if (known !== undefined) {
      if (known < 256) this.raw(0x68, known)
      else this.raw(0x6a, ...int32(known))
      return
    }
    write()
    const index = this.memoSize++
    this.memo.set(key, index)
    if (index < 256) this.raw(0x71, index)
    else this.raw(0x72, ...int32(index))
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = new Uint8Array(2 * (this.length + more))
    larger.set(this.bytes)
    this.bytes = larger
  }
}

const int32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255]
