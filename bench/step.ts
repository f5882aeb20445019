/**
 * The training step against PyTorch on the same cores, both in turn, so that what else the machine does hits both.
 *
 *     npx tsx bench/step.ts [--threads 2] [--steps 5] [--torch no] [--python PYTHON with torch]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { TensorGraph } from '../detector/onnx/tensor-graph'
import { writeModel } from '../detector/onnx/write-model'
import { networkWork } from './network-work'
import { BenchTable, type Cell, digits } from './report'

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '5' },
    torch: { type: 'string', default: 'yes' },
    python: { type: 'string', default: '/usr/bin/python3' },
    shapes: { type: 'string', default: '4x640,8x320' },
  },
})
const threads = Number(values.threads)
const steps = Number(values.steps)

class Stepper {
  private readonly lines: AsyncIterator<string>

  constructor(
    private readonly child: ChildProcess,
    readonly times: number[] = [],
    readonly processor: number[] = [],
  ) {
    this.lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  }

  async step(count: boolean): Promise<void> {
    const [ms, processor] = await this.ask('step')
    if (!count) return
    this.times.push(ms)
    this.processor.push(processor)
  }

  /** Peak resident memory in MB; the process ends. */
  async end(): Promise<number> {
    return (await this.ask('end'))[0]
  }

  private async ask(word: string): Promise<number[]> {
    this.child.stdin!.write(`${word}\n`)
    const { value, done } = await this.lines.next()
    if (done) throw new Error(`A stepping process ended early (exit code ${this.child.exitCode})`)
    return value.split(' ').map(Number)
  }
}

const start = (command: string, args: string[]) =>
  new Stepper(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]

async function matmulPeak(): Promise<number> {
  const n = 2048
  const graph = new TensorGraph('peak', false)
  graph.output(graph.matmul(graph.tensorInput('a', [n, n]), graph.tensorInput('b', [n, n])), 'c')
  const bytes = writeModel(graph.toModel({ opset: TensorGraph.opset }))
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: threads })
  const a = new Tensor('float32', new Float32Array(n * n).fill(0.5), [n, n])
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 12; i++) {
    const before = performance.now()
    await session.run({ a, b: a })
    best = Math.min(best, performance.now() - before)
  }
  await session.release()
  return (2 * n ** 3) / best / 1e6
}

const ours = ['onnxruntime ms', 'GFLOP/s', '% of the MatMul peak', 'onnxruntime MB']
const theirs = ['PyTorch ms', 'ratio', 'ratio of processor time', 'PyTorch MB']
const table = new BenchTable('step', ['batch', ...ours, ...theirs])
const peakBefore = await matmulPeak()
for (const shape of values.shapes.split(',')) {
  const [batch, size] = shape.split('x').map(Number)
  const args = [String(batch), String(size), String(threads)]
  const engine = start(process.execPath, ['--import', 'tsx', 'bench/step_engine.ts', ...args])
  const torch = values.torch === 'yes' ? start(values.python, ['bench/step_torch.py', ...args]) : undefined
  for (let i = 0; i < steps + 2; i++) {
    await engine.step(i > 1)
    await torch?.step(i > 1)
  }
  const ms = median(engine.times)
  // What the convolutions of the definition cost: forward, input gradient (not of the image), weight gradient.
  const { total, stem } = networkWork(batch, size, size)
  const gflops = ((3 * total - stem) * 2) / ms / 1e6
  const own = [ms, gflops, (100 * gflops) / peakBefore, await engine.end()].map((value) => digits(value, 0))
  table.row(`${batch}×${size}²`, ...own, ...(torch ? await beside(engine, torch) : theirs.map(() => '–')))
}
const peak = `MatMul peak ${peakBefore.toFixed(0)} GFLOP/s`
await table.save(`${threads} threads, medians of ${steps} steps after two that do not count; ${peak}`)

async function beside(engine: Stepper, torch: Stepper): Promise<Cell[]> {
  const ms = median(torch.times)
  // The second is what a busy machine leaves comparable: time on the processors instead of on the clock.
  const ratios = [ms / median(engine.times), median(torch.processor) / median(engine.processor)]
  return [digits(ms, 0), ...ratios.map((ratio) => digits(ratio, 2)), digits(await torch.end(), 0)]
}
