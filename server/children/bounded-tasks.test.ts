import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { GraphBuilder } from '../../detector/onnx/graph-builder'
import { float32Tensor, int64Tensor } from '../../detector/onnx/tensor-data'
import { writeModel } from '../../detector/onnx/write-model'
import { BoundedTasks } from './bounded-tasks'

const folder = mkdtempSync(join(tmpdir(), 'bounded-'))
// Other servers on this machine have their tasks' folders elsewhere.
vi.stubEnv('TMPDIR', folder)
const all: BoundedTasks[] = []
afterAll(() => {
  for (const tasks of all) tasks.close()
  rmSync(folder, { recursive: true })
})
const start = (bounds: ConstructorParameters<typeof BoundedTasks>[0]): BoundedTasks => {
  const tasks = new BoundedTasks(bounds)
  all.push(tasks)
  return tasks
}

/** A detector of a kilobyte with a constant of so many floats, which the runtime computes while it loads. */
function folding(file: string, floats: number): { source: string; target: string; format: 'onnx'; name: string } {
  const g = new GraphBuilder('folding')
  const picture = g.input('x', 'float32', ['n', 3, 'h', 'w'])
  const row = g.op('Expand', [
    g.initializer(float32Tensor(Float32Array.of(1), [1]), 'one'),
    g.initializer(int64Tensor([floats], [1]), 'shape'),
  ])
  const sum = g.op('ReduceSum', [g.op('Mul', [row, row]), g.initializer(int64Tensor([0], [1]), 'axis')], {
    keepdims: 0,
  })
  const kernel = g.initializer(float32Tensor(new Float32Array(3).fill(0.1), [1, 3, 1, 1]), 'kernel')
  const map = g.op(
    'Sigmoid',
    [g.op('Mul', [g.op('Conv', [picture, kernel], { kernel_shape: [1, 1] }), sum])],
    {},
    { name: 'out', shape: ['n', 1, 'h', 'w'] },
  )
  g.output(map)
  const source = join(folder, file)
  writeFileSync(source, writeModel(g.toModel({ opset: 17 })))
  return { source, target: join(folder, `taken-${file}`), format: 'onnx', name: file }
}
const leftFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ocr-task-'))

it('takes an honest model in, another that takes too much memory not', async () => {
  const tasks = start({ 'import-model': { bytes: 1e9 } })
  await expect(tasks.request('import-model', folding('small.onnx', 1000))).resolves.toMatchObject({ kind: 'imported' })
  await expect(tasks.request('import-model', folding('large.onnx', 600_000_000))).rejects.toMatchObject({
    code: 'task-given-up',
    message: expect.stringContaining('1000 MB of memory'),
  })
})

it('gives up what takes too long, beside others that go on', async () => {
  const tasks = start({ check: { milliseconds: 1 } })
  const check = { path: folder, confined: true, lists: { train: join(folder, 'a'), test: join(folder, 'b') } }
  const model = tasks.request('import-model', folding('beside.onnx', 1000))
  await expect(tasks.request('check', check)).rejects.toMatchObject({
    code: 'task-given-up',
    message: expect.stringContaining('longer than'),
  })
  await expect(model).resolves.toMatchObject({ kind: 'imported' })
  tasks.close()
  await expect.poll(leftFolders).toEqual([])
  await expect(tasks.request('check', check)).rejects.toThrow('closed')
})

/** Processes of tasks by the working folder that each has for itself. */
function processes(): { pid: number; cwd: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), cwd: readlinkSync(`/proc/${name}/cwd`) }]
      } catch {
        return []
      }
    })
    .filter(({ cwd }) => cwd.startsWith(join(tmpdir(), 'ocr-task-')))
}

it.skipIf(process.platform !== 'linux')(
  'works in an empty folder; tries again what ends its process, once',
  async () => {
    const tasks = start({ 'import-model': { bytes: 4e9 } })
    const ended = new Set<number>()
    const killer = setInterval(() => {
      for (const { pid, cwd } of processes().filter(({ pid }) => !ended.has(pid))) {
        ended.add(pid)
        expect(readdirSync(cwd)).toEqual([])
        process.kill(pid, 'SIGABRT')
      }
    }, 20)
    const poison = tasks.request('import-model', folding('again.onnx', 1000))
    await expect(poison).rejects.toMatchObject({ code: 'model-ends-process' })
    clearInterval(killer)
    expect(ended.size).toBe(2)
    await expect(tasks.request('import-model', folding('again.onnx', 1000))).resolves.toMatchObject({
      kind: 'imported',
    })
  },
)
