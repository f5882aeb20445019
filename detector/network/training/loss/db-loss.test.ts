import { describe, expect, test } from 'vitest'
import vector from '../../../../fixtures/network/loss-vector.json'
import { openGraph } from '../../../../fixtures/network/run-graph'
import { TensorGraph } from '../../../onnx/tensor-graph'
import { dbLoss } from './db-loss'

const dims = [2, 1, 8, 8]
const plane = (value: (n: number, y: number, x: number, i: number) => number) =>
  Float32Array.from({ length: 128 }, (_, i) => value(Math.floor(i / 64), Math.floor((i % 64) / 8), i % 8, i))
const logit = (p: number) => Math.log(p / (1 - p))

const prob = (i: number) => 0.5 + 0.45 * Math.sin(0.37 * i + 0.2)
const thresh = (i: number) => 0.5 + 0.2 * Math.cos(0.53 * i)
const inputs = {
  p: plane((_n, _y, _x, i) => logit(prob(i))),
  t: plane((_n, _y, _x, i) => logit(thresh(i))),
  thresh_map: plane((_n, _y, _x, i) => 0.3 + 0.4 * Math.abs(Math.sin(0.29 * i))),
  gt: plane((n, y, x) =>
    Number((n === 0 && y >= 2 && y <= 4 && x >= 1 && x <= 5) || (n === 1 && y >= 3 && y <= 5 && x >= 2 && x <= 3)),
  ),
  mask: plane((n, y, x) => Number(!((n === 0 && y >= 6 && x >= 5) || (n === 1 && y === 0)))),
  thresh_mask: plane((n, y, x) =>
    Number((n === 0 && y >= 1 && y <= 5 && x <= 6) || (n === 1 && y >= 2 && y <= 6 && x >= 1 && x <= 4)),
  ),
}

async function evaluate(changes: Partial<typeof inputs> = {}) {
  const graph = new TensorGraph('loss', true)
  const input = (name: string) => graph.tensorInput(name, dims)
  const nodes = dbLoss(graph, input('p'), input('t'), {
    gt: input('gt'),
    mask: input('mask'),
    threshMap: input('thresh_map'),
    threshMask: input('thresh_mask'),
  })
  for (const [name, tensor] of Object.entries(nodes)) graph.output(tensor, name)
  const values = Object.entries({ ...inputs, ...changes }).map(([name, data]) => [name, { dims, data }])
  return (await openGraph(graph))(Object.fromEntries(values))
}

describe('loss-vector.json', () => {
  test('the losses', async () => {
    const { loss, prob, binary, thresh } = await evaluate()
    expect(prob[0]).toBeCloseTo(vector.mhliao.bce, 6)
    expect(thresh[0]).toBeCloseTo(vector.mhliao.l1, 6)
    expect(binary[0]).toBeCloseTo(vector.mhliao.dice, 6)
    expect(loss[0]).toBeCloseTo(vector.mhliao.total_dice_plus_10l1_plus_5bce, 5)
  })

  test('the gradients, through the sigmoids', async () => {
    const { dProbability, dThreshold } = await evaluate()
    const along = (gradient: Float32Array, s: (i: number) => number) =>
      Float64Array.from(gradient, (d, i) => d / (s(i) * (1 - s(i))))
    const dp = along(dProbability, prob)
    const dt = along(dThreshold, thresh)
    const reference = vector.grad_mhliao_total
    const sum = (values: Float64Array) => values.reduce((total, value) => total + Math.abs(value), 0)
    expect(sum(dp)).toBeCloseTo(reference.abs_sum_dprob, 4)
    expect(sum(dt)).toBeCloseTo(reference.abs_sum_dthresh, 4)
    for (const [values, samples] of [
      [dp, reference.dprob],
      [dt, reference.dthresh],
    ] as const) {
      for (const [at, value] of Object.entries(samples)) {
        const [n, y, x] = at.split(',').map(Number)
        expect(values[n * 64 + y * 8 + x]).toBeCloseTo(value, 6)
      }
    }
  })

  test('without text the loss is 1 and moves nothing but the binary map', async () => {
    const none = new Float32Array(128)
    const { loss, prob, binary, thresh } = await evaluate({ gt: none, thresh_mask: none })
    expect([loss[0], prob[0], binary[0], thresh[0]]).toEqual([1, 0, 1, 0])
  })
})

test('a saturated sigmoid keeps its gradient, and its entropy stops at 100 as in PyTorch', async () => {
  const { prob, dProbability } = await evaluate({ p: inputs.p.map((_, i) => (inputs.gt[i] ? -200 : -20)) })
  // 21 positives of entropy 100, 63 negatives of nearly none.
  expect(prob[0]).toBeCloseTo((21 * 100) / 84, 4)
  const positive = inputs.gt.findIndex((value, i) => value * inputs.mask[i] > 0)
  expect(dProbability[positive]).toBeCloseTo(-5 / 84, 6)
})
