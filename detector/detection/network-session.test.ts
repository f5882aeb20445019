import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import { afterAll, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/graph-builder'
import type { Dimension } from '../onnx/model'
import { float32Tensor } from '../onnx/tensor-data'
import { writeModel } from '../onnx/write-model'
import { NetworkSession } from './network-session'

const folder = mkdtempSync(join(tmpdir(), 'session-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Sigmoid of a weighted sum of the channels: something with the form of a detector. */
function model(file: string, input: string, dims: Dimension[], outputChannels = 1): string {
  const graph = new GraphBuilder('foreign')
  const picture = graph.input(input, 'float32', dims)
  const kernel = graph.initializer(
    float32Tensor(new Float32Array(3 * outputChannels).fill(1), [outputChannels, 3, 1, 1]),
    'w',
  )
  const sum = graph.op('Conv', [picture, kernel], { kernel_shape: [1, 1] })
  graph.output(graph.op('Sigmoid', [sum], {}, { name: 'out', shape: [dims[0], outputChannels, dims[2], dims[3]] }))
  const path = join(folder, file)
  writeFileSync(path, writeModel(graph.toModel({ opset: 17 })))
  return path
}

describe('NetworkSession.ofOnnxFile', () => {
  it('runs a foreign detector of free size, normalised as its input name says', async () => {
    const session = await NetworkSession.ofOnnxFile(model('paddle.onnx', 'x', ['n', 3, 'h', 'w']), { threads: 1 })
    expect(session.fixedSize).toBeUndefined()
    // White in the first channel: (1 − 0.485) / 0.229.
    expect(255 * session.normalisation.scale[0] + session.normalisation.shift[0]).toBeCloseTo(2.2489, 4)
    const map = await session.run(new Float32Array(3 * 32 * 64), 64, 32)
    expect(map).toHaveLength(64 * 32)
    expect(map[100]).toBeCloseTo(0.5, 6)
    await session.close()
  })

  it('obeys a fixed size', async () => {
    const session = await NetworkSession.ofOnnxFile(model('fixed.onnx', 'images', [1, 3, 64, 96]), { threads: 1 })
    expect(session.fixedSize).toEqual({ width: 96, height: 64 })
    expect(session.normalisation.scale[0]).toBeCloseTo(1 / 255)
    await session.close()
  })

  it.each([
    [33, 33],
    [64, 48],
    [8192, 8192],
  ])('refuses the fixed size %i x %i', async (width, height) => {
    const refused = NetworkSession.ofOnnxFile(model('size.onnx', 'x', [1, 3, height, width]), { threads: 1 })
    await expect(refused).rejects.toMatchObject({
      code: 'model-size-unsupported',
      message: expect.stringContaining(`${width} x ${height}`),
    })
  })

  it('refuses names that would write into a log', async () => {
    const refused = NetworkSession.ofOnnxFile(model('name.onnx', 'x\nERROR all is lost', [1, 3, 'h', 'w']))
    await expect(refused).rejects.toMatchObject({ code: 'model-not-detector' })
  })

  it('calls what fails in a foreign network its fault', async () => {
    const file = model('two.onnx', 'x', [2, 3, 'h', 'w'])
    const session = await NetworkSession.ofOnnxFile(file, { threads: 1 })
    await expect(session.run(new Float32Array(3 * 32 * 32), 32, 32)).rejects.toMatchObject({
      code: 'model-not-detector',
      where: { file },
    })
    await session.close()
  })

  it('refuses what gives no probability map of the size of its input', async () => {
    const classes = model('classes.onnx', 'input', [1, 3, 32, 32], 4)
    const session = await NetworkSession.ofOnnxFile(classes, { threads: 1 })
    await expect(session.run(new Float32Array(3 * 32 * 32), 32, 32)).rejects.toMatchObject({
      code: 'model-not-detector',
    })
    await session.close()
    const flat = new GraphBuilder('flat')
    flat.output(flat.op('Relu', [flat.input('v', 'float32', [1, 10])], {}, { name: 'out', shape: [1, 10] }))
    const file = join(folder, 'flat.onnx')
    writeFileSync(file, writeModel(flat.toModel({ opset: 17 })))
    const refused = NetworkSession.ofOnnxFile(file, { threads: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'model-not-detector', where: { file } })
  })
  // Even the tensor of an operator inside a branch inside a function: whatever is loaded could be read from the map.
  const { onnx } = onnxProto
  const outside = { name: 'w', dims: [1], dataType: 1, dataLocation: 1 }
  const located = { ...outside, externalData: [{ key: 'location', value: 'package.json' }] }
  const constant = (t: object): object => ({
    opType: 'Constant',
    output: ['c'],
    attribute: [{ name: 'value', type: 4, t }],
  })
  const branch = (graph: object): object => ({ opType: 'If', attribute: [{ name: 'then_branch', type: 5, g: graph }] })
  it.each([
    ['among its weights', { graph: { initializer: [located] } }],
    ['with a place but no mark', { graph: { initializer: [{ ...located, dataLocation: 0 }] } }],
    ['with a mark but no place', { graph: { initializer: [outside] } }],
    ['in a constant', { graph: { node: [constant(located)] } }],
    ['in a branch', { graph: { node: [branch({ node: [branch({ initializer: [located] })] })] } }],
    ['in a sparse tensor', { graph: { sparseInitializer: [{ values: located, dims: [1] }] } }],
    ['in the list of a constant', { graph: { node: [{ attribute: [{ tensors: [located] }] }] } }],
    ['in a sparse constant', { graph: { node: [{ attribute: [{ sparseTensor: { indices: located } }] }] } }],
  ])('opens no other file that a model names %s', async (_, message) => {
    const file = join(folder, 'outside.onnx')
    writeFileSync(file, onnx.ModelProto.encode(onnx.ModelProto.fromObject({ irVersion: 8, ...message })).finish())
    const refused = NetworkSession.ofOnnxFile(file, { threads: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'model-incomplete', where: { file } })
  })

  // A runtime reads these, and what they hold, so they are refused as such.
  const attribute = { name: 'value', type: 4, t: located }
  it.each([
    ['a function', { functions: [{ name: 'f', node: [constant(located)] }] }, 'ModelProto.functions'],
    ['an attribute of a function', { functions: [{ name: 'f', attributeProto: [attribute] }] }, 'ModelProto.functions'],
    ['training', { trainingInfo: [{ initialization: { initializer: [located] } }] }, 'ModelProto.training'],
    ['a segment', { graph: { initializer: [{ dims: [1], dataType: 1, segment: { begin: 0 } }] } }, 'TensorProto.3'],
    ['a reference', { graph: { node: [{ attribute: [{ refAttrName: 'a' }] }] } }, 'AttributeProto.21'],
  ])('refuses the part that it does not know: %s', async (_, message, part) => {
    const file = join(folder, 'parts.onnx')
    const whole = onnx.ModelProto.fromObject({ irVersion: 8, graph: { name: 'g' }, ...message })
    writeFileSync(file, onnx.ModelProto.encode(whole).finish())
    const refused = NetworkSession.ofOnnxFile(file, { threads: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'model-parts-unknown', message: expect.stringContaining(part) })
  })

  it("refuses what is no ONNX file, the runtime's own form too", async () => {
    const file = join(folder, 'no.onnx')
    for (const bytes of [Buffer.alloc(0), Buffer.from('MZ nothing'), Buffer.from('\0\0\0\0ORTM'.padEnd(200, '\0'))]) {
      writeFileSync(file, bytes)
      const refused = NetworkSession.ofOnnxFile(file, { threads: 1 })
      await expect(refused).rejects.toMatchObject({ code: 'model-unreadable', where: { file } })
    }
  })
})
