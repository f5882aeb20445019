import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ScaledPicture, unitNormalisation } from '../../detection/preprocess'
import { UserError } from '../../errors'
import type { OnnxModel } from '../../onnx/model'
import { writeModel } from '../../onnx/write-model'
import { decodeImage } from '../../picture/decode-image'
import { activationRanges } from './activation-ranges'
import { convolutionLayers, planQuantisation, quantiseModel } from './quantise-model'

/** Pictures that the ranges are read from, and that the error of a layer is measured on. */
export const RANGE_PICTURES = 16
const ERROR_PICTURES = 2
/** A mean error of the map above this costs boxes; then the worst layers go back to float. */
const TOLERATED_ERROR = 0.004
/** Layers that go back at once, and how often this is repeated. */
const STEP = 5
const ROUNDS = 3

export interface QuantisedExport {
  model: OnnxModel
  /** Pictures that the ranges are from. */
  pictures: number
  /** Layers in 8 bits. */
  layers: number
  /** Layers left in float, with the map's mean error that each alone makes in 8 bits. */
  kept: { layer: string; error: number }[]
  /** Mean difference of the map on the pictures that it was measured on. */
  error: number
}

export interface QuantiseOptions {
  width: number
  height: number
  /** Paths; the first ones that can be read are used. */
  pictures: readonly string[]
  signal?: AbortSignal
  onProgress?: (share: number) => void
}

/**
 * Brings the convolutions of an export to 8 bits. Ranges come from real pictures; when the map's error is too large, the
 * error that each layer makes alone is measured and the worst layers are left in float.
 *
 * @throws UserError `pictures-missing`; the reason of the signal
 */
export async function quantiseExport(model: OnnxModel, options: QuantiseOptions): Promise<QuantisedExport> {
  const { signal, onProgress } = options
  const inputs = await readInputs(options)
  const step = (done: number, of: number): void => onProgress?.(done / of)
  const all = convolutionLayers(model)
  const ranges = await activationRanges(model, planQuantisation(model, all).values, paced(inputs, signal, step))

  const watched = inputs.slice(0, ERROR_PICTURES)
  const expected = await mapsOf(model, watched)
  const attempt = (layers: readonly string[]): OnnxModel =>
    quantiseModel(model, planQuantisation(model, layers), ranges)
  const errorOf = async (layers: readonly string[]): Promise<number> =>
    meanDifference(expected, await mapsOf(attempt(layers), watched))

  let layers = all
  let error = await errorOf(layers)
  const kept: QuantisedExport['kept'] = []
  if (error > TOLERATED_ERROR) {
    const ranked: QuantisedExport['kept'] = []
    for (const layer of all) {
      signal?.throwIfAborted()
      ranked.push({ layer, error: await errorOf([layer]) })
      step(ranked.length, all.length)
    }
    ranked.sort((a, b) => b.error - a.error)
    for (let round = 0; round < ROUNDS && error > TOLERATED_ERROR; round++) {
      kept.push(...ranked.splice(0, STEP))
      layers = all.filter((layer) => ranked.some((left) => left.layer === layer))
      error = await errorOf(layers)
    }
  }
  return { model: attempt(layers), pictures: inputs.length, layers: layers.length, kept, error }
}

async function readInputs({ width, height, pictures, signal }: QuantiseOptions): Promise<Tensor[]> {
  const inputs: Tensor[] = []
  for (const image of pictures) {
    if (inputs.length === RANGE_PICTURES) break
    signal?.throwIfAborted()
    const picture = await decodeImage(image).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
    })
    if (!picture) continue
    const planes = new Float32Array(3 * width * height)
    new ScaledPicture(picture, width, height).writeWindow({ x: 0, y: 0, width, height }, unitNormalisation, planes)
    inputs.push(new Tensor('float32', planes, [1, 3, height, width]))
  }
  if (inputs.length > 0) return inputs
  throw new UserError({
    code: 'pictures-missing',
    message: 'None of the pictures to choose the ranges of 8-bit numbers by could be read.',
    fix: 'Name a data set with --data, or export in fp16.',
  })
}

/** Lets signals and messages have their turn between pictures. */
async function* paced(
  inputs: readonly Tensor[],
  signal: AbortSignal | undefined,
  onPicture: (done: number, of: number) => void,
): AsyncGenerator<Tensor> {
  for (const [i, input] of inputs.entries()) {
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    yield input
    onPicture(i + 1, inputs.length)
  }
}

/** The probability maps alone: what else the model does is left out. */
async function mapsOf(model: OnnxModel, inputs: readonly Tensor[]): Promise<Float32Array[]> {
  const outputs = model.graph.outputs.filter(({ name }) => name === 'probability')
  const session = await InferenceSession.create(writeModel({ ...model, graph: { ...model.graph, outputs } }), {
    logSeverityLevel: 3,
  })
  const maps: Float32Array[] = []
  for (const input of inputs) {
    maps.push((await session.run({ input })).probability.data as Float32Array)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await session.release()
  return maps
}

function meanDifference(expected: readonly Float32Array[], found: readonly Float32Array[]): number {
  let sum = 0
  let count = 0
  for (const [i, map] of expected.entries()) {
    for (let k = 0; k < map.length; k++) sum += Math.abs(map[k] - found[i][k])
    count += map.length
  }
  return sum / count
}
