import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('the server process decodes no picture and runs no network: what does is not even in its bundle', async () => {
  const { metafile } = await build({
    entryPoints: [join(fileURLToPath(new URL('.', import.meta.url)), 'index.ts')],
    bundle: true,
    write: false,
    outdir: 'unused',
    platform: 'node',
    format: 'esm',
    packages: 'external',
    metafile: true,
  })
  const packages = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  )
  expect(packages).toContain('socket.io')
  for (const heavy of ['onnxruntime-node', 'sharp', '@napi-rs/canvas']) expect(packages).not.toContain(heavy)
  // The only way to a process is ours, without a shell.
  const starters = Object.entries(metafile.inputs).filter(([, { imports }]) =>
    imports.some(({ path }) => /^(node:)?child_process$/.test(path)),
  )
  expect(starters.map(([file]) => file)).toEqual([expect.stringMatching(/server\/children\/start-child\.ts$/)])
})
