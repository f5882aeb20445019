import { expect, test } from 'vitest'
import { openGraph } from '../../../../fixtures/network/run-graph'
import { TensorGraph } from '../../../onnx/tensor-graph'
import { Random } from '../../../random'
import { hardNegativeWeights } from './hard-negatives'

const size = 400

async function openMining() {
  const graph = new TensorGraph('mining', true)
  const losses = graph.tensorInput('losses', [size])
  const { weights, count } = hardNegativeWeights(
    graph,
    losses,
    graph.tensorInput('negatives', [size]),
    graph.tensorInput('positives', []),
  )
  graph.output(weights, 'weights')
  graph.output(count, 'count')
  const run = await openGraph(graph)
  return (losses: Float32Array, negatives: Float32Array, positives: number) =>
    run({
      losses: { dims: [size], data: losses },
      negatives: { dims: [size], data: negatives },
      positives: { dims: [], data: Float32Array.of(positives) },
    })
}

const random = new Random(11)
const negatives = Float32Array.from({ length: size }, () => Number(random.chance(0.8)))
const available = negatives.reduce((sum, value) => sum + value, 0)
const cases: [string, (i: number) => number][] = [
  ['spread losses', () => random.next() * 5],
  ['a few hard ones among many that are sure', (i) => (i % 40 === 0 ? 1 + random.next() : 1e-12 * random.next())],
  ['losses of all magnitudes', () => 10 ** random.range(-9, 2)],
  ['ties', () => Math.floor(random.next() * 4)],
  ['equal losses', () => 0.25],
]

test.each(cases)('%s: the sum over the chosen is that of sorting', async (_, draw) => {
  const mine = await openMining()
  const losses = Float32Array.from({ length: size }, (_, i) => draw(i))
  const sorted = [...losses].filter((_, i) => negatives[i]).sort((a, b) => b - a)
  for (const positives of [0, 1, 17, 60, 100, 399]) {
    const wanted = Math.min(3 * positives, available)
    const { weights, count } = await mine(losses, negatives, positives)
    const sum = weights.reduce((total, weight, i) => total + weight * losses[i], 0)
    const expected = sorted.slice(0, wanted).reduce((total, loss) => total + loss, 0)
    expect(Math.abs(sum - expected)).toBeLessThan(1e-5 * expected + 1e-6)
    expect(count[0]).toBe(positives + wanted)
    expect(weights.every((weight, i) => weight >= 0 && weight <= negatives[i])).toBe(true)
    expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(wanted, 2)
  }
})
