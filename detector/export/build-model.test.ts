import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { initialWeights } from '../network/initial-weights'
import type { OnnxGraph, OnnxModel } from '../onnx/model'
import { float32Values } from '../onnx/tensor-data'
import { writeModel } from '../onnx/write-model'
import type { Sidecar } from '../weights/sidecar'
import { buildBoxesModel } from './boxes/boxes-graph'
import { buildExport } from './build-model'
import { exportOptionsFor } from './export-model'
import { exportFileName } from './file-name'
import { withHalfWeights } from './half-weights'
import { convolutionLayers, planQuantisation, quantiseModel } from './quantise/quantise-model'

const weights = initialWeights(1)
const sidecar: Sidecar = {
  version: 1,
  sha256: 'f00',
  kind: 'best',
  thresholds: { threshold: 0.42, binarizeThreshold: 0.27, unclipRatio: 1.6 },
  size: { rule: 'auto' },
  mean: [100, 110, 120],
  metrics: { validation: { precision: 0.8, recall: 0.9, hmean: 0.847, ap: 0.85 } },
  source: { dataHash: 'abc' },
}
const origin = { name: 'mine', sha256: 'f00', sidecar }
const built = new Map<string, OnnxModel>()
/** The same options are built once: folding takes a while. */
function build(given: Record<string, unknown> = {}): OnnxModel {
  const key = JSON.stringify(given)
  const model =
    built.get(key) ?? buildExport(weights, exportOptionsFor(sidecar, { width: 320, height: 352, ...given }), origin)
  built.set(key, model)
  return model
}

/** Standard operators that every onnxruntime since 1.14 has; what boxes-graph.md and the network use. */
const allowed = new Set(
  `Abs Add And ArgMin Cast Ceil Compress Concat Conv ConvTranspose Cos CumSum DequantizeLinear Div Equal Expand Floor
  Gather GatherElements Greater Identity Less Loop MatMul Max MaxPool Min Mul Neg NonZero Not Or Pad QuantizeLinear Range
  ReduceMax ReduceMin ReduceSum Relu Reshape Resize ScatterElements Shape Sigmoid Sin Slice Squeeze Sub TopK Unsqueeze Where
  Xor`.split(/\s+/),
)

function operators(graph: OnnxGraph): string[] {
  return graph.nodes.flatMap((node) => [
    node.domain + node.opType,
    ...[...node.attributes.values()].flatMap((a) => (a.kind === 'graph' ? operators(a.value) : [])),
  ])
}

function quantised(model: OnnxModel): OnnxModel {
  const plan = planQuantisation(model, convolutionLayers(model))
  return quantiseModel(model, plan, new Map(plan.values.map((name) => [name, { min: -1, max: 3 }])))
}

describe('an exported graph', () => {
  it('has standard operators only, of operator set 17', () => {
    const models = [build(), build({ loopFree: true }), withHalfWeights(build()), quantised(build())]
    for (const model of models) {
      expect([...model.opsets]).toEqual([['', 17]])
      expect([...new Set(operators(model.graph))].filter((name) => !allowed.has(name))).toEqual([])
    }
    expect(operators(build().graph)).toContain('Loop')
    expect(operators(build({ loopFree: true }).graph)).not.toContain('Loop')
  })

  it('takes the calibrated thresholds and the mean, and says so', async () => {
    const model = build()
    const { metadata, graph } = model
    expect(Object.fromEntries(metadata)).toMatchObject({
      threshold: '0.42',
      binarize_threshold: '0.27',
      unclip_ratio: '1.6',
      channel_order: 'BGR',
      mean_bgr_inside: '[100,110,120]',
      resize_rule: '{"rule":"fixed","width":320,"height":352}',
      data_hash: 'abc',
      hmean: '0.8470',
      weights_sha256: 'f00',
      project_version: expect.stringMatching(/^\d+\.\d+/),
    })
    expect(float32Values(graph.initializers.get('mean')!)[0]).toBeCloseTo(100 / 255, 6)
    expect(build({ threshold: 0.3 }).metadata.get('threshold')).toBe('0.3')
  })

  it('puts boxes and scores first', async () => {
    const session = await InferenceSession.create(writeModel(build()))
    expect(session.inputNames).toEqual(['input'])
    expect(session.outputNames).toEqual(['boxes', 'scores', 'probability'])
    const results = await session.run({
      input: new Tensor('float32', new Float32Array(3 * 352 * 320), [1, 3, 352, 320]),
    })
    expect(results.boxes.dims.slice(1)).toEqual([4, 2])
    expect(results.scores.dims).toEqual([results.boxes.dims[0]])
    expect(results.probability.dims).toEqual([1, 1, 352, 320])
    await session.release()
  })

  it('has free sizes and batches as maps', async () => {
    const session = await InferenceSession.create(writeModel(build({ form: 'maps', dynamic: true })))
    expect(session.outputNames).toEqual(['probability'])
    const input = new Float32Array(2 * 3 * 64 * 96).map((_, i) => ((i * 7919) % 256) / 255)
    const both = await session.run({ input: new Tensor('float32', input, [2, 3, 64, 96]) })
    expect(both.probability.dims).toEqual([2, 1, 64, 96])
    const second = await session.run({ input: new Tensor('float32', input.slice(input.length / 2), [1, 3, 64, 96]) })
    const [a, b] = [both.probability.data as Float32Array, second.probability.data as Float32Array]
    expect(Math.max(...b.map((v, i) => Math.abs(v - a[b.length + i])))).toBeLessThan(1e-5)
    await session.release()
  })

  it('makes thresholds inputs on request only', () => {
    expect(build().graph.inputs.map(({ name }) => name)).toEqual(['input'])
    expect(build({ thresholdInputs: true }).graph.inputs.map(({ name }) => name)).toEqual([
      'input',
      'binarize_threshold',
      'threshold',
      'unclip_ratio',
    ])
  })

  it('is half as large in 16 bits, a quarter in 8', () => {
    const full = writeModel(build()).length
    expect(writeModel(withHalfWeights(build())).length / full).toBeLessThan(0.51)
    expect(writeModel(quantised(build())).length / full).toBeLessThan(0.27)
  })

  it('is named by size, form and precision, height first', () => {
    const name = (given: Record<string, unknown>) => exportFileName(exportOptionsFor(undefined, given))
    expect(name({})).toBe('model_800x800.onnx')
    expect(name({ width: 640, height: 320 })).toBe('model_320x640.onnx')
    expect(name({ form: 'maps' })).toBe('model_800x800_maps_fp32.onnx')
    expect(name({ precision: 'fp16' })).toBe('model_800x800_boxes_fp16.onnx')
    expect(name({ form: 'maps', dynamic: true, precision: 'int8' })).toBe('model_dynamic_maps_int8.onnx')
  })

  it('refuses sizes with the nearest one that goes, and what does not go together', () => {
    expect(() => exportOptionsFor(undefined, { width: 333 })).toThrow(/nearest: 320/)
    expect(() => exportOptionsFor(undefined, { height: 5000 })).toThrow(/from 320 to 1536/)
    expect(() => exportOptionsFor(undefined, { dynamic: true })).toThrow(/fixed size/)
    expect(() => exportOptionsFor(undefined, { form: 'maps', thresholdInputs: true })).toThrow(/no thresholds/)
  })
})

describe('the search for boxes at every kind of size', () => {
  // All 1521 sizes: npx tsx bench/export-sizes.ts
  const sizes = [
    [320, 320],
    [1536, 320],
    [320, 1536],
    [1504, 352],
    [992, 1056],
  ]
  it.each(sizes)('finds a bar in a map of %i × %i', async (width, height) => {
    const settings = { width, height, binarizeThreshold: 0.3, threshold: 0.3, unclipRatio: 1.5 }
    const session = await InferenceSession.create(buildBoxesModel(settings))
    const map = new Float32Array(width * height)
    const [x, y] = [width - 60, height - 30]
    for (let row = y; row < y + 20; row++) map.fill(0.9, row * width + x, row * width + x + 50)
    const { boxes, scores } = await session.run({ probability: new Tensor('float32', map, [1, 1, height, width]) })
    // 49 × 19 between pixel centres, each side moved out by 49 · 19 · 1.5 / 136 and cut off at the border.
    const out = (49 * 19 * 1.5) / 136
    const [right, bottom] = [Math.min(width, x + 49 + out), Math.min(height, y + 19 + out)]
    const want = [x - out, y - out, right, y - out, right, bottom, x - out, bottom]
    expect(scores.data.length).toBe(1)
    for (const [k, value] of want.entries()) expect(boxes.data[k]).toBeCloseTo(value, 2)
    await session.release()
  })
})
