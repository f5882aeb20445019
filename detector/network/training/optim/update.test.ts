import { expect, test } from 'vitest'
import { openGraph } from '../../../../fixtures/network/run-graph'
import fixture from '../../../../fixtures/network/training-step.json'
import { TensorGraph } from '../../../onnx/tensor-graph'
import type { StepOptions } from '../../types'
import { clipFactor, gradientNorm } from './gradient-norm'
import { adamScalars, adamwUpdate, decays, sgdUpdate } from './update'

const dims = [2, 1, 1, 3]

async function openUpdate(options: StepOptions) {
  const graph = new TensorGraph('update', true)
  const input = (name: string, shape: number[] = dims) => graph.tensorInput(name, shape)
  const [weight, gradient] = [input('weight'), input('gradient')]
  const clipped =
    options.clipNorm > 0
      ? graph.mul(gradient, clipFactor(graph, gradientNorm(graph, [gradient]), options.clipNorm))
      : gradient
  const scalar = (name: string) => input(name, [])
  const moved =
    options.optimizer === 'sgd'
      ? sgdUpdate(graph, options, options.weightDecay, weight, clipped, input('first'), scalar('lr'))
      : adamwUpdate(graph, options.weightDecay > 0, weight, clipped, [input('first'), input('second')], {
          keep: scalar('keep'),
          stepSize: scalar('stepSize'),
          correction: scalar('correction'),
        })
  graph.output(moved.weight, 'newWeight')
  for (const [i, slot] of moved.slots.entries()) graph.output(slot, ['newFirst', 'newSecond'][i])
  const names = new Set(graph.inputs.map(({ name }) => name))
  const run = await openGraph(graph)
  return async (feeds: Record<string, Float32Array>) =>
    run(
      Object.fromEntries(
        Object.entries(feeds)
          .filter(([name]) => names.has(name))
          .map(([name, data]) => [name, { data, dims: data.length === 6 ? dims : [] }]),
      ),
    )
}

const cases = fixture.optimisers.map(
  (item) =>
    [
      `${item.options.optimizer} nesterov ${item.options.nesterov} decay ${item.options.weightDecay} clip ${item.options.clipNorm}`,
      item,
    ] as const,
)

test.each(cases)('five steps as in PyTorch: %s', async (_, { options, lr, weights }) => {
  const step = await openUpdate(options as StepOptions)
  let weight = Float32Array.of(0.5, -0.25, 1.5, 2, -1, 0.125)
  let first = new Float32Array(6)
  let second = new Float32Array(6)
  for (const [i, expected] of weights.entries()) {
    const gradient = Float32Array.from({ length: 6 }, (_, at) => Math.sin(at * (i + 1) + 0.5))
    const scalars = Object.entries({ lr, ...adamScalars(lr, options.weightDecay, i + 1) })
    const result = await step({
      weight,
      gradient,
      first,
      second,
      ...Object.fromEntries(scalars.map(([name, value]) => [name, Float32Array.of(value)])),
    })
    weight = result.newWeight as Float32Array<ArrayBuffer>
    first = result.newFirst as Float32Array<ArrayBuffer>
    second = (result.newSecond ?? second) as Float32Array<ArrayBuffer>
    expected.forEach((value, at) => {
      expect(Math.abs(weight[at] - value)).toBeLessThan(2e-6)
    })
  }
})

test('decay reaches kernels only, unless asked for all', () => {
  const options = { weightDecay: 1e-4, decay: 'conv' } as StepOptions
  const kernel = { name: 'k', dims: [4, 4, 3, 3], role: 'conv' as const }
  const shift = { name: 's', dims: [4], role: 'bn-bias' as const }
  expect([decays(kernel, options), decays(shift, options)]).toEqual([true, false])
  expect(decays(shift, { ...options, decay: 'all' })).toBe(true)
  expect(decays(kernel, { ...options, weightDecay: 0 })).toBe(false)
})
