/**
 * What fine-tuning is worth: for every set the base model as it is, fine-tuned on the set's training part, and random weights
 * trained by the same recipe, all measured on the test part, each at the pair of thresholds that is best for it (what a run
 * bakes into its models); for the base also at its own. Hours of processor time; each run is kept in --out and goes on there
 * when the same command is given again.
 *
 *     npx tsx bench/finetune.ts --out DIR [--sets receipts,…] [--no-random] [-- --epochs 10 …]
 *
 * What follows `--` goes to `ocr-detect train`; without it the recipe is the product's default.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SetEvaluation } from '../detector/evaluation/evaluate-set'
import { bestEvaluation, type RunEvent } from '../detector/training/events'

const split = process.argv.indexOf('--')
const recipe = split < 0 ? [] : process.argv.slice(split + 1)
const { values: o } = parseArgs({
  args: process.argv.slice(2, split < 0 ? undefined : split),
  options: { out: { type: 'string' }, sets: { type: 'string' }, 'no-random': { type: 'boolean', default: false } },
})
if (!o.out) throw new Error('--out DIR is needed')
const root = process.env.OCR_DATA ?? '../shared/data'
const sets = o.sets?.split(',') ?? readdirSync(root).filter((name) => existsSync(join(root, name, 'test_list.txt')))

function cli(args: string[], capture = false): string {
  const node = [process.execPath, '--import', 'tsx', 'cli/index.ts', ...args]
  const { status, stdout } = spawnSync(node[0], node.slice(1), {
    stdio: ['ignore', capture ? 'pipe' : 'ignore', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`ocr-detect ${args.join(' ')} ended with ${status}`)
  return stdout
}

interface Row {
  precision: number
  recall: number
  hmean: number
  /** hmean at the thresholds that the starting model brings. */
  own?: number
  minutes: number
}

function measure(set: string, model: string): Row {
  const answer = cli(['evaluate', '--data', join(root, set), '--model', model, '--json'], true)
  const { metrics, best } = JSON.parse(answer) as SetEvaluation
  return { ...best, own: metrics.hmean, minutes: 0 }
}

/** Trains, goes on with, or finds finished the run of a set from some weights; the figures are those of its best model. */
function trained(set: string, model: string): Row {
  const output = join(o.out!, `${set}-${model}`)
  mkdirSync(output, { recursive: true })
  const [run] = readdirSync(output)
  if (run === undefined) cli(['train', '--data', join(root, set), '--model', model, '--output', output, ...recipe])
  else if (!existsSync(join(output, run, 'calibration.json'))) cli(['train', '--resume', join(output, run)])
  const directory = join(output, readdirSync(output)[0])
  const events = readFileSync(join(directory, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent)
  const best = bestEvaluation(events.filter((e) => e.type === 'evaluated'))
  if (!best || !events.some((e) => e.type === 'done')) throw new Error(`${directory} is not finished`)
  const seconds = events.reduce((sum, e) => sum + (e.type === 'epoch' ? e.seconds : 0), 0)
  return { ...best, minutes: seconds / 60 }
}

const percent = (share: number): string => (100 * share).toFixed(1)
console.log(`recipe: ${recipe.join(' ') || 'defaults'}\n`)
console.log('| set | model | P | R | hmean | at its own thresholds | minutes of training |')
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |')
for (const set of sets) {
  const models: Record<string, () => Row> = {
    base: () => measure(set, 'base'),
    'fine-tuned': () => trained(set, 'base'),
    ...(!o['no-random'] && { 'from random': () => trained(set, 'random') }),
  }
  for (const [name, row] of Object.entries(models)) {
    const { precision, recall, hmean, own, minutes } = row()
    const cells = [precision, recall, hmean].map(percent).join(' | ')
    console.log(`| ${set} | ${name} | ${cells} | ${own === undefined ? '' : percent(own)} | ${minutes.toFixed(1)} |`)
  }
}
