import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorBody } from '../../detector/errors'
import { flagName, type OptionSpec } from '../../detector/options/spec'
import { type TrainOptions, trainOptions } from '../../detector/options/train'
import { runFiles } from '../../detector/training/run-directory'
import type { Prisma } from '../../generated/prisma/client'
import type { DataReport } from '../datasets/schema'
import { WORKING } from '../events/job-states'
import { toStored } from '../storage/stored-path'
import type { RunProgress } from './run-progress'
import type { RunInfo } from './schema'

export const withParts = {
  checkpoints: true,
  dataset: { select: { report: true } },
} satisfies Prisma.RunInclude
export type RunRow = Prisma.RunGetPayload<{ include: typeof withParts }>

/** Files of a run that may be downloaded. */
export const openFiles: readonly string[] = [
  runFiles.best,
  runFiles.final,
  runFiles.log,
  runFiles.journal,
  runFiles.config,
  runFiles.calibration,
  runFiles.report,
]

/**
 * A run as the API shows it.
 * @param root of the project
 * @param live of a run that works: progress beyond the row's, and the seconds since its present start
 * @param queuePosition of a queued run
 */
export function runInfo(
  row: RunRow,
  directory: string,
  root: string,
  live: { progress: RunProgress; seconds: number } | undefined,
  queuePosition: number | null,
  lastSeq: number,
): RunInfo {
  const progress = live?.progress ?? (row.progress as unknown as RunProgress)
  const options = row.options as unknown as TrainOptions
  const state = stateOf(row, live?.progress)
  const working = WORKING.includes(state)
  const elapsed = row.worked + (live?.seconds ?? 0)
  const perEpoch = progress.stepsPerEpoch || stepsPerEpoch(row, options)
  const steps = perEpoch * options.epochs
  const checkpoint = (kind: string): string | null => row.checkpoints.find((c) => c.kind === kind)?.modelId ?? null
  return {
    id: row.id,
    name: row.name,
    state,
    directory: row.directory,
    dataset: { id: row.datasetId, name: row.datasetName, path: row.dataPath },
    model: { id: row.modelId ?? '', name: row.modelName },
    options: { ...options, model: row.modelId ?? options.model },
    command: commandOf({ ...options, model: row.modelId === 'base' ? 'base' : toStored(root, options.model) }),
    createdAt: row.createdAt.toISOString(),
    ...(row.startedAt && { startedAt: row.startedAt.toISOString() }),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    queuePosition,
    external: row.external && working,
    epoch: progress.epoch,
    epochs: options.epochs,
    step: progress.step,
    steps,
    loss: progress.loss,
    lr: progress.lr,
    imagesPerS: progress.imagesPerS,
    dataWait: progress.dataWait,
    cpu: working ? progress.cpu : null,
    memoryBytes: working ? progress.memoryBytes : null,
    elapsedSeconds: Math.round(elapsed * 10) / 10,
    etaSeconds: working && progress.step > 0 && steps > 0 ? (elapsed / progress.step) * (steps - progress.step) : null,
    best: progress.best,
    base: progress.base,
    calibration: progress.calibration,
    bestModel: checkpoint('best'),
    finalModel: checkpoint('final'),
    files: openFiles.flatMap((name) => {
      const file = join(directory, name)
      return existsSync(file) ? [{ name, size: statSync(file).size }] : []
    }),
    lastSeq,
    generation: (row.cuts as unknown as number[]).length,
    error: (row.error as unknown as ErrorBody | null) ?? null,
  }
}

/**
 * The row was read a moment before the progress, which may have gone on: steps are not shown of a run that still prepares.
 */
function stateOf(row: { state: string }, live: RunProgress | undefined): RunInfo['state'] {
  return row.state === 'preparing' && live?.state === 'running' ? 'running' : (row.state as RunInfo['state'])
}

/** Steps of an epoch by the checked data, before the run itself has said. */
function stepsPerEpoch(row: RunRow, options: TrainOptions): number {
  const report = row.dataset?.report as unknown as DataReport | null | undefined
  return report ? Math.max(1, Math.ceil(report.train.images / (options.batchSize * options.accumulate))) : 0
}

/** The command line that does the same: what differs from the defaults. */
function commandOf(options: TrainOptions): string {
  const parts = ['npx --no-install ocr-detect train']
  for (const [key, spec] of Object.entries(trainOptions) as [keyof TrainOptions, OptionSpec][]) {
    const value = options[key]
    if (value === spec.default) continue
    parts.push(`--${flagName(key)} ${quoted(String(value))}`)
  }
  return parts.join(' ')
}

const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** Names of the validation pictures of a run. */
export function sampleNames(directory: string): string[] {
  const folder = join(directory, runFiles.samples)
  return existsSync(folder) ? readdirSync(folder) : []
}
