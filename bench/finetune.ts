/**
 * What fine-tuning is worth: for every set the base model as it is, fine-tuned on the set's training part, and random weights
 * trained by the same recipe, all measured on the test part at the thresholds found in calibration (those of the base for the
 * base). Hours of processor time; each run is kept in --out and goes on there when the same command is given again.
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

/** Trains, goes on with, or finds finished the run of a set from some weights. */
function trained(set: string, model: string): { file: string; minutes: number } {
  const output = join(o.out!, `${set}-${model}`)
  mkdirSync(output, { recursive: true })
  const [run] = readdirSync(output)
  if (run === undefined) cli(['train', '--data', join(root, set), '--model', model, '--output', output, ...recipe])
  else if (!existsSync(join(output, run, 'calibration.json'))) cli(['train', '--resume', join(output, run)])
  const directory = join(output, readdirSync(output)[0])
  const seconds = readFileSync(join(directory, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => (line.includes('"type":"epoch"') ? [JSON.parse(line).seconds as number] : []))
    .reduce((sum, value) => sum + value, 0)
  return { file: join(directory, 'best_model.pth'), minutes: seconds / 60 }
}

const percent = (share: number): string => (100 * share).toFixed(1)
console.log(`recipe: ${recipe.join(' ') || 'defaults'}\n`)
console.log('| set | model | P | R | hmean | AP | minutes of training |')
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |')
for (const set of sets) {
  const models = [
    { name: 'base', file: 'base', minutes: 0 },
    { name: 'fine-tuned', ...trained(set, 'base') },
    ...(o['no-random'] ? [] : [{ name: 'from random', ...trained(set, 'random') }]),
  ]
  for (const { name, file, minutes } of models) {
    const answer = cli(['evaluate', '--data', join(root, set), '--model', file, '--json'], true)
    const { precision, recall, hmean, ap } = (JSON.parse(answer) as SetEvaluation).metrics
    const figures = [precision, recall, hmean, ap].map(percent).join(' | ')
    console.log(`| ${set} | ${name} | ${figures} | ${minutes.toFixed(1)} |`)
  }
}
