import { addBoxes } from '../detector/export/boxes/boxes-graph'
import { GraphBuilder } from '../detector/onnx/graph-builder'
import { float32Tensor } from '../detector/onnx/tensor-data'
import { writeModel } from '../detector/onnx/write-model'

/** A picture of bars without red on white; the fixture's model takes what lacks red for text. */
export const fixturePicture = {
  width: 640,
  height: 400,
  /** x, y, width, height. */
  bars: [
    [40, 40, 200, 30],
    [300, 60, 280, 40],
    [80, 160, 120, 60],
    [260, 250, 320, 24],
    [60, 320, 90, 50],
  ],
}

/** R, G, B interleaved. */
export function fixturePixels(): Uint8Array {
  const { width, height, bars } = fixturePicture
  const pixels = new Uint8Array(3 * width * height).fill(255)
  for (const [left, top, w, h] of bars) {
    for (let y = top; y < top + h; y++) {
      for (let x = left; x < left + w; x++) pixels[3 * (y * width + x)] = 20
    }
  }
  return pixels
}

/** Side of the fixture model's input: not the picture's, so that programs have to scale. */
export const FIXTURE_SIZE = { width: 320, height: 256 }

/** A file with the contract of an export and the real search for boxes behind a network of one formula: what lacks red is text. */
export function fixtureModel(): Uint8Array {
  const { width, height } = FIXTURE_SIZE
  const graph = new GraphBuilder('cyan')
  const input = graph.input('input', 'float32', [1, 3, height, width])
  // Red is the last plane; a program that swaps the channels finds nothing.
  const weights = graph.initializer(float32Tensor([0, 0, -20], [1, 3, 1, 1]))
  const bias = graph.initializer(float32Tensor([10], [1]))
  const logit = graph.op('Conv', [input, weights, bias], { kernel_shape: [1, 1] })
  const probability = graph.op('Sigmoid', [logit], {}, { name: 'probability', shape: [1, 1, height, width] })
  const found = addBoxes(graph, probability, {
    width,
    height,
    binarizeThreshold: 0.3,
    threshold: 0.3,
    unclipRatio: 1.5,
  })
  graph.output(found.boxes, 'boxes', ['N', 4, 2])
  graph.output(found.scores, 'scores', ['N'])
  graph.output(probability)
  return writeModel(graph.toModel({ opset: 17 }))
}
