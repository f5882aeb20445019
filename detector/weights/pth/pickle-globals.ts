import type { ElementType } from './element-types'
import { Inert, PickleGlobal, PickleTuple, type PickleValue, StorageRef, TensorRef } from './pickle-values'

/** The pickle does not fit together; the caller adds the file. */
export class PickleFault extends Error {}

const storageTypes: Record<string, ElementType> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
}

type Call = (args: PickleValue[]) => PickleValue

const first: Call = (args) => {
  if (args.length === 0) throw new PickleFault('a parameter without content')
  return args[0]
}
const inert =
  (name: string): Call =>
  () =>
    new Inert(name)

/** Names that a file may mention, and what stands for their call. No code of the file's choice ever runs. */
const allowed = new Map<string, Call>([
  ['collections.OrderedDict', orderedDict],
  ['builtins.dict', orderedDict],
  ['__builtin__.dict', orderedDict],
  ['collections.defaultdict', () => new Map()],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch.nn.parameter.Parameter', first],
  ['torch.Size', first],
])

// What checkpoints of known trainers hold beside the weights: read over, never used.
for (const name of [
  'torch.device',
  'torch.float16',
  'torch.bfloat16',
  'torch.float32',
  'torch.float64',
  'torch.int64',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'numpy.ndarray',
  'numpy.dtype',
  'mmengine.logging.history_buffer.HistoryBuffer',
  'argparse.Namespace',
  'builtins.set',
  '__builtin__.set',
  '_codecs.encode',
  'datetime.datetime',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  'pathlib.PurePosixPath',
]) {
  allowed.set(name, inert(name))
}

/** The value for a name, or undefined when the name is not on the list. */
export function globalNamed(name: string): PickleGlobal | undefined {
  return allowed.has(name) || storageTypeOf(name) ? new PickleGlobal(name) : undefined
}

function storageTypeOf(name: string): ElementType | undefined {
  const match = /^torch\.(?:cuda\.|storage\.)?([A-Za-z0-9]+)$/.exec(name)
  return match && Object.hasOwn(storageTypes, match[1]) ? storageTypes[match[1]] : undefined
}

export function callGlobal(target: PickleGlobal, args: PickleValue[]): PickleValue {
  const call = allowed.get(target.name)
  if (!call) throw new PickleFault(`a call of ${target.name}`)
  return call(args)
}

/** The storage a persistent id stands for: ('storage', type, key, place, length[, view]). */
export function storageOf(id: PickleValue): StorageRef {
  if (!(id instanceof PickleTuple)) throw new PickleFault('a reference to something that is no storage')
  const [tag, kind, key, , length, view] = id.items
  const type = kind instanceof PickleGlobal ? storageTypeOf(kind.name) : undefined
  if (textOf(tag) !== 'storage') throw new PickleFault('a reference to something that is no storage')
  if (!type) throw new PickleFault(`a storage of unknown type ${kind instanceof PickleGlobal ? kind.name : ''}`)
  const count = whole(length, 'the length of a storage')
  if (view instanceof PickleTuple) {
    return new StorageRef(type, keyOf(key), whole(view.items[2], 'a view'), whole(view.items[1], 'a view'))
  }
  return new StorageRef(type, keyOf(key), count)
}

const textOf = (value: PickleValue): PickleValue =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : value

function keyOf(value: PickleValue): string {
  const key = textOf(value)
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return String(key)
  throw new PickleFault('a storage without a name')
}

function whole(value: PickleValue, what: string): number {
  const n = typeof value === 'bigint' ? Number(value) : value
  if (typeof n === 'number' && Number.isSafeInteger(n) && n >= 0) return n
  throw new PickleFault(`${what} is not a whole number`)
}

function wholes(value: PickleValue, what: string): number[] {
  const items = value instanceof PickleTuple ? value.items : Array.isArray(value) ? value : undefined
  if (!items || items.length > 16) throw new PickleFault(`${what} is no short tuple`)
  return items.map((item) => whole(item, what))
}

function rebuildTensor([storage, offset, size, stride]: PickleValue[]): TensorRef {
  if (!(storage instanceof StorageRef)) throw new PickleFault('a tensor without storage')
  const start = whole(offset, 'the offset of a tensor')
  const dims = wholes(size, 'the shape of a tensor')
  const strides = wholes(stride, 'the strides of a tensor')
  if (dims.length !== strides.length) throw new PickleFault('a tensor whose shape and strides differ in length')
  if (!dims.includes(0)) {
    const last = dims.reduce((sum, dim, i) => sum + (dim - 1) * strides[i], start)
    if (!(last < storage.length)) throw new PickleFault('a tensor that reaches beyond its storage')
  }
  return new TensorRef(storage, start, dims, strides)
}

/** OrderedDict() or OrderedDict([(key, value), …]). */
function orderedDict([pairs]: PickleValue[]): Map<PickleValue, PickleValue> {
  const dict = new Map<PickleValue, PickleValue>()
  if (pairs instanceof Map) for (const [key, value] of pairs) dict.set(key, value)
  if (!Array.isArray(pairs)) return dict
  for (const pair of pairs) {
    const items = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : []
    if (items.length !== 2) throw new PickleFault('a dictionary of something else than pairs')
    dict.set(items[0], items[1])
  }
  return dict
}
