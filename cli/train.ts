import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from '../detector/errors'
import { Sampler } from '../detector/loading/sampler'
import { defaultRecipe, isGentle } from '../detector/options/recipe'
import { flagName, type OptionTable, parseOptions } from '../detector/options/spec'
import { type TrainOptions, trainOptions } from '../detector/options/train'
import { readConfig } from '../detector/training/config-file'
import { bestEvaluation, type RunEvent } from '../detector/training/events'
import { sureness } from '../detector/training/log-file'
import { createRun, isFinished, runFinished, runTraining } from '../detector/training/run'
import { runFiles } from '../detector/training/run-directory'
import { createEngine, startingModel } from '../detector/training/starting-model'
import { suggestOptions } from '../detector/training/suggest-options'
import { openTrainingData } from '../detector/training/training-data'
import type { Command, CommandContext } from './command'
import { TrainingProgress } from './training-progress'

const places = {
  resume: {
    type: 'string',
    default: '',
    label: { zh: '继续训练', en: 'Resume' },
    help: { zh: '从该训练目录保存的状态继续。', en: 'Goes on from the saved state of this run directory.' },
  },
  output: {
    type: 'string',
    default: 'workdirs',
    label: { zh: '输出目录', en: 'Output' },
    help: { zh: '训练目录 exp_<时间> 的上级目录。', en: 'Directory in which the run directory exp_<time> is made.' },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'train',
  summary: 'Fine-tune the detector on your own images.',
  usage: '--data DIR [options] | --resume RUNDIR',
  examples: [
    'ocr-detect train --data custom_data --batch-size 8 --epochs 10',
    'ocr-detect train --data custom_data --epochs 2 --image-size 320 --model random',
    'ocr-detect train --resume workdirs/exp_20260130_120000',
  ],
  options: { ...trainOptions, ...places },
  async run(values, positional, ctx) {
    if (positional.length > 0) {
      throw new UserError({
        code: 'argument-unexpected',
        message: `train takes no argument "${positional[0]}".`,
        fix: `Did you mean --data ${positional[0]}?`,
      })
    }
    const { resume, output, ...given } = values
    const { runDir, options, confined } =
      typeof resume === 'string' && resume !== ''
        ? await existingRun(resume, [...Object.keys(given), ...(output === undefined ? [] : ['output'])])
        : await newRun(given, String(output ?? places.output.default), ctx)
    return follow(runDir, options, confined, ctx)
  },
}

async function newRun(given: Record<string, unknown>, root: string, ctx: CommandContext) {
  const options = withFullPaths(parseOptions(trainOptions, given))
  // What cannot work shows before a run directory is made.
  const { train } = await openTrainingData(options)
  await startingModel(options)
  await createEngine(options)
  for (const { values, reason } of suggestOptions(train.length, options)) {
    ctx.err(`Suggestion: ${flagsOf(values)} (${reason.en})`)
  }
  return { runDir: await createRun(root, options), options, confined: undefined }
}

/** The run can be resumed from any directory, and by the server. */
function withFullPaths(options: TrainOptions): TrainOptions {
  const { data, model } = options
  return { ...options, data: resolve(data), model: model !== 'random' && existsSync(model) ? resolve(model) : model }
}

async function existingRun(runDir: string, refused: string[]) {
  const { options, confined } = await readConfig(runDir)
  if (refused.length > 0) {
    throw new UserError({
      code: 'resume-options',
      message: `A resumed run keeps its options; --${flagName(refused[0])} cannot be given with --resume.`,
      fix: `Start a new run with --model ${join(runDir, runFiles.best)} to train on with other options.`,
    })
  }
  if (isFinished(runDir)) throw runFinished(runDir)
  return { runDir, options, confined }
}

async function follow(
  runDir: string,
  options: TrainOptions,
  confined: boolean | undefined,
  ctx: CommandContext,
): Promise<number> {
  const { train } = await openTrainingData(options, confined)
  const { batchSize, accumulate, seed } = options
  const { stepsPerEpoch } = new Sampler({ samples: train.length, batchSize, accumulate, seed, shuffle: true })
  const progress = new TrainingProgress(stepsPerEpoch * options.epochs, batchSize * accumulate)
  progress.line(`Run directory: ${runDir}`)
  const stop = new AbortController()
  const onSignal = (): void => {
    progress.line('Stopping after this step; everything is saved.')
    stop.abort('stopped')
  }
  ctx.signal.addEventListener('abort', onSignal, { once: true })
  if (ctx.signal.aborted) onSignal()
  const events: RunEvent[] = []
  try {
    for await (const event of runTraining(runDir, { signal: stop.signal })) {
      progress.show(event)
      if (event.type !== 'step' && event.type !== 'machine') events.push(event)
    }
  } finally {
    progress.clear()
    ctx.signal.removeEventListener('abort', onSignal)
  }
  return report(runDir, options, events, ctx)
}

function report(runDir: string, options: TrainOptions, events: RunEvent[], ctx: CommandContext): number {
  const done = events.find((event) => event.type === 'done')
  const evaluated = events.filter((event) => event.type === 'evaluated')
  const best = bestEvaluation(evaluated)
  const before = evaluated.find(({ epoch }) => epoch === 0)
  if (!done) {
    ctx.err(`Stopped. Go on with: ocr-detect train --resume ${runDir}`)
    if (ctx.json) ctx.out(JSON.stringify({ run: runDir, state: 'stopped' }))
    return 1
  }
  const file = (name: string): string => join(runDir, name)
  if (ctx.json) {
    const figures = (e: typeof best) =>
      e && e.texts !== 0 && { epoch: e.epoch, precision: e.precision, recall: e.recall, hmean: e.hmean, ap: e.ap }
    ctx.out(
      JSON.stringify({
        run: runDir,
        state: 'done',
        best: file(done.best),
        final: file(done.final),
        report: file(runFiles.report),
        start: figures(before),
        validation: figures(best),
        calibration: done.calibration,
      }),
    )
    return 0
  }
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  const { hmean, texts } = done.calibration
  if (texts === 0) {
    ctx.err('Nothing was measured: the test part holds no readable text. The thresholds of the starting model stay.')
  } else if (before) {
    ctx.err(
      `hmean ${percent(before.hmean)} → ${percent(hmean)}${texts === undefined ? '' : ` ${sureness({ hmean, texts })}`}`,
    )
  }
  if (texts !== 0 && before && done.calibration.hmean < before.hmean) {
    const gentler = isGentle(options) ? '' : `, or train with ${flagsOf(defaultRecipe)}, which changes less`
    ctx.err(`On this validation part the starting model is better. Keep using it, or add data${gentler}.`)
  }
  ctx.out(file(done.best))
  if (existsSync(file(runFiles.report))) ctx.err(`Report: ${file(runFiles.report)}`)
  return 0
}

const flagsOf = (values: Partial<TrainOptions>): string =>
  Object.entries(values)
    .map(([key, value]) => `--${flagName(key)} ${value}`)
    .join(' ')
