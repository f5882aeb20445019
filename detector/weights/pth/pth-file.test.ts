import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { TensorRef } from './pickle-values'
import { openPth } from './pth-file'
import { storeZip } from './store-zip'

const fixture = (name: string): string => join(import.meta.dirname, '../../../fixtures/pth', name)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pth-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(['zip', 'legacy'])('tensors that PyTorch wrote, %s container', (container) => {
  it('come back with every element type and every kind of view', async () => {
    const expected = JSON.parse(await readFile(fixture('kinds.json'), 'utf8')) as Record<
      string,
      { dims: number[]; values: number[] }
    >
    const file = await openPth(fixture(`kinds_${container}.pth`))
    expect(file.container).toBe(container)
    const root = file.root as Map<string, TensorRef>
    expect([...root.keys()]).toEqual(Object.keys(expected))
    for (const [name, tensor] of root) {
      expect(tensor.dims, name).toEqual(expected[name].dims)
      expect(Array.from(await file.readTensor(tensor)), name).toEqual(expected[name].values.map(Math.fround))
    }
    await file.close()
  })
})

describe('a file that does not end where it should', () => {
  it.each(['kinds_zip.pth', 'kinds_legacy.pth'])('%s is refused at every length, with its name', async (name) => {
    const whole = await readFile(fixture(name))
    const cut = join(folder, name)
    await writeFile(cut, whole)
    // From the end, so that one file can be cut again and again.
    for (let length = whole.length - 1; length >= 0; length -= length > 40 ? 37 : 1) {
      await truncate(cut, length)
      await expect(openAll(cut), `${length} bytes`).rejects.toMatchObject({ name: 'UserError', where: { file: cut } })
    }
  })

  it('stays a clear error when single bytes are changed', async () => {
    const whole = await readFile(fixture('kinds_zip.pth'))
    const broken = join(folder, 'broken.pth')
    for (let at = 0; at < 1500; at += 3) {
      const bytes = Buffer.from(whole)
      bytes[at] ^= 0x55
      await writeFile(broken, bytes)
      const error = await openAll(broken).then(
        () => undefined,
        (e: Error) => e,
      )
      if (error) expect(error.name, `byte ${at}: ${error.stack}`).toBe('UserError')
    }
  })
})

async function openAll(path: string): Promise<void> {
  const file = await openPth(path)
  try {
    for (const value of (file.root as Map<string, unknown>).values()) {
      if (value instanceof TensorRef) await file.readTensor(value)
    }
  } finally {
    await file.close()
  }
}

describe('a pickle with other intentions', () => {
  const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')]
  const short = (text: string): number[] => [0x8c, text.length, ...ascii(text)]

  async function open(pickle: number[], data: number[] = []): Promise<unknown> {
    const path = join(folder, 'hostile.pth')
    const parts = [
      { name: 'a/data.pkl', content: Uint8Array.from(pickle) },
      { name: 'a/data/0', content: Uint8Array.from(data) },
    ]
    await writeFile(path, Buffer.concat(storeZip(parts)))
    return await openAll(path)
  }

  it.each([
    ['a call by GLOBAL and REDUCE', [...ascii("cos\nsystem\n(S'id'\ntR.")], 'os.system'],
    [
      'STACK_GLOBAL',
      [0x80, 4, ...short('builtins'), ...short('eval'), 0x93, ...short('1'), 0x85, 0x52, 0x2e],
      'builtins.eval',
    ],
    ['INST', [...ascii("(S'id'\nios\nsystem\n.")], undefined],
    ['INST with a readable argument', [0x28, ...short('id'), ...ascii('iposix\nsystem\n.')], 'posix.system'],
    [
      'nested inside a dictionary',
      [0x80, 2, 0x7d, ...short('w'), ...ascii('ctorch\nload\n'), 0x29, 0x52, 0x73, 0x2e],
      'torch.load',
    ],
    ['getattr', [0x80, 2, ...ascii('c__builtin__\ngetattr\n'), 0x2e], '__builtin__.getattr'],
    [
      'a list name with another module',
      [0x80, 2, ...ascii('cevil.torch\nFloatStorage\n'), 0x2e],
      'evil.torch.FloatStorage',
    ],
  ])('%s is refused by its name', async (_, pickle, named) => {
    const expected = named ? { code: 'pickle-refused', message: expect.stringContaining(`"${named}"`) } : {}
    await expect(open(pickle)).rejects.toMatchObject({ name: 'UserError', ...expected })
  })

  it('is refused by its name without a container, too', async () => {
    const path = join(folder, 'bare.pth')
    await writeFile(path, Uint8Array.from([0x80, 4, ...short('posix'), ...short('system'), 0x93, 0x2e]))
    await expect(openPth(path)).rejects.toMatchObject({
      code: 'pickle-refused',
      message: expect.stringContaining('"posix.system"'),
      where: { file: path },
    })
    await writeFile(path, Uint8Array.from([0x80, 4, 0x7d, 0x2e]))
    await expect(openPth(path)).rejects.toMatchObject({ code: 'not-weights' })
  })

  it('cannot name an extension, nor call what is no name', async () => {
    await expect(open([0x80, 2, 0x82, 1, 0x2e])).rejects.toMatchObject({ code: 'weights-damaged' })
    await expect(open([0x80, 2, 0x7d, 0x29, 0x52, 0x2e])).rejects.toMatchObject({ code: 'weights-damaged' })
  })

  it('cannot claim more than the file holds', async () => {
    const tensor = (length: number[], dims: number[], strides: number[]): number[] => [
      ...[0x80, 2, 0x7d, ...short('w')],
      ...ascii('ctorch._utils\n_rebuild_tensor_v2\n'),
      ...[0x28, 0x28, ...short('storage'), ...ascii('ctorch\nFloatStorage\n'), ...short('0'), ...short('cpu')],
      ...[...length, 0x74, 0x51, 0x4b, 0, ...dims, ...strides, 0x89, 0x7d, 0x74, 0x52, 0x73, 0x2e],
    ]
    const huge = [0x8a, 6, 0, 0, 0, 0, 0, 16]
    const one = [0x4b, 1]
    // A storage of 2^44 elements in a file of a kilobyte.
    await expect(open(tensor(huge, [...huge, 0x85], [...one, 0x85]))).rejects.toMatchObject({ code: 'weights-damaged' })
    // A view of 2^44 elements on one real element.
    const flat = tensor(one, [...huge, 0x85], [0x4b, 0, 0x85])
    await expect(open(flat, [0, 0, 128, 63])).rejects.toMatchObject({ code: 'weights-damaged' })
    // A shape that reaches beyond its storage, and a negative one.
    await expect(open(tensor(one, [0x4b, 9, 0x85], [...one, 0x85]), [0, 0, 128, 63])).rejects.toMatchObject({
      code: 'weights-damaged',
    })
    const minusOne = [0x4a, 255, 255, 255, 255]
    await expect(open(tensor(one, [...minusOne, 0x85], [...one, 0x85]))).rejects.toMatchObject({
      code: 'weights-damaged',
    })
    // The same tensor with honest figures can be read.
    await expect(open(tensor(one, [...one, 0x85], [...one, 0x85]), [0, 0, 128, 63])).resolves.toBeUndefined()
  })

  it('cannot loop or grow for ever: self-reference and deep nesting end', async () => {
    await expect(open([0x80, 2, 0x7d, 0x71, 0, ...short('me'), 0x68, 0, 0x73, 0x2e])).resolves.toBeUndefined()
    const nested = [0x80, 2, 0x7d, ...short('x'), ...new Array<number>(200_000).fill(0x5d), 0x2e]
    await expect(open(nested)).resolves.toBeUndefined()
    const marks = [0x80, 2, ...new Array<number>(200_000).fill(0x28), 0x2e]
    await expect(open(marks)).rejects.toMatchObject({ code: 'weights-damaged' })
  })
})

describe('a small file that unpacks to much', () => {
  /** `tensors` views of one packed part of so many zeros. */
  async function packed(pickle: Uint8Array, zeros: number): Promise<string> {
    const zip = new ZipFile()
    zip.addBuffer(Buffer.from(pickle), 'a/data.pkl')
    zip.addBuffer(Buffer.alloc(zeros), 'a/data/0')
    zip.end()
    const path = join(folder, 'packed.pth')
    await pipeline(zip.outputStream, createWriteStream(path))
    return path
  }

  it('has each tensor copied out of the part that they share', async () => {
    const pickle = oneStorage(Array.from({ length: 40 }, (_, i) => `w${i}`))
    const file = await openPth(await packed(pickle, 16 << 20))
    const root = file.root as Map<string, TensorRef>
    expect(root.size).toBe(40)
    for (const tensor of root.values()) {
      const values = await file.readTensor(tensor)
      expect(values.buffer.byteLength).toBe(values.byteLength)
    }
    await file.close()
  })

  it('has the values of its index counted', async () => {
    const empty = Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(3_000_000, 0x7d), Buffer.from([0x2e])])
    await expect(openPth(await packed(empty, 1))).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('values'),
    })
  })
})

/** A dictionary of names, each a view of the first float of one storage of 4 Mi floats. */
function oneStorage(names: string[]): Uint8Array {
  const text = (value: string): number[] => [0x8c, value.length, ...Buffer.from(value)]
  const global = (value: string): number[] => [...Buffer.from(`c${value}\n`)]
  const items = names.flatMap((name) => [
    ...text(name),
    ...global('torch._utils\n_rebuild_tensor_v2'),
    ...[0x28, 0x28, ...text('storage'), ...global('torch\nFloatStorage'), ...text('0'), ...text('cpu')],
    ...[0x8a, 4, 0, 0, 0x40, 0, 0x74, 0x51, 0x4b, 0, 0x4b, 1, 0x85, 0x4b, 1, 0x85, 0x89, 0x7d, 0x74, 0x52],
  ])
  return Uint8Array.from([0x80, 2, 0x7d, 0x28, ...items, 0x75, 0x2e])
}

describe('a file that is no weight file', () => {
  it.each([
    ['empty', Buffer.alloc(0), 'the file is empty'],
    ['ONNX', Buffer.from([8, 8, 18, 4]), 'ONNX'],
    ['Git LFS', Buffer.from('version https://git-lfs\n'), 'Git LFS'],
    ['text', Buffer.from('hello'), 'something else'],
  ])('%s is told apart', async (_, content, words) => {
    const path = join(folder, 'other')
    await writeFile(path, content)
    await expect(openPth(path)).rejects.toMatchObject({ code: 'not-weights', message: expect.stringContaining(words) })
  })

  it('missing and folder are told apart', async () => {
    await expect(openPth(join(folder, 'absent.pth'))).rejects.toMatchObject({ code: 'file-missing' })
    await expect(openPth(folder)).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  it('a zip without weights says so', async () => {
    const path = join(folder, 'pictures.zip')
    await writeFile(path, Buffer.concat(storeZip([{ name: 'a.jpg', content: Buffer.from('x') }])))
    await expect(openPth(path)).rejects.toMatchObject({ code: 'not-weights' })
  })
})
