import { expect, test } from 'vitest'
import { type Feeds, openGraph } from '../../../fixtures/network/run-graph'
import { conv } from '../../network/training/autodiff/conv'
import { type Kernels, Tape } from '../../network/training/autodiff/tape'
import { TensorGraph } from '../../onnx/tensor-graph'
import { Random } from '../../random'
import { blockSize } from './block-size'

const shapes = { x: [2, 32, 6, 10], w: [48, 32, 3, 3], stem: [16, 3, 7, 7], image: [1, 3, 8, 12] }

async function run(block: Kernels['block']) {
  const graph = new TensorGraph('blocks', true)
  const tape = new Tape(graph, { block, pool: 'scatter', weightGradient: 'auto' })
  const leaf = (name: keyof typeof shapes) => tape.leaf(graph.tensorInput(name, shapes[name]), true)
  const [x, w, stem, image] = [leaf('x'), leaf('w'), leaf('stem'), leaf('image')]
  const outputs = [conv(tape, x, w), conv(tape, x, w, 2), conv(tape, image, stem, 2)]
  outputs.forEach((output, i) => {
    const dy = graph.tensorInput(`dy${i}`, output.value.shape)
    tape.contribute(output, () => dy)
    graph.output(output.value, `y${i}`)
  })
  tape.backward()
  for (const [name, variable] of Object.entries({ x, w, stem })) graph.output(tape.gradientOf(variable)!, `d_${name}`)
  const feeds: Feeds = {}
  for (const [i, { name, shape }] of graph.inputs.entries()) {
    const dims = shape as number[]
    const random = new Random(i)
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random.normal())
    feeds[name] = { dims, data }
  }
  return (await openGraph(graph))(feeds)
}

test('the blocked layout computes what the standard operators do', async (context) => {
  const block = await blockSize()
  if (!block) return context.skip()
  const [plain, blocked] = [await run(0), await run(block)]
  for (const [name, values] of Object.entries(plain)) {
    const largest = Math.max(...values.map(Math.abs))
    const difference = Math.max(...values.map((value, i) => Math.abs(value - blocked[name][i])))
    expect(difference / largest, name).toBeLessThan(1e-5)
  }
})
