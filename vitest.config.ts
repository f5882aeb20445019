import { configDefaults, defineConfig } from 'vitest/config'

/** Real servers, runs, exports and networks: left out by `npm run test:fast`. */
const SLOW = [
  'server/**',
  'cli/**',
  'examples/**',
  'scripts/figures/**',
  'detector/engine/**',
  'detector/export/**',
  'detector/network/inference/**',
  'detector/training/train.test.ts',
  'detector/weights/**',
  'detector/detection/detector.test.ts',
  'detector/detection/contours-trace.test.ts',
  'detector/detection/tiling.test.ts',
]

export default defineConfig({
  test: {
    include: [
      'detector/**/*.test.ts',
      'synthetic/**/*.test.ts',
      'cli/**/*.test.ts',
      'server/**/*.test.ts',
      'app/**/*.test.ts',
      'examples/**/*.test.ts',
      'pretrain/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: [...configDefaults.exclude, ...(process.env.FAST ? SLOW : [])],
    // Native sessions and worker threads: one process per file, and no more of them than a small machine has cores.
    pool: 'forks',
    maxWorkers: 2,
    // ES modules without the marks of one, see detector/engine/tensorflow/load-tensorflow.ts.
    server: { deps: { inline: [/tfjs-core\/dist\/(?!tf-core)/] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
