import { createRequire } from 'node:module'
import type * as core from '@tensorflow/tfjs-core'
import { registerKernelGradient } from './kernel-gradient'

/** The part of TensorFlow.js that the engine uses; the native packages export a superset of it. */
export type TensorFlow = typeof core

export interface LoadedTensorFlow {
  tf: TensorFlow
  package: '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node' | '@tensorflow/tfjs-backend-wasm'
  version: string
  /** Packages that were asked for before this one, and why they are not used. */
  passedOver: { package: string; reason: string }[]
}

const native = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/** tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed. */
function bridgeNode23(require: NodeJS.Require): void {
  const util: { isNullOrUndefined?: (value: unknown) => boolean } = require('node:util')
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
}

/** First line of an error: what a person needs to see of it. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return /^Cannot find (module|package) '@tensorflow\/tfjs-node/.test(message ?? '')
      ? 'not installed'
      : 'its native library is missing'
  }
  return (message ?? String(error)).split('\n')[0]
}

let loaded: Promise<LoadedTensorFlow> | undefined

/**
 * Loads the first of these packages that works, else the WebAssembly backend.
 * @param from file or URL that packages are looked for from
 */
export async function loadFirst(
  wanted: readonly (typeof native)[number][],
  from: string = import.meta.url,
): Promise<LoadedTensorFlow> {
  const require = createRequire(from)
  const passedOver: LoadedTensorFlow['passedOver'] = []
  bridgeNode23(require)
  for (const name of wanted) {
    try {
      const tf: TensorFlow & { version_core: string } = require(name)
      await tf.ready()
      return { tf, package: name, version: tf.version_core, passedOver }
    } catch (error) {
      passedOver.push({ package: name, reason: reasonOf(error) })
    }
  }
  const tf = await import('@tensorflow/tfjs-core')
  // Kernels that WebAssembly lacks beside its own come from the JavaScript backend.
  await import('@tensorflow/tfjs-backend-cpu')
  await import('@tensorflow/tfjs-backend-wasm')
  // Core comes without gradients; the native packages register them by themselves. This file is an ES module without
  // the marks of one, so the bundler takes it in (scripts/build-node.mjs).
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  await tf.setBackend('wasm')
  registerKernelGradient(tf)
  return { tf, package: '@tensorflow/tfjs-backend-wasm', version: tf.version_core, passedOver }
}

/**
 * TensorFlow.js in the fastest form that is installed and loads: tfjs-node-gpu, tfjs-node, or the WebAssembly
 * backend that comes with the project (one thread: slow, but right). A missing or broken native package is passed over with its reason.
 * @param device 'cpu' leaves the GPU package out
 */
export function loadTensorFlow(device: string): Promise<LoadedTensorFlow> {
  loaded ??= loadFirst(device === 'cpu' ? native.slice(1) : native)
  return loaded
}

/** Which native packages are installed, without loading them: what a form can say before a run. */
export function installedNative(from: string = import.meta.url): (typeof native)[number][] {
  const require = createRequire(from)
  return native.filter((name) => {
    try {
      require.resolve(name)
      return true
    } catch {
      return false
    }
  })
}
