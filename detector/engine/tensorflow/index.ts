import { UserError } from '../../errors'
import type { Engine } from '../engine'
import { type LoadedTensorFlow, loadTensorFlow } from './load-tensorflow'
import { TensorFlowSession } from './step-session'

/** What TensorFlow.js offers on this machine. */
export interface TensorFlowAvailability {
  package: LoadedTensorFlow['package']
  version: string
  /** 'gpu', 'cpu' (native) or 'wasm' (slow). */
  device: 'gpu' | 'cpu' | 'wasm'
  passedOver: LoadedTensorFlow['passedOver']
}

const deviceOf = {
  '@tensorflow/tfjs-node-gpu': 'gpu',
  '@tensorflow/tfjs-node': 'cpu',
  '@tensorflow/tfjs-backend-wasm': 'wasm',
} as const

export async function tensorFlowAvailability(device = 'auto'): Promise<TensorFlowAvailability> {
  const { package: name, version, passedOver } = await loadTensorFlow(device)
  return { package: name, version, device: deviceOf[name], passedOver }
}

/**
 * The TensorFlow.js engine.
 * @param device 'cpu' (native or WebAssembly), 'gpu'/'cuda' (only tfjs-node-gpu), 'auto' (the best there is)
 * @throws UserError `device-unavailable` when a GPU is asked for and tfjs-node-gpu does not load
 */
export async function createTensorFlowEngine({ device }: { device: string }): Promise<Engine> {
  const loaded = await loadTensorFlow(device)
  const actual = deviceOf[loaded.package]
  if ((device === 'gpu' || device === 'cuda') && actual !== 'gpu') {
    const reason = loaded.passedOver.find((p) => p.package === '@tensorflow/tfjs-node-gpu')?.reason ?? 'not asked for'
    throw new UserError({
      code: 'device-unavailable',
      message: `TensorFlow.js cannot use a GPU here: @tensorflow/tfjs-node-gpu is ${reason}.`,
      fix: 'Run `npm run engine:tensorflow`, or choose --device cpu.',
    })
  }
  return {
    name: 'tensorflow',
    device: actual,
    probe: () => probe(loaded),
    open: async (shape) => new TensorFlowSession(loaded.tf, shape),
  }
}

/** A small convolution with known sums: a device that gets this wrong cannot be trusted with a training step. */
async function probe({ tf }: LoadedTensorFlow): Promise<{ ok: boolean; reason?: string }> {
  const values = Float32Array.from({ length: 2 * 6 * 6 * 3 }, (_, i) => Math.sin(i))
  const weights = Float32Array.from({ length: 3 * 3 * 3 * 4 }, (_, i) => Math.cos(i))
  const loss = () =>
    tf.tidy(() => {
      const kernel = tf.tensor4d(weights, [3, 3, 3, 4])
      const image = tf.tensor4d(values, [2, 6, 6, 3])
      return tf.grad((k) => tf.sum(tf.square(tf.conv2d(image, k as typeof kernel, 1, 'valid'))))(kernel)
    })
  const gradient = loss()
  const got = await gradient.data()
  gradient.dispose()
  const want = convolutionGradient(values, weights)
  const scale = Math.max(...want.map(Math.abs))
  const worst = want.reduce((most, v, i) => Math.max(most, Math.abs(v - got[i])), 0)
  if (worst <= 1e-3 * scale) return { ok: true }
  return {
    ok: false,
    reason: `TensorFlow.js computes a wrong gradient on this device (off by ${((100 * worst) / scale).toFixed(1)} %).`,
  }
}

/** d/dk of Σ conv(x,k)², 2×6×6×3 by 3×3×3×4, in plain loops. */
function convolutionGradient(x: Float32Array, k: Float32Array): Float64Array {
  const gradient = new Float64Array(k.length)
  for (let n = 0; n < 2; n++) {
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        for (let o = 0; o < 4; o++) {
          const at = (a: number, b: number, c: number) => ((n * 6 + i + a) * 6 + j + b) * 3 + c
          let y = 0
          for (let t = 0; t < 27; t++) y += x[at(Math.floor(t / 9), Math.floor(t / 3) % 3, t % 3)] * k[t * 4 + o]
          for (let t = 0; t < 27; t++)
            gradient[t * 4 + o] += 2 * y * x[at(Math.floor(t / 9), Math.floor(t / 3) % 3, t % 3)]
        }
      }
    }
  }
  return gradient
}
