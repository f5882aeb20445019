// `node scripts/run-bundled.mjs FILE.ts [ARGUMENTS]`: runs a script the way the product runs, bundled. Needed where a
// plain TypeScript loader is not enough: TensorFlow.js holds ES modules that only a bundler understands.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { build } from 'esbuild'
import { bundleGradients } from './bundle-gradients.mjs'

const [entry, ...rest] = process.argv.slice(2)
// Inside the project, so that packages are found.
const outfile = `.stamps/run-${process.pid}.mjs`
try {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    plugins: [bundleGradients],
    logLevel: 'warning',
  })
  process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1
} finally {
  rmSync(outfile, { force: true })
}
