import { describe, expect, test } from 'vitest'
import { type Feeds, openGraph } from '../../../../fixtures/network/run-graph'
import { type Tensor, TensorGraph } from '../../../onnx/tensor-graph'
import { Random, shuffled } from '../../../random'
import { batchNorm, frozenBatchNorm } from './batch-norm'
import { composeKernels } from './compose-kernels'
import { conv } from './conv'
import { deconv } from './deconv'
import { maxPool } from './max-pool'
import { add, concat, relu, split } from './pointwise'
import { type Kernels, Tape, type Variable } from './tape'
import { upsample } from './upsample'
import { upsampledConv } from './upsampled-conv'

const kernels: Kernels = { block: 0, pool: 'scatter', weightGradient: 'auto' }

interface Case {
  /** Inputs with a gradient, by name. */
  leaves: Record<string, number[]>
  build: (tape: Tape, leaves: Record<string, Variable>, constants: Record<string, Tensor>) => Variable
  /** Inputs without one. */
  constants?: Record<string, { dims: number[]; data: Float32Array }>
  values?: (name: string, dims: number[]) => Float32Array
  kernels?: Partial<Kernels>
  contrib?: boolean
  /** Difference quotient's step: wide for operators that are linear in each argument. */
  step?: number
  tolerance?: number
}

const count = (dims: readonly number[]) => dims.reduce((product, length) => product * length, 1)

function normals(dims: readonly number[], seed: number): Float32Array {
  const random = new Random(seed)
  return Float32Array.from({ length: count(dims) }, () => random.normal())
}

/** Distinct values at least 0.05 apart and away from 0, in random order: no difference quotient crosses a kink. */
function separated(dims: readonly number[], seed: number): Float32Array {
  const length = count(dims)
  return Float32Array.from(shuffled(length, new Random(seed)), (rank) => 0.05 * (rank + 0.5 - length / 2))
}

/** Compares the rule's gradients of Σ weight · output with central differences, element by element. */
async function checkRule(testCase: Case): Promise<void> {
  const { leaves: shapes, build, constants = {}, contrib = true, step = 0.25, tolerance = 2e-4 } = testCase
  const graph = new TensorGraph('rule', contrib)
  const tape = new Tape(graph, { ...kernels, ...testCase.kernels })
  const leaves = Object.fromEntries(
    Object.entries(shapes).map(([name, dims]) => [name, tape.leaf(graph.tensorInput(name, dims), true)]),
  )
  const fixed = Object.fromEntries(
    Object.entries(constants).map(([name, { dims }]) => [name, graph.tensorInput(name, dims)]),
  )
  const y = build(tape, leaves, fixed)
  const weights = graph.tensorInput('weights', y.value.shape)
  tape.contribute(y, () => weights)
  tape.backward()
  graph.output(y.value, 'y')
  for (const [name, leaf] of Object.entries(leaves)) graph.output(tape.gradientOf(leaf)!, `d_${name}`)
  const run = await openGraph(graph)

  const outputWeights = normals(y.value.shape, 99)
  const feeds: Feeds = { ...constants, weights: { dims: y.value.shape, data: outputWeights } }
  for (const [i, [name, dims]] of Object.entries(shapes).entries()) {
    feeds[name] = { dims, data: testCase.values?.(name, dims) ?? normals(dims, i + 1) }
  }
  const gradients = await run(feeds)
  const objective = async () => (await run(feeds)).y.reduce((sum, value, i) => sum + value * outputWeights[i], 0)
  for (const [i, name] of Object.keys(shapes).entries()) {
    const { data } = feeds[name]
    const gradient = gradients[`d_${name}`]
    const scale = Math.max(...gradient.map(Math.abs))
    // All elements of small tensors, a random hundred of large ones.
    const random = new Random(7, i)
    const picks = data.length <= 100 ? [...data.keys()] : Array.from({ length: 100 }, () => random.int(data.length))
    for (const at of picks) {
      const kept = data[at]
      data[at] = kept + step
      const above = data[at]
      const plus = await objective()
      data[at] = kept - step
      const below = data[at]
      const minus = await objective()
      data[at] = kept
      const quotient = (plus - minus) / (above - below)
      expect(Math.abs(gradient[at] - quotient), `d_${name}[${at}]`).toBeLessThan(tolerance * scale)
    }
  }
}

describe('convolution', () => {
  const forms: [string, Case['leaves'], 1 | 2, Partial<Kernels>?, boolean?][] = [
    ['1×1', { x: [2, 3, 4, 6], w: [5, 3, 1, 1] }, 1],
    ['1×1 stride 2', { x: [2, 3, 4, 6], w: [5, 3, 1, 1] }, 2],
    ['3×3 by batch', { x: [2, 3, 5, 6], w: [4, 3, 3, 3] }, 1, { weightGradient: 'batch' }],
    ['3×3 by batch, standard operators', { x: [2, 3, 5, 6], w: [4, 3, 3, 3] }, 1, { weightGradient: 'batch' }, false],
    ['3×3 by images', { x: [2, 3, 5, 6], w: [4, 3, 3, 3] }, 1, { weightGradient: 'image' }],
    ['3×3 as 3-D convolution', { x: [2, 3, 5, 6], w: [4, 3, 3, 3] }, 1, { weightGradient: 'conv3d' }],
    ['3×3 of many channels', { x: [1, 256, 2, 2], w: [2, 256, 3, 3] }, 1],
    ['3×3 stride 2', { x: [2, 3, 6, 8], w: [4, 3, 3, 3] }, 2],
    ['7×7 stride 2', { x: [2, 3, 8, 10], w: [4, 3, 7, 7] }, 2],
  ]
  test.each(forms)('%s', async (_, leaves, stride, forced = {}, contrib = true) => {
    await checkRule({ leaves, kernels: forced, contrib, build: (tape, { x, w }) => conv(tape, x, w, stride) })
  })
})

describe('shortcuts', () => {
  test('convolution of an upsampled map', () =>
    checkRule({ leaves: { x: [2, 3, 3, 4], w: [5, 3, 3, 3] }, build: (tape, { x, w }) => upsampledConv(tape, x, w) }))

  test('the kernel of two convolutions', () =>
    checkRule({
      leaves: { outer: [4, 5, 3, 3], inner: [5, 3, 1, 1] },
      build: (tape, { outer, inner }) => composeKernels(tape, outer, inner),
    }))

  test('they compute what the plain operators do, borders included', async () => {
    const graph = new TensorGraph('shortcuts', true)
    const tape = new Tape(graph, kernels)
    const shapes = { x: [2, 6, 3, 4], fine: [2, 2, 6, 8], outer: [5, 6, 3, 3], inner: [6, 2, 1, 1] }
    const leaf = (name: keyof typeof shapes) => tape.leaf(graph.tensorInput(name, shapes[name]), true)
    const [x, fine, outer, inner] = [leaf('x'), leaf('fine'), leaf('outer'), leaf('inner')]
    const plain = conv(tape, add(tape, upsample(tape, x, 2), conv(tape, fine, inner)), outer)
    const short = add(tape, upsampledConv(tape, x, outer), conv(tape, fine, composeKernels(tape, outer, inner)))
    graph.output(plain.value, 'plain')
    graph.output(short.value, 'short')
    const feeds = Object.entries(shapes).map(([name, dims], i) => [name, { dims, data: normals(dims, i) }])
    const results = await (await openGraph(graph))(Object.fromEntries(feeds))
    const differences = results.plain.map((value, i) => Math.abs(value - results.short[i]))
    expect(Math.max(...differences)).toBeLessThan(1e-4)
  })
})

describe('pointwise', () => {
  test('relu', () =>
    checkRule({
      leaves: { x: [2, 3, 4, 5] },
      values: (_, dims) => separated(dims, 3),
      step: 0.01,
      build: (tape, { x }) => relu(tape, x),
    }))

  test('add, and a variable used twice', () =>
    checkRule({ leaves: { a: [2, 3], b: [2, 3] }, build: (tape, { a, b }) => add(tape, add(tape, a, b), a) }))

  test('concat and split of channels', () =>
    checkRule({
      leaves: { a: [2, 3, 2, 2], b: [2, 5, 2, 2] },
      build: (tape, { a, b }) => {
        const [first, second] = split(tape, concat(tape, [a, b], 1), 1, [4, 4])
        return add(tape, relu(tape, first), second)
      },
      values: (_, dims) => separated(dims, 3),
      step: 0.01,
    }))
})

describe('resampling', () => {
  test.each(['scatter', 'phase'] as const)('max pooling by %s', (pool) =>
    checkRule({
      leaves: { x: [2, 2, 6, 8] },
      values: (_, dims) => separated(dims, 5),
      step: 0.01,
      kernels: { pool },
      build: (tape, { x }) => maxPool(tape, x),
    }),
  )

  test.each([2, 4, 8])('nearest upsampling by %i', (factor) =>
    checkRule({ leaves: { x: [2, 3, 2, 3] }, build: (tape, { x }) => upsample(tape, x, factor) }),
  )

  test.each([3, 1])('transposed convolution to %i channels', (out) =>
    checkRule({
      leaves: { x: [2, 4, 3, 5], w: [4, out, 2, 2], b: [out] },
      build: (tape, { x, w, b }) => deconv(tape, x, w, b),
    }),
  )
})

describe('batch normalisation', () => {
  const statistics = {
    mean: { dims: [3], data: Float32Array.of(0.1, -0.2, 0.3) },
    variance: { dims: [3], data: Float32Array.of(0.5, 1, 2) },
  }
  const leaves = { x: [2, 3, 4, 5], w: [3], b: [3] }

  test.each([true, false])('by the batch (contrib %s)', (contrib) =>
    checkRule({
      leaves,
      constants: statistics,
      contrib,
      step: 0.02,
      tolerance: 2e-3,
      build: (tape, { x, w, b }, { mean, variance }) =>
        batchNorm(tape, x, { weight: w, bias: b, runningMean: mean, runningVar: variance }).y,
    }),
  )

  test('by running statistics', () =>
    checkRule({
      leaves,
      constants: statistics,
      build: (tape, { x, w, b }, { mean, variance }) =>
        frozenBatchNorm(tape, x, { weight: w, bias: b, runningMean: mean, runningVar: variance }),
    }))
})

test('nothing is derived for frozen leaves and what comes before them', () => {
  const graph = new TensorGraph('frozen', true)
  const tape = new Tape(graph, kernels)
  const x = tape.leaf(graph.tensorInput('x', [1, 2, 4, 4]), false)
  const frozen = tape.leaf(graph.tensorInput('w1', [2, 2, 3, 3]), false)
  const free = tape.leaf(graph.tensorInput('w2', [2, 2, 1, 1]), true)
  const inner = relu(tape, conv(tape, x, frozen))
  const y = conv(tape, inner, free)
  const before = graph.nodes.length
  tape.contribute(y, () => graph.tensorInput('dy', [1, 2, 4, 4]))
  tape.backward()
  expect(inner.needsGradient).toBe(false)
  expect(tape.gradientOf(frozen)).toBeUndefined()
  expect(tape.gradientOf(free)).toBeDefined()
  expect(graph.nodes.slice(before).map((node) => node.opType)).not.toContain('Conv')
})
