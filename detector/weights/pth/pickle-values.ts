import type { ElementType } from './element-types'

/** Python's tuple; lists are arrays, dictionaries are Maps (never objects: keys come from outside). */
export class PickleTuple {
  constructor(readonly items: PickleValue[]) {}
}

/** A name of the allow-list, before it is called. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** Something allowed but of no use here (a history, a NumPy number): kept as a name, nothing of it runs. */
export class Inert {
  constructor(readonly name: string) {}
}

/** Where the elements of tensors lie. */
export class StorageRef {
  constructor(
    readonly type: ElementType,
    readonly key: string,
    /** Elements. */
    readonly length: number,
    /** Elements to skip in the stored one (views of the legacy container). */
    readonly start = 0,
  ) {}
}

/** A view of a storage; the elements are read only when they are asked for. */
export class TensorRef {
  constructor(
    readonly storage: StorageRef,
    /** Elements. */
    readonly offset: number,
    readonly dims: number[],
    /** Elements. */
    readonly strides: number[],
  ) {}
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleTuple
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleGlobal
  | Inert
  | StorageRef
  | TensorRef
