import onnxProto from 'onnx-proto'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { UserError } from '../errors'
import { float, GraphBuilder, subgraph } from './graph-builder'
import type { Attribute } from './model'
import { readModel } from './read-model'
import {
  boolTensor,
  float16Tensor,
  float32Tensor,
  float32Values,
  float64Tensor,
  int8Tensor,
  int32Tensor,
  int64Tensor,
  tensorValues,
  uint8Tensor,
} from './tensor-data'
import { writeModel } from './write-model'

const { onnx } = onnxProto

function everyKindOfAttribute() {
  const g = new GraphBuilder('kinds')
  const x = g.input('x', 'float32', ['n', 3])
  const inner = new GraphBuilder('inner')
  inner.output(inner.op('Add', [x, inner.scalar(1)], {}, { name: 'inner_out' }))
  const attributes: Record<string, Attribute> = {
    float: float(0.1),
    int: { kind: 'int', value: -(2 ** 40) },
    string: { kind: 'string', value: '最大' },
    tensor: { kind: 'tensor', value: int64Tensor([1, -2], [2]) },
    graph: subgraph(inner),
    floats: { kind: 'floats', value: [0.5, -2] },
    ints: { kind: 'ints', value: [3, -4] },
    strings: { kind: 'strings', value: ['a', 'b'] },
    tensors: { kind: 'tensors', value: [uint8Tensor([7], [1])] },
    graphs: { kind: 'graphs', value: [inner.toGraph()] },
  }
  g.initializer(float16Tensor(Uint16Array.of(0x3c00, 0xc000), [2]), 'half')
  g.initializer(float64Tensor([Math.PI], []), 'double')
  g.initializer(int32Tensor([-5], [1]), 'int32')
  g.initializer(int8Tensor([-128, 127], [2]), 'int8')
  g.initializer(boolTensor([true, false], [2]), 'bool')
  const [a, b] = g.ops('Odd', [x, null, x], attributes, [{}, { dtype: 'int64', shape: [] }], 'some.domain')
  g.output(a)
  g.output(b, 'b')
  return g.toModel({ opset: 17, metadata: { threshold: '0.2' } })
}

describe('model files', () => {
  test('what is written reads back the same', () => {
    const model = everyKindOfAttribute()
    const back = readModel(writeModel(model))
    const odd = back.graph.nodes[0]
    expect(odd.attributes.get('float')).toEqual({ kind: 'float', value: Math.fround(0.1) })
    odd.attributes.set('float', float(0.1))
    // Values of an empty list and raw bytes in a Buffer compare equal in content, not in class.
    expect(JSON.parse(JSON.stringify(plain(back)))).toEqual(JSON.parse(JSON.stringify(plain(model))))
    expect(tensorValues(back.graph.initializers.get('half')!)).toEqual([1, -2])
    expect(tensorValues(back.graph.initializers.get('double')!)).toEqual([Math.PI])
    expect(tensorValues(back.graph.initializers.get('int8')!)).toEqual([-128, 127])
  })

  test('the official schema decodes the bytes to the same, and its own encoding is byte-identical', () => {
    const bytes = writeModel(everyKindOfAttribute())
    const official = onnx.ModelProto.decode(bytes)
    expect(official.graph?.node?.[0]?.domain).toBe('some.domain')
    expect(official.graph?.node?.[0]?.input).toEqual(['x', '', 'x'])
    expect(official.graph?.node?.[0]?.attribute?.map((attribute) => attribute.type)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
    expect(official.metadataProps).toEqual([expect.objectContaining({ key: 'threshold', value: '0.2' })])
    const again = readModel(onnx.ModelProto.encode(official).finish())
    expect(JSON.stringify(plain(again))).toBe(JSON.stringify(plain(readModel(bytes))))
  })

  test('typed fields of other writers are read', () => {
    const message = onnx.ModelProto.create({
      irVersion: 8,
      graph: {
        name: 'g',
        initializer: [
          { name: 'f', dims: [2], dataType: 1, floatData: [1.5, -2] },
          { name: 'd', dims: [1], dataType: 11, doubleData: [0.1] },
          { name: 'h', dims: [1], dataType: 10, int32Data: [0x3c00] },
          { name: 'i8', dims: [2], dataType: 3, int32Data: [-1, 5] },
          { name: 'i64', dims: [2], dataType: 7, int64Data: [-3, 4] },
        ],
      },
    })
    const { initializers } = readModel(onnx.ModelProto.encode(message).finish()).graph
    expect([...initializers].map(([name, tensor]) => [name, tensorValues(tensor)])).toEqual([
      ['f', [1.5, -2]],
      ['d', [0.1]],
      ['h', [1]],
      ['i8', [-1, 5]],
      ['i64', [-3, 4]],
    ])
    expect(float32Values(initializers.get('f')!)).toEqual(Float32Array.of(1.5, -2))
  })

  test.each([
    ['no protobuf', Buffer.from('<html>not a model</html>')],
    ['empty', new Uint8Array(0)],
    ['cut off', writeModel(everyKindOfAttribute()).subarray(0, 200)],
  ])('%s is refused with the file name', (_, bytes) => {
    expect(() => readModel(bytes, 'broken.onnx')).toThrow(UserError)
    expect(() => readModel(bytes, 'broken.onnx')).toThrow(/ONNX model/)
  })

  test('a Loop with a subgraph that uses outer values runs', async () => {
    const g = new GraphBuilder('loop')
    const step = g.input('step', 'float32', [])
    const body = new GraphBuilder('body', 'body_')
    body.input('body_i', 'int64', [])
    const more = body.input('body_more', 'bool', [])
    const total = body.input('body_total', 'float32', [])
    body.output(more, 'body_more_out')
    body.output(body.op('Add', [total, step]), 'body_total_out', [])
    const truth = g.initializer(boolTensor([true], []))
    g.output(g.op('Loop', [g.int(5), truth, g.scalar(1)], { body: subgraph(body) }, { dtype: 'float32' }), 'sum', [])
    const session = await InferenceSession.create(writeModel(g.toModel({ opset: 17 })))
    const { sum } = await session.run({ step: new Tensor('float32', [0.5], []) })
    expect([...(sum.data as Float32Array)]).toEqual([3.5])
  })
})

test('equal constants are stored once, floats need to be marked', () => {
  const g = new GraphBuilder()
  expect(g.scalar(2)).toBe(g.scalar(2))
  expect(g.ints([1, 2])).toBe(g.ints([1, 2]))
  expect(g.scalar(0)).not.toBe(g.scalar(-0))
  expect(() => g.op('BatchNormalization', [], { epsilon: 1e-5 })).toThrow(RangeError)
  expect(() => float32Tensor([1, 2], [3])).toThrow(RangeError)
})

/** Maps and byte arrays as plain values. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(([key, item]) => [key, plain(item)])
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
  }
  return value
}
