import type { ByteSource } from '../../files/read-bytes'
import { bytesPerElement } from './element-types'
import { PickleFault } from './pickle-globals'
import type { PickleValue, StorageRef } from './pickle-values'
import { unpickle } from './unpickle'
import { damaged } from './zip-directory'

/** PyTorch's MAGIC_NUMBER 0x1950a86a20f9469cfc6c as the pickled first value (PROTO 2, LONG1 of ten bytes, STOP). */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
const PROTOCOL = 1001

/** Whether a file begins like the container of PyTorch before 1.6: five pickles, then the raw storages. */
export function isLegacy(start: Uint8Array): boolean {
  return MAGIC.every((byte, i) => start[i] === byte)
}

/** Reads the pickles at the start: what was saved, and the order of the storages that follow at `end`. */
export function readLegacyHead(bytes: Uint8Array): {
  root: PickleValue
  storages: ReadonlyMap<string, StorageRef>
  keys: string[]
  end: number
} {
  const protocol = unpickle(bytes, MAGIC.length)
  if (protocol.value !== PROTOCOL) throw new PickleFault(`protocol ${String(protocol.value)} (known: ${PROTOCOL})`)
  const system = unpickle(bytes, protocol.end)
  if (system.value instanceof Map && system.value.get('little_endian') === false) {
    throw new PickleFault('numbers of a big-endian machine')
  }
  const root = unpickle(bytes, system.end)
  const keys = unpickle(bytes, root.end)
  if (!Array.isArray(keys.value)) throw new PickleFault('no list of its parts')
  return { root: root.value, storages: root.storages, keys: keys.value.map(String), end: keys.end }
}

/** Position and size of each storage: a 64-bit count of elements, then the elements. */
export async function findLegacyStorages(
  source: ByteSource,
  storages: ReadonlyMap<string, StorageRef>,
  keys: string[],
  end: number,
): Promise<Map<string, { at: number; bytes: number }>> {
  const places = new Map<string, { at: number; bytes: number }>()
  let at = end
  for (const key of keys) {
    const storage = storages.get(key)
    if (!storage) throw damaged(source.file, `its part ${key} belongs to nothing`)
    if (at + 8 > source.size) throw damaged(source.file, 'it is cut off')
    const count = await source.read(at, 8).then((b) => new DataView(b.buffer, b.byteOffset, 8).getBigInt64(0, true))
    const bytes = Number(count) * bytesPerElement[storage.type]
    if (count < 0n || at + 8 + bytes > source.size) throw damaged(source.file, 'it is cut off')
    places.set(key, { at: at + 8, bytes })
    at += 8 + bytes
  }
  return places
}
