// Bundles the Node side (server, CLI, child processes, worker threads) into dist/; packages stay in node_modules.
import { build } from 'esbuild'
import { bundleGradients } from './bundle-gradients.mjs'

// One line per process or worker thread; the name is the one that entryPoint() in detector/entry-point.ts is asked for.
const entries = {
  server: 'server/index.ts',
  'ocr-detect': 'cli/index.ts',
  'inference-child': 'server/inference/inference-child.ts',
  'training-child': 'server/runs/training-child.ts',
  'export-child': 'server/exports/export-child.ts',
  'task-child': 'server/task-child.ts',
  'memory-guard': 'server/children/memory-guard.ts',
  'loader-worker': 'detector/loading/loader-worker.ts',
}
await build({
  entryPoints: entries,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  plugins: [bundleGradients],
  sourcemap: true,
  logLevel: 'warning',
})
