import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { liesAmongUploads } from '../dataset/folder-index'
import { UserError } from '../errors'
import { writeFileAtomic } from '../files/atomic-write'
import { parseOptions } from '../options/spec'
import { type TrainOptions, trainOptions } from '../options/train'
import type { RunEventBody } from './events'
import { runFiles } from './run-directory'

/** config.json: what a run is a function of, and what it was made with. */
export interface RunConfig {
  version: 1
  options: TrainOptions
  /** Nothing outside the folder of the data set is read, whatever its lists say: it was uploaded. */
  confined: boolean
  seed: number
  /** Absent until the data was read for the first time. */
  dataHash?: string
  base?: { name: string; sha256: string }
  engine?: { name: string; device: string }
  versions: { node: string; onnxruntime: string }
  created: string
}

function packageVersion(name: string): string {
  try {
    return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version
  } catch {
    return 'unknown'
  }
}

export function newConfig(options: TrainOptions, now = new Date()): RunConfig {
  return {
    version: 1,
    options,
    confined: liesAmongUploads(options.data),
    seed: options.seed,
    versions: { node: process.versions.node, onnxruntime: packageVersion('onnxruntime-node') },
    created: now.toISOString(),
  }
}

export async function writeConfig(runDir: string, config: RunConfig): Promise<void> {
  await writeFileAtomic(join(runDir, runFiles.config), `${JSON.stringify(config, null, 2)}\n`)
}

/** Adds what is known only after the data and weights were read. Other data than before is warned of: then a resume is not exact. */
export async function noteInConfig(
  runDir: string,
  found: { dataHash: string; base: { name: string; sha256: string }; engine: { name: string; device: string } },
): Promise<RunEventBody[]> {
  const config = await readConfig(runDir)
  const { dataHash, base, engine } = found
  const changed = config.dataHash !== undefined && config.dataHash !== dataHash
  await writeConfig(runDir, {
    ...config,
    dataHash,
    base: { name: base.name, sha256: base.sha256 },
    engine: { name: engine.name, device: engine.device },
  })
  if (!changed) return []
  const message = 'Images or annotations have changed since the run began; it goes on with them as they are now.'
  return [{ type: 'warning', code: 'data-changed', message, where: { file: config.options.data } }]
}

/**
 * @throws UserError `not-a-run` when the directory holds no readable config.json, and the errors of its options
 */
export async function readConfig(runDir: string): Promise<RunConfig> {
  const file = join(runDir, runFiles.config)
  try {
    const config = JSON.parse(await readFile(file, 'utf8')) as RunConfig
    const options = parseOptions(trainOptions, config.options as unknown as Record<string, unknown>)
    // Runs of older versions do not say so.
    return { ...config, options, confined: config.confined ?? liesAmongUploads(options.data) }
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw new UserError(
      {
        code: 'not-a-run',
        message: 'A run directory with its config.json was expected here.',
        where: { file },
        fix: 'Name a directory such as workdirs/exp_20260130_120000.',
      },
      { cause },
    )
  }
}
