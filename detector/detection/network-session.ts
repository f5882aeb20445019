import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { UserError } from '../errors'
import { asReadError } from '../files/read-bytes'
import { buildInferenceModel } from '../network/inference/inference-model'
import type { TensorDict } from '../network/types'
import { executionProvider, unavailable } from '../onnx/session'
import { type RefusedPart, refusedPart } from '../onnx/unknown-parts'
import { meanNormalisation, type Normalisation, unitNormalisation } from './preprocess'
import { STRIDE } from './size-policy'

/** A network of one size is not run in tiles; so large a map takes a few gigabytes. */
const MOST_FIXED_PIXELS = 5_000_000
const PLAIN_NAME = /^[\w./:-]{1,200}$/

export interface SessionOptions {
  /** Default: as many as the machine has cores for this process. */
  threads?: number
  /** Execution provider: cpu (default), cuda, webgpu … */
  device?: string
}

/** A network that turns pictures into probability maps. */
export class NetworkSession {
  private constructor(
    private readonly session: InferenceSession,
    private readonly input: string,
    private readonly output: string,
    readonly normalisation: Normalisation,
    /** Set when the file takes this size only. */
    readonly fixedSize: { width: number; height: number } | undefined,
    /** The file that a foreign network came from: what fails in it is its fault. */
    private readonly foreign?: string,
  ) {}

  /**
   * @param weights by PyTorch's names
   * @param mean what the weights were trained with, subtracted from B, G, R
   * @throws UserError `device-unknown`, `device-unavailable`
   */
  static async ofWeights(
    weights: TensorDict,
    mean: readonly [number, number, number] | undefined,
    options: SessionOptions = {},
  ): Promise<NetworkSession> {
    const shortcuts = (options.device ?? 'cpu') === 'cpu'
    const session = await createSession(buildInferenceModel(weights, { input: 'normalised', shortcuts }), options)
    return new NetworkSession(session, 'input', 'probability', meanNormalisation(mean), undefined)
  }

  /**
   * Our own exports (maps or boxes), and any DB detector with one picture as input and a probability map as output.
   * @throws UserError `model-unreadable`, `model-incomplete`, `model-parts-unknown`, `model-not-detector`,
   *   `model-size-unsupported`, `device-unknown`, `device-unavailable`
   */
  static async ofOnnxFile(path: string, options: SessionOptions = {}): Promise<NetworkSession> {
    let bytes: Buffer
    try {
      bytes = await readFile(path)
    } catch (error) {
      throw asReadError(error, path)
    }
    executionProvider(options.device ?? 'cpu')
    refuseForeign(bytes, path)
    const session = await createSession(bytes, options).catch((cause: unknown) => {
      throw cause instanceof UserError ? cause : unreadable(path, cause)
    })
    const [input] = session.inputMetadata
    const output = session.outputMetadata.find(({ name }) => name === 'probability') ?? session.outputMetadata[0]
    const usable =
      session.inputMetadata.filter(({ name }) => !/threshold/.test(name)).length === 1 &&
      input.isTensor &&
      input.type === 'float32' &&
      input.shape.length === 4 &&
      (input.shape[1] === 3 || typeof input.shape[1] === 'string') &&
      output?.isTensor &&
      output.type === 'float32'
    // Names come into logs and messages of the runtime.
    if (!usable || !PLAIN_NAME.test(input.name) || !PLAIN_NAME.test(output.name)) throw notDetector(path)
    const [, , height, width] = input.shape
    const fixed = typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0
    if (fixed && (width % STRIDE || height % STRIDE || width * height > MOST_FIXED_PIXELS)) {
      throw wrongSize(path, width, height)
    }
    const ours = input.name === 'input' && output.name === 'probability'
    return new NetworkSession(
      session,
      input.name,
      output.name,
      ours ? unitNormalisation : foreignNormalisation(input.name),
      fixed ? { width, height } : undefined,
      path,
    )
  }

  /**
   * @param input [3, height, width], normalised
   * @returns [height, width], 0–1
   * @throws UserError `model-not-detector` when what comes out is no probability map of this size
   */
  async run(input: Float32Array, width: number, height: number): Promise<Float32Array> {
    const feeds = { [this.input]: new Tensor('float32', input, [1, 3, height, width]) }
    const results = await this.session.run(feeds, [this.output]).catch((cause: unknown) => {
      throw this.foreign === undefined ? cause : notDetector(this.foreign, cause)
    })
    const tensor = results[this.output]
    const map = tensor.data as Float32Array
    if (tensor.type !== 'float32' || map.length !== width * height) throw notDetector(this.foreign ?? this.output)
    return map
  }

  async close(): Promise<void> {
    await this.session.release()
  }
}

async function createSession(bytes: Uint8Array, { threads, device = 'cpu' }: SessionOptions) {
  const provider = executionProvider(device)
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads || availableParallelism(),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Pictures differ in size: a plan of memory for each size would never be freed.
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
  } catch (cause) {
    if (provider === 'cpu') throw cause
    throw unavailable(device, cause)
  }
}

/** By the names that the known exporters give their inputs: PaddleOCR `x`, ModelScope `images`. */
function foreignNormalisation(input: string): Normalisation {
  if (input !== 'x') return meanNormalisation()
  // PaddleOCR applies ImageNet's RGB statistics to B, G, R in this order.
  const mean = [0.485, 0.456, 0.406]
  const deviation = [0.229, 0.224, 0.225]
  return {
    order: 'bgr',
    scale: [1 / 255 / deviation[0], 1 / 255 / deviation[1], 1 / 255 / deviation[2]],
    shift: [-mean[0] / deviation[0], -mean[1] / deviation[1], -mean[2] / deviation[2]],
  }
}

/** A model may come from anywhere: no file that it names is opened, and nothing is loaded that is not known. */
function refuseForeign(bytes: Uint8Array, file: string): void {
  let refused: RefusedPart | undefined
  try {
    refused = refusedPart(bytes)
  } catch (cause) {
    throw unreadable(file, cause)
  }
  if (!refused) return
  const where = { file }
  if (refused.why === 'outside') {
    throw new UserError({
      code: 'model-incomplete',
      message: 'The model keeps values in another file; only what is inside one file is loaded.',
      where,
      fix: 'Save it with its weights inside: onnx.save_model(model, path, save_as_external_data=False).',
    })
  }
  throw new UserError({
    code: 'model-parts-unknown',
    message: `The model has a part that is not loaded here (${refused.part}).`,
    where,
    fix: 'Export a plain graph; functions are put into it by onnx.inliner.inline_local_functions(model).',
  })
}

function unreadable(file: string, cause: unknown): UserError {
  return new UserError(
    {
      code: 'model-unreadable',
      message: 'The file is no ONNX model that onnxruntime can load.',
      where: { file },
      fix: 'Export it again.',
    },
    { cause },
  )
}

function notDetector(file: string, cause?: unknown): UserError {
  return new UserError(
    {
      code: 'model-not-detector',
      message:
        'The model is no DB text detector: one picture [N,3,H,W] in and one probability map [N,1,H,W] out expected.',
      where: { file },
    },
    { cause },
  )
}

function wrongSize(file: string, width: number, height: number): UserError {
  return new UserError({
    code: 'model-size-unsupported',
    message: `The model takes pictures of ${width} x ${height} pixels only; multiples of ${STRIDE} and at most ${MOST_FIXED_PIXELS / 1e6} megapixels can be used.`,
    where: { file },
    fix: 'Export it for another size, or for any size.',
  })
}
