/**
 * What fine-tuning is worth: for every set the base model as it is, fine-tuned on the set's training part, and random weights
 * trained by the same recipe, all measured on the test part, each at the pair of thresholds that is best for it (what a run
 * bakes into its models). Hours of processor time; each run is kept in --out and goes on there when the same command is given
 * again.
 *
 *     npx tsx bench/finetune.ts --out DIR [--sets receipts,…] [--no-random] [-- --epochs 10 …]
 *
 * What follows `--` goes to `ocr-detect train`; without it the recipe is the product's default.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bestEvaluation, type RunEvent } from '../detector/training/events'
import { BenchTable, digits } from './report'
import { dataRoot, testSets } from './test-sets'

const split = process.argv.indexOf('--')
const recipe = split < 0 ? [] : process.argv.slice(split + 1)
const { values: o } = parseArgs({
  args: process.argv.slice(2, split < 0 ? undefined : split),
  options: { out: { type: 'string' }, sets: { type: 'string' }, 'no-random': { type: 'boolean', default: false } },
})
if (!o.out) throw new Error('--out DIR is needed')
const sets = o.sets?.split(',') ?? testSets()

function cli(args: string[]): void {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/index.ts', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`ocr-detect ${args.join(' ')} ended with ${status}`)
}

interface Trained {
  /** Of the starting model; none for random weights. */
  before?: Evaluated
  best: Evaluated
  minutes: number
}
type Evaluated = Extract<RunEvent, { type: 'evaluated' }>

/** Trains, goes on with, or finds finished the run of a set from some weights; the figures are those of its best model. */
function trained(set: string, model: string): Trained {
  const output = join(o.out!, `${set}-${model}`)
  mkdirSync(output, { recursive: true })
  const [run] = readdirSync(output)
  if (run === undefined) cli(['train', '--data', join(dataRoot, set), '--model', model, '--output', output, ...recipe])
  else if (!existsSync(join(output, run, 'calibration.json'))) cli(['train', '--resume', join(output, run)])
  const directory = join(output, readdirSync(output)[0])
  const events = readFileSync(join(directory, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent)
  const evaluated = events.filter((e) => e.type === 'evaluated')
  const best = bestEvaluation(evaluated)
  if (!best || !events.some((e) => e.type === 'done')) throw new Error(`${directory} is not finished`)
  const seconds = events.reduce((sum, e) => sum + (e.type === 'epoch' ? e.seconds : 0), 0)
  return { before: evaluated.find(({ epoch }) => epoch === 0), best, minutes: seconds / 60 }
}

const percent = (share: number): number => digits(100 * share, 1)
console.log(`recipe: ${recipe.join(' ') || 'defaults'}\n`)
const table = new BenchTable('finetune', ['set', 'model', 'P', 'R', 'hmean', 'AP', 'minutes of training'])
const line = (set: string, name: string, at: Evaluated, minutes: number): void => {
  table.row(set, name, ...[at.precision, at.recall, at.hmean, at.ap].map(percent), digits(minutes, 1))
}
for (const set of sets) {
  const { before, best, minutes } = trained(set, 'base')
  if (before) line(set, 'base', before, 0)
  line(set, 'fine-tuned', best, minutes)
  if (o['no-random']) continue
  const random = trained(set, 'random')
  line(set, 'from random', random.best, random.minutes)
}
await table.save(`recipe: ${recipe.join(' ') || 'defaults'}`)
