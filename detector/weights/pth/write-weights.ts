import { UserError } from '../../errors'
import { writeFileAtomic } from '../../files/atomic-write'
import type { TensorDict } from '../../network/types'
import { toHalves } from './element-types'
import { PickleWriter } from './pickle-writer'
import { storeZip } from './store-zip'

export interface WriteWeightsOptions {
  /** 16-bit floats: half the size, about three decimals. Running statistics stay in 32 bits. */
  half?: boolean
  /** Put before every name; `model.module.` is what ModelScope's trainer writes. */
  prefix?: string
}

const EMPTY_TUPLE = 0x29
const BINPERSID = 0x51
const SETITEMS = 0x75

/**
 * Writes a state dict as `torch.save` does, in a form that `torch.load(weights_only=True)` accepts: the zip container
 * with an ordered dictionary of tensors. Counters (`num_batches_tracked`) become 64-bit whole numbers. The same tensors
 * give the same bytes. The file appears only when it is complete.
 *
 * @throws UserError `weights-not-finite`, `half-overflow`, `disk-full`, `write-refused`, `folder-missing`
 */
export async function writeWeights(
  path: string,
  tensors: TensorDict,
  options: WriteWeightsOptions = {},
): Promise<void> {
  await writeFileAtomic(path, packWeights(path, tensors, options))
}

function packWeights(
  path: string,
  tensors: TensorDict,
  { half = false, prefix = '' }: WriteWeightsOptions,
): Uint8Array[] {
  const pickle = new PickleWriter()
  pickle.global('collections', 'OrderedDict')
  pickle.raw(EMPTY_TUPLE)
  pickle.reduce()
  pickle.mark()
  const storages: Uint8Array[] = []
  for (const [name, { dims, data }] of tensors) {
    const count = dims.reduce((product, dim) => product * dim, 1)
    if (count !== data.length)
      throw new RangeError(`${name}: ${data.length} elements for the shape [${dims.join(', ')}]`)
    if (!data.every(Number.isFinite)) {
      throw new UserError({
        code: 'weights-not-finite',
        message: `"${name}" holds NaN or infinity and is not saved.`,
        where: { file: path },
      })
    }
    const counter = name.endsWith('num_batches_tracked')
    // Running variances pass 65504, the largest 16-bit float, in healthy networks too; statistics are small, so they stay.
    const halved = half && !/\.running_(?:mean|var)$/.test(name)
    const kind = counter ? 'LongStorage' : halved ? 'HalfStorage' : 'FloatStorage'
    pickle.text(prefix + name)
    pickleTensor(pickle, kind, String(storages.length), dims, count)
    storages.push(counter ? longBytes(data) : halved ? halfBytes(data, name, path) : floatBytes(data))
  }
  pickle.raw(SETITEMS)
  return storeZip(
    [
      { name: 'data.pkl', content: pickle.finish() },
      { name: 'byteorder', content: Buffer.from('little') },
      ...storages.map((content, i) => ({ name: `data/${i}`, content })),
      { name: 'version', content: Buffer.from('3\n') },
    ].map(({ name, content }) => ({ name: `archive/${name}`, content })),
  )
}

/** torch._utils._rebuild_tensor_v2(storage, offset 0, shape, strides, requires_grad False, no hooks). */
function pickleTensor(pickle: PickleWriter, kind: string, key: string, dims: readonly number[], count: number): void {
  pickle.global('torch._utils', '_rebuild_tensor_v2')
  pickle.mark()
  pickle.mark()
  pickle.text('storage')
  pickle.global('torch', kind)
  pickle.text(key)
  pickle.text('cpu')
  pickle.integer(count)
  pickle.tuple()
  pickle.raw(BINPERSID)
  pickle.integer(0)
  pickle.integers(dims)
  pickle.integers(dims.map((_, i) => dims.slice(i + 1).reduce((product, dim) => product * dim, 1)))
  pickle.boolean(false)
  pickle.global('collections', 'OrderedDict')
  pickle.raw(EMPTY_TUPLE)
  pickle.reduce()
  pickle.tuple()
  pickle.reduce()
}

function floatBytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function longBytes(data: Float32Array): Uint8Array {
  return new Uint8Array(BigInt64Array.from(data, (value) => BigInt(Math.round(value))).buffer)
}

function halfBytes(data: Float32Array, name: string, file: string): Uint8Array {
  const halves = toHalves(data)
  if (halves.some((bits) => (bits & 0x7fff) === 0x7c00)) {
    throw new UserError({
      code: 'half-overflow',
      message: `"${name}" holds values beyond 65504, the largest 16-bit float.`,
      where: { file },
      fix: 'Save it in 32 bits.',
    })
  }
  return new Uint8Array(halves.buffer)
}
