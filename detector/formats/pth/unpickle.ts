import { callGlobal, globalNamed, PickleFault, storageOf } from './pickle-globals'
import { Inert, PickleGlobal, PickleTuple, type PickleValue, type StorageRef, TensorRef } from './pickle-values'

/** A name outside the allow-list; the caller adds the file. */
export class PickleRefusal extends Error {
  constructor(readonly named: string) {
    super(named)
  }
}

/** Opcodes of Python's pickle protocols 2 to 5 (and what of protocol 0 names things), from pickletools. */
const op = {
  MARK: 0x28,
  STOP: 0x2e,
  POP: 0x30,
  POP_MARK: 0x31,
  DUP: 0x32,
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  BINFLOAT: 0x47,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  NONE: 0x4e,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  DICT: 0x64,
  APPENDS: 0x65,
  BINGET: 0x68,
  INST: 0x69,
  LONG_BINGET: 0x6a,
  LIST: 0x6c,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  EMPTY_TUPLE: 0x29,
  PROTO: 0x80,
  NEWOBJ: 0x81,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  LONG4: 0x8b,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  EMPTY_SET: 0x8f,
  ADDITEMS: 0x90,
  FROZENSET: 0x91,
  NEWOBJ_EX: 0x92,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
} as const

/** Whole numbers longer than this are no part of a weight file (the container's magic number has 10 bytes). */
const MAX_INTEGER_BYTES = 16

const utf8 = new TextDecoder('utf-8', { fatal: true })
const latin1 = new TextDecoder('latin1')

/**
 * Reads one pickled value. Names go by the allow-list alone and nothing is executed; a name outside it ends the reading.
 *
 * @param start where in `bytes` the pickle begins
 * @returns the value, the position after it and every storage that was mentioned, by its key
 * @throws PickleRefusal for a name outside the allow-list, PickleFault when the bytes are no sound pickle
 */
export function unpickle(
  bytes: Uint8Array,
  start = 0,
): { value: PickleValue; end: number; storages: ReadonlyMap<string, StorageRef> } {
  const machine = new Machine(bytes, start)
  const value = machine.run()
  return { value, end: machine.at, storages: machine.storages }
}

class Machine {
  at: number
  readonly storages = new Map<string, StorageRef>()
  private stack: PickleValue[] = []
  private readonly marks: PickleValue[][] = []
  private readonly memo = new Map<number, PickleValue>()
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
  ) {
    this.at = start
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): PickleValue {
    for (;;) {
      const code = this.byte()
      if (code === op.STOP) return this.pop()
      this.execute(code)
    }
  }

  private execute(code: number): void {
    switch (code) {
      case op.PROTO:
        this.byte()
        return
      case op.FRAME:
        this.skip(8)
        return
      case op.MARK:
        this.marks.push(this.stack)
        this.stack = []
        return
      case op.POP:
        this.pop()
        return
      case op.POP_MARK:
        this.popMark()
        return
      case op.DUP:
        this.push(this.top())
        return
      case op.NONE:
        this.push(null)
        return
      case op.NEWTRUE:
        this.push(true)
        return
      case op.NEWFALSE:
        this.push(false)
        return
      case op.BININT:
        this.push(this.view.getInt32(this.skip(4), true))
        return
      case op.BININT1:
        this.push(this.byte())
        return
      case op.BININT2:
        this.push(this.view.getUint16(this.skip(2), true))
        return
      case op.LONG1:
        this.push(this.long(this.byte()))
        return
      case op.LONG4:
        this.push(this.long(this.length4()))
        return
      case op.BINFLOAT:
        this.push(this.view.getFloat64(this.skip(8), false))
        return
      case op.BINUNICODE:
        this.push(this.text(this.length4()))
        return
      case op.SHORT_BINUNICODE:
        this.push(this.text(this.byte()))
        return
      case op.BINUNICODE8:
        this.push(this.text(this.length8()))
        return
      case op.BINSTRING:
      case op.BINBYTES:
        this.push(this.slice(this.length4()))
        return
      case op.SHORT_BINSTRING:
      case op.SHORT_BINBYTES:
        this.push(this.slice(this.byte()))
        return
      case op.BINBYTES8:
        this.push(this.slice(this.length8()))
        return
      default:
        this.executeCompound(code)
    }
  }

  private executeCompound(code: number): void {
    switch (code) {
      case op.EMPTY_TUPLE:
        this.push(new PickleTuple([]))
        return
      case op.TUPLE1:
      case op.TUPLE2:
      case op.TUPLE3: {
        const items: PickleValue[] = []
        for (let i = op.TUPLE1; i <= code; i++) items.unshift(this.pop())
        this.push(new PickleTuple(items))
        return
      }
      case op.TUPLE:
        this.push(new PickleTuple(this.popMark()))
        return
      case op.EMPTY_LIST:
        this.push([])
        return
      case op.LIST:
        this.push(this.popMark())
        return
      case op.APPEND: {
        const item = this.pop()
        this.extend([item])
        return
      }
      case op.APPENDS:
        this.extend(this.popMark())
        return
      case op.EMPTY_DICT:
        this.push(new Map())
        return
      case op.DICT: {
        const items = this.popMark()
        this.push(new Map())
        this.setItems(items)
        return
      }
      case op.SETITEM: {
        const value = this.pop()
        const key = this.pop()
        this.setItems([key, value])
        return
      }
      case op.SETITEMS:
        this.setItems(this.popMark())
        return
      case op.EMPTY_SET:
        this.push(new Set())
        return
      case op.ADDITEMS: {
        const items = this.popMark()
        const set = this.top()
        if (!(set instanceof Set)) throw new PickleFault('a set was expected')
        for (const item of items) set.add(item)
        return
      }
      case op.FROZENSET:
        this.push(new Set(this.popMark()))
        return
      default:
        this.executeReference(code)
    }
  }

  private executeReference(code: number): void {
    switch (code) {
      case op.BINGET:
        this.push(this.recall(this.byte()))
        return
      case op.LONG_BINGET:
        this.push(this.recall(this.length4()))
        return
      case op.BINPUT:
        this.memo.set(this.byte(), this.top())
        return
      case op.LONG_BINPUT:
        this.memo.set(this.length4(), this.top())
        return
      case op.MEMOIZE:
        this.memo.set(this.memo.size, this.top())
        return
      case op.GLOBAL:
        this.push(named(`${this.line()}.${this.line()}`))
        return
      case op.STACK_GLOBAL: {
        const name = this.pop()
        const module = this.pop()
        if (typeof name !== 'string' || typeof module !== 'string') throw new PickleFault('a name was expected')
        this.push(named(`${module}.${name}`))
        return
      }
      case op.INST: {
        const target = named(`${this.line()}.${this.line()}`)
        this.push(callGlobal(target, this.popMark()))
        return
      }
      case op.NEWOBJ_EX:
        this.pop()
        this.call()
        return
      case op.REDUCE:
      case op.NEWOBJ:
        this.call()
        return
      case op.BUILD: {
        // Attributes of a dictionary (its version record), of a parameter or of something unused: read over.
        this.pop()
        const target = this.top()
        const known = target instanceof Map || target instanceof Inert || target instanceof TensorRef
        if (!known) throw new PickleFault('attributes for something that has none')
        return
      }
      case op.BINPERSID: {
        const storage = storageOf(this.pop())
        this.storages.set(storage.key, storage)
        this.push(storage)
        return
      }
      default:
        throw new PickleFault(`instruction 0x${code.toString(16)} at byte ${this.at - 1}`)
    }
  }

  private call(): void {
    const args = this.pop()
    const target = this.pop()
    if (!(target instanceof PickleGlobal) || !(args instanceof PickleTuple)) throw new PickleFault('an unsound call')
    this.push(callGlobal(target, args.items))
  }

  private push(value: PickleValue): void {
    this.stack.push(value)
  }

  private pop(): PickleValue {
    if (this.stack.length === 0) throw new PickleFault('an empty stack')
    return this.stack.pop() as PickleValue
  }

  private top(): PickleValue {
    if (this.stack.length === 0) throw new PickleFault('an empty stack')
    return this.stack[this.stack.length - 1]
  }

  private popMark(): PickleValue[] {
    const items = this.stack
    const outer = this.marks.pop()
    if (!outer) throw new PickleFault('an end without beginning')
    this.stack = outer
    return items
  }

  private recall(index: number): PickleValue {
    const value = this.memo.get(index)
    if (value === undefined) throw new PickleFault(`a reference to nothing (${index})`)
    return value
  }

  private extend(items: PickleValue[]): void {
    const list = this.top()
    if (list instanceof Inert) return
    if (!Array.isArray(list)) throw new PickleFault('a list was expected')
    for (const item of items) list.push(item)
  }

  private setItems(items: PickleValue[]): void {
    const dict = this.top()
    if (dict instanceof Inert) return
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw new PickleFault('a dictionary was expected')
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1])
  }

  /** Moves on by `length` and returns where it was. */
  private skip(length: number): number {
    const from = this.at
    if (length > this.bytes.length - from) throw new PickleFault('it ends too early')
    this.at += length
    return from
  }

  private byte(): number {
    return this.bytes[this.skip(1)]
  }

  private length4(): number {
    return this.view.getUint32(this.skip(4), true)
  }

  private length8(): number {
    const length = this.view.getBigUint64(this.skip(8), true)
    if (length > BigInt(this.bytes.length)) throw new PickleFault('it ends too early')
    return Number(length)
  }

  private slice(length: number): Uint8Array {
    const from = this.skip(length)
    return this.bytes.subarray(from, from + length)
  }

  private text(length: number): string {
    const bytes = this.slice(length)
    try {
      return utf8.decode(bytes)
    } catch {
      return latin1.decode(bytes)
    }
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0 || end - this.at > 1000) throw new PickleFault('a name without end')
    const from = this.skip(end + 1 - this.at)
    return latin1.decode(this.bytes.subarray(from, end))
  }

  /** Little-endian two's complement. */
  private long(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) throw new PickleFault(`a number of ${length} bytes`)
    const bytes = this.slice(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i])
    if (length > 0 && bytes[length - 1] & 0x80) value -= 1n << BigInt(8 * length)
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
}

function named(name: string): PickleGlobal {
  const value = globalNamed(name)
  if (!value) throw new PickleRefusal(name)
  return value
}
