import { createHash } from 'node:crypto'
import type { Engine } from '../engine/engine'
import { createOnnxRuntimeEngine } from '../engine/onnxruntime/create-engine'
import { createTensorFlowEngine } from '../engine/tensorflow'
import { UserError } from '../errors'
import { initialWeights } from '../network/initial-weights'
import { parameters } from '../network/parameters'
import type { TensorDict } from '../network/types'
import { DEFAULT_THRESHOLDS } from '../options/presets'
import type { TrainOptions } from '../options/train'
import { checkedHash, findModel } from '../weights/model-file'
import { readWeights } from '../weights/pth/read-weights'
import { readSidecar, type Sidecar } from '../weights/sidecar'
import type { RunEventBody } from './events'

/** What a run starts from, and what its weights were calibrated to. */
export interface StartingModel {
  name: string
  /** Of the weight file; of the numbers themselves for random weights. */
  sha256: string
  weights: TensorDict
  thresholds: Sidecar['thresholds']
  size: Sidecar['size']
  /** What the file lacked. */
  warnings: RunEventBody[]
}

/**
 * The weights that `options.model` names: `random`, a model's id, a run or a file. What a file lacks (inference files have
 * no threshold head) starts from random weights of the seed.
 *
 * @throws UserError `model-missing`, `model-not-trainable` and the errors of reading weights
 */
export async function startingModel(
  options: Pick<TrainOptions, 'model' | 'seed' | 'augment' | 'imageSize'>,
): Promise<StartingModel> {
  // Without augmentation the network sees every picture at one scale only; that is then the scale to use it at.
  const ownSize: Sidecar['size'] | undefined = options.augment
    ? undefined
    : { rule: 'long-side', value: options.imageSize }
  if (options.model === 'random') {
    const weights = initialWeights(options.seed)
    const hash = createHash('sha256')
    for (const { data } of weights.values()) hash.update(new Uint8Array(data.buffer))
    const size = ownSize ?? { rule: 'auto' }
    const sha256 = hash.digest('hex')
    return { name: 'random', sha256, weights, thresholds: DEFAULT_THRESHOLDS, size, warnings: [] }
  }
  const { name, path } = findModel(options.model)
  if (path.endsWith('.onnx')) {
    throw new UserError({
      code: 'model-not-trainable',
      message: 'An exported .onnx file cannot be trained further.',
      where: { file: path },
      fix: 'Start from the .pth file that it was exported from.',
    })
  }
  const sidecar = await readSidecar(path)
  const sha256 = await checkedHash(path, sidecar)
  const { tensors, report } = await readWeights(path)
  const complete = tensors.size === parameters.length
  return {
    name,
    sha256,
    weights: complete ? tensors : new Map([...initialWeights(options.seed), ...tensors]),
    thresholds: sidecar?.thresholds ?? DEFAULT_THRESHOLDS,
    size: ownSize ?? sidecar?.size ?? { rule: 'auto' },
    warnings: report.missing.length > 0 ? [headMissing(path)] : [],
  }
}

function headMissing(file: string): RunEventBody {
  const message =
    'The weights have no threshold head (files for detection alone have none); it starts from random values.'
  return { type: 'warning', code: 'threshold-head-missing', message, where: { file } }
}

/**
 * The engine that the options name, checked on its device.
 * @throws UserError `device-unknown`, `device-unavailable`
 */
export async function createEngine(options: Pick<TrainOptions, 'engine' | 'device'>): Promise<Engine> {
  const { device } = options
  const engine =
    options.engine === 'tensorflow' ? await createTensorFlowEngine({ device }) : createOnnxRuntimeEngine({ device })
  if (device === 'cpu') return engine
  const { ok, reason } = await engine.probe()
  if (ok) return engine
  throw new UserError({
    code: 'device-unavailable',
    message: `The device "${device}" does not compute a training step rightly: ${reason ?? 'no reason given'}`,
    fix: 'Use --device cpu.',
  })
}
