import { PickleCursor } from './pickle-cursor'
import { callGlobal, globalNamed, PickleFault, storageOf } from './pickle-globals'
import { op } from './pickle-opcodes'
import { Inert, PickleGlobal, PickleTuple, type PickleValue, type StorageRef, TensorRef } from './pickle-values'

/** One byte can make a dictionary of hundreds; a training state of this network has some ten thousand values. */
const MOST_VALUES = 1_000_000

/** A name outside the allow-list; the caller adds the file. */
export class PickleRefusal extends Error {
  constructor(readonly named: string) {
    super(named)
  }
}

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
  return { value, end: machine.cursor.at, storages: machine.storages }
}

class Machine {
  readonly cursor: PickleCursor
  readonly storages = new Map<string, StorageRef>()
  private stack: PickleValue[] = []
  private pushed = 0
  private readonly marks: PickleValue[][] = []
  private readonly memo = new Map<number, PickleValue>()

  constructor(bytes: Uint8Array, start: number) {
    this.cursor = new PickleCursor(bytes, start)
  }

  run(): PickleValue {
    for (;;) {
      const code = this.cursor.byte()
      if (code === op.STOP) return this.pop()
      this.execute(code)
    }
  }

  private execute(code: number): void {
    switch (code) {
      case op.PROTO:
        this.cursor.byte()
        return
      case op.FRAME:
        this.cursor.skip(8)
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
        this.push(this.cursor.int32())
        return
      case op.BININT1:
        this.push(this.cursor.byte())
        return
      case op.BININT2:
        this.push(this.cursor.uint16())
        return
      case op.LONG1:
        this.push(this.cursor.long(this.cursor.byte()))
        return
      case op.LONG4:
        this.push(this.cursor.long(this.cursor.length4()))
        return
      case op.BINFLOAT:
        this.push(this.cursor.float64())
        return
      case op.BINUNICODE:
        this.push(this.cursor.text(this.cursor.length4()))
        return
      case op.SHORT_BINUNICODE:
        this.push(this.cursor.text(this.cursor.byte()))
        return
      case op.BINUNICODE8:
        this.push(this.cursor.text(this.cursor.length8()))
        return
      case op.BINSTRING:
      case op.BINBYTES:
        this.push(this.cursor.slice(this.cursor.length4()))
        return
      case op.SHORT_BINSTRING:
      case op.SHORT_BINBYTES:
        this.push(this.cursor.slice(this.cursor.byte()))
        return
      case op.BINBYTES8:
        this.push(this.cursor.slice(this.cursor.length8()))
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
        this.push(this.recall(this.cursor.byte()))
        return
      case op.LONG_BINGET:
        this.push(this.recall(this.cursor.length4()))
        return
      case op.BINPUT:
        this.memo.set(this.cursor.byte(), this.top())
        return
      case op.LONG_BINPUT:
        this.memo.set(this.cursor.length4(), this.top())
        return
      case op.MEMOIZE:
        this.memo.set(this.memo.size, this.top())
        return
      case op.GLOBAL:
        this.push(named(`${this.cursor.line()}.${this.cursor.line()}`))
        return
      case op.STACK_GLOBAL: {
        const name = this.pop()
        const module = this.pop()
        if (typeof name !== 'string' || typeof module !== 'string') throw new PickleFault('a name was expected')
        this.push(named(`${module}.${name}`))
        return
      }
      case op.INST: {
        const target = named(`${this.cursor.line()}.${this.cursor.line()}`)
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
        throw new PickleFault(`instruction 0x${code.toString(16)} at byte ${this.cursor.at - 1}`)
    }
  }

  private call(): void {
    const args = this.pop()
    const target = this.pop()
    if (!(target instanceof PickleGlobal) || !(args instanceof PickleTuple)) throw new PickleFault('an unsound call')
    this.push(callGlobal(target, args.items))
  }

  private push(value: PickleValue): void {
    if (++this.pushed > MOST_VALUES) throw new PickleFault(`more than ${MOST_VALUES} values`)
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
}

function named(name: string): PickleGlobal {
  const value = globalNamed(name)
  if (!value) throw new PickleRefusal(name)
  return value
}
