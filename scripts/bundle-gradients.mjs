import { createRequire } from 'node:module'

/**
 * An ES module in a package that says it is CommonJS: Node cannot load it, the bundler can
 * (see detector/engine/tensorflow/load-tensorflow.ts).
 */
export const bundleGradients = {
  name: 'bundle-gradients',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@tensorflow\/tfjs-core\/dist\// }, ({ path }) => ({
      path: createRequire(import.meta.url).resolve(path),
    })),
}
