import { defineConfig } from 'vitest/config'

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
    // Native sessions and worker threads: one process per file, and no more of them than a small machine has cores.
    pool: 'forks',
    maxWorkers: 2,
    // ES modules without the marks of one, see detector/engine/tensorflow/load-tensorflow.ts.
    server: { deps: { inline: [/tfjs-core\/dist\/(?!tf-core)/] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
