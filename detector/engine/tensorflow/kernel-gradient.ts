import type { Tensor3D, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core'
import type { TensorFlow } from './load-tensorflow'

interface Attributes {
  strides: number | [number, number]
  pad: unknown
  filterShape: [number, number, number, number]
}

/**
 * Gives the WebAssembly backend the one kernel of a training step that it lacks, the gradient of a convolution by its
 * weights, as one matrix product for each place in the kernel: dW[a,b] = x(shifted by a,b)ᵀ · dy.
 * For convolutions without padding, which are all that the network form uses.
 */
export function registerKernelGradient(tf: TensorFlow): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm')) return
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { strides, pad, filterShape } = attrs as unknown as Attributes
      if (pad !== 'valid' && pad !== 0)
        throw new Error(`Only convolutions without padding are differentiated, not ${pad}`)
      const [kernelHeight, kernelWidth, channels, out] = filterShape
      const stride = Array.isArray(strides) ? strides[0] : strides
      const x = inputs.x as Tensor4D
      const dy = inputs.dy as Tensor4D
      const [n, height, width] = dy.shape
      const gradient = tf.tidy(() => {
        const rows = tf.reshape(dy, [n * height * width, out])
        const taps: Tensor3D[] = []
        for (let a = 0; a < kernelHeight; a++) {
          for (let b = 0; b < kernelWidth; b++) {
            const end = [n, a + (height - 1) * stride + 1, b + (width - 1) * stride + 1, channels]
            const seen = tf.stridedSlice(x, [0, a, b, 0], end, [1, stride, stride, 1])
            const product = tf.matMul(tf.reshape(seen, [n * height * width, channels]), rows, true, false)
            taps.push(tf.expandDims(product, 0))
          }
        }
        return tf.reshape(tf.concat(taps, 0), filterShape)
      })
      return gradient as TensorInfo
    },
  })
}
