import { UserError } from '../../errors'
import { type ByteSource, openBytes } from '../../files/read-bytes'
import { bytesPerElement, toFloat32 } from './element-types'
import { findLegacyStorages, isLegacy, readLegacyHead } from './legacy-container'
import { PickleFault } from './pickle-globals'
import type { PickleValue, TensorRef } from './pickle-values'
import { PickleRefusal, unpickle } from './unpickle'
import { damaged, readStored, readZipDirectory, readZipEntry, type ZipEntry } from './zip-directory'

/** No list of tensor names is longer; what is, is something else. */
const MAX_PICKLE_BYTES = 16 << 20
/** The 158 tensors take 98 MB as doubles; all unpackings together. Honest files pack none of their parts. */
const MAX_UNPACKED_BYTES = 128 << 20
/** One tensor of ours has at most 2.4 million elements; 128 MiB of views leave room for packed storages. */
const MAX_TENSOR_BYTES = 128 << 20

/** An open `.pth`: its structure is in memory, its tensors are read one by one. */
export interface PthFile {
  readonly container: 'zip' | 'legacy'
  /** What was saved: nearly always a dictionary. */
  readonly root: PickleValue
  readTensor(tensor: TensorRef): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Opens what `torch.save` wrote: the zip container (PyTorch ≥ 1.6) or the one before it. Nothing of the file is executed.
 *
 * @throws UserError `file-missing`, `file-unreadable`, `not-weights`, `weights-damaged`, `pickle-refused`
 */
export async function openPth(file: string): Promise<PthFile> {
  const source = await openBytes(file)
  try {
    const magic = await source.read(0, Math.min(4, source.size))
    if (startsWith(magic, [0x50, 0x4b, 0x03, 0x04])) return await openZip(source)
    if (isLegacy(await source.read(0, Math.min(15, source.size)))) return await openLegacy(source)
    // A bare pickle is no container of torch.save, but who made it with other intentions shall be named.
    if (magic[0] === 0x80) unpickle(await source.read(0, Math.min(source.size, MAX_PICKLE_BYTES)))
    throw notWeights(source, magic)
  } catch (error) {
    await source.close()
    throw describe(error, file)
  }
}

async function openZip(source: ByteSource): Promise<PthFile> {
  const entries = await readZipDirectory(source)
  const pickleName = [...entries.keys()].find((name) => /^(?:[^/]+\/)?data\.pkl$/.test(name))
  const pickle = pickleName === undefined ? undefined : entries.get(pickleName)
  if (pickleName === undefined || !pickle) {
    const model = [...entries.keys()].some((name) => name.endsWith('constants.pkl') || name.endsWith('.npy'))
    throw new UserError({
      code: 'not-weights',
      message: `This zip file holds no PyTorch weights${model ? ' in the form of a state dict' : ''}.`,
      where: { file: source.file },
      fix: 'Choose a .pth or .pt file that torch.save wrote.',
    })
  }
  if (pickle.size > MAX_PICKLE_BYTES) throw damaged(source.file, `its index claims ${pickle.size} bytes`)
  const prefix = pickleName.slice(0, -'data.pkl'.length)
  const order = entries.get(`${prefix}byteorder`)
  if (order && new TextDecoder().decode(await readZipEntry(source, order)).trim() === 'big') {
    throw damaged(source.file, 'it was written on a big-endian machine')
  }
  const { value: root } = unpickle(await readZipEntry(source, pickle))
  let unpacked = 0
  // One part at a time stays unpacked: what several tensors in a row are views of is unpacked once.
  let last: { entry: ZipEntry; content: Uint8Array } | undefined
  const unpack = async (entry: ZipEntry): Promise<Uint8Array> => {
    if (last?.entry === entry) return last.content
    unpacked += entry.size
    if (unpacked > MAX_UNPACKED_BYTES) throw damaged(source.file, 'its parts unpack to more than the tensors need')
    last = undefined
    last = { entry, content: await readZipEntry(source, entry) }
    return last.content
  }
  return {
    container: 'zip',
    root,
    close: () => source.close(),
    readTensor: async (tensor) => {
      const { storage } = tensor
      const entry = entries.get(`${prefix}data/${storage.key}`)
      if (!entry) throw damaged(source.file, `its part data/${storage.key} is missing`)
      const read = async (from: number, length: number): Promise<Uint8Array> =>
        entry.method === 'stored'
          ? await readStored(source, entry, from, length)
          : // A copy: a view would keep the whole part for as long as its tensor lives.
            (await unpack(entry)).slice(from, from + length)
      return await gather(tensor, source.file, entry.size, read)
    },
  }
}

async function openLegacy(source: ByteSource): Promise<PthFile> {
  const head = await source.read(0, Math.min(source.size, MAX_PICKLE_BYTES))
  const { root, storages, keys, end } = readLegacyHead(head)
  const places = await findLegacyStorages(source, storages, keys, end)
  return {
    container: 'legacy',
    root,
    close: () => source.close(),
    readTensor: async (tensor) => {
      const place = places.get(tensor.storage.key)
      if (!place) throw damaged(source.file, `its part ${tensor.storage.key} is missing`)
      const read = (from: number, length: number): Promise<Uint8Array> => source.read(place.at + from, length)
      return await gather(tensor, source.file, place.bytes, read)
    },
  }
}

/** The elements of a view in row-major order, as float32; only the bytes between its first and last element are read. */
async function gather(
  tensor: TensorRef,
  file: string,
  available: number,
  read: (from: number, length: number) => Promise<Uint8Array>,
): Promise<Float32Array> {
  const { storage, dims, strides, offset } = tensor
  const count = dims.reduce((product, dim) => product * dim, 1)
  if (count === 0) return new Float32Array(0)
  const span = dims.reduce((sum, dim, i) => sum + (dim - 1) * strides[i], 1)
  const size = bytesPerElement[storage.type]
  const from = (storage.start + offset) * size
  if (Math.max(span * size, count * 4) > MAX_TENSOR_BYTES) throw damaged(file, `a tensor claims ${count} elements`)
  if (from + span * size > available) throw damaged(file, `its part ${storage.key} is shorter than it claims`)
  const flat = toFloat32(storage.type, await read(from, span * size))
  if (isContiguous(dims, strides)) return flat
  const result = new Float32Array(count)
  const index = new Array<number>(dims.length).fill(0)
  for (let i = 0, at = 0; i < count; i++) {
    result[i] = flat[at]
    for (let d = dims.length - 1; d >= 0; d--) {
      at += strides[d]
      if (++index[d] < dims[d]) break
      at -= strides[d] * dims[d]
      index[d] = 0
    }
  }
  return result
}

function isContiguous(dims: number[], strides: number[]): boolean {
  let expected = 1
  for (let d = dims.length - 1; d >= 0; d--) {
    if (dims[d] !== 1 && strides[d] !== expected) return false
    expected *= dims[d]
  }
  return true
}

const startsWith = (bytes: Uint8Array, magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte)

function notWeights(source: ByteSource, magic: Uint8Array): UserError {
  const found =
    source.size === 0
      ? 'the file is empty'
      : startsWith(magic, [0x08])
        ? 'it looks like an ONNX file'
        : magic[0] === 0x80
          ? 'it is a bare Python pickle'
          : startsWith(magic, [0x76, 0x65, 0x72, 0x73]) // the pointer file of Git LFS begins with "version"
            ? 'it is a placeholder of Git LFS, not the file itself'
            : 'it begins with something else'
  return new UserError({
    code: 'not-weights',
    message: `A PyTorch weight file (.pth, .pt) was expected, but ${found}.`,
    where: { file: source.file },
    fix: 'Choose a file that torch.save wrote.',
  })
}

/** Faults found inside a pickle as errors that name the file. */
function describe(error: unknown, file: string): unknown {
  if (error instanceof PickleRefusal) {
    return new UserError(
      {
        code: 'pickle-refused',
        message: `The file wants to load "${error.named}", which weights do not need; nothing of it was run.`,
        where: { file },
        fix: 'If you trust its source, save only the state_dict: torch.save(model.state_dict(), "weights.pth").',
      },
      { cause: error },
    )
  }
  return error instanceof PickleFault ? damaged(file, `its index holds ${error.message}`, error) : error
}
