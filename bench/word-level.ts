/**
 * How sets that mark words shall teach a finder of lines: as they are, joined to lines, or with don't-care between the words of
 * a line. The base is trained a little on the training parts of icdar2015 and documents in each way, and measured on sets of
 * lines and on the joined test parts of the two.
 *
 *     npx tsx bench/word-level.ts --out DIR [-- --epochs 4 …]
 *
 * What follows `--` goes to `ocr-detect train`. Runs are kept in --out; a finished one is only measured again.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openDataset, type Sample } from '../detector/dataset/dataset'
import { formatIcdar } from '../detector/dataset/icdar'
import type { SetEvaluation } from '../detector/evaluation/evaluate-set'
import { gapsBetweenWords, joinWords, type MarkedText } from '../pretrain/join-words'
import { BenchTable, digits } from './report'

const split = process.argv.indexOf('--')
const recipe = split < 0 ? ['--epochs', '4', '--image-size', '320'] : process.argv.slice(split + 1)
const { values } = parseArgs({
  args: process.argv.slice(2, split < 0 ? undefined : split),
  options: { out: { type: 'string' } },
})
if (!values.out) throw new Error('--out DIR is needed')
const out = resolve(values.out)
const root = process.env.OCR_DATA ?? '../shared/data'

const WORD_SETS = ['icdar2015', 'documents']
const LINE_SETS = ['receipts', 'typewritten']
const WAYS: Record<string, (words: MarkedText[]) => MarkedText[]> = {
  words: (words) => words,
  joined: joinWords,
  gaps: (words) => [...words, ...gapsBetweenWords(words)],
}

/** Adds samples to a part of a set in ICDAR2015 layout, their pictures as links. */
function write(
  folder: string,
  part: 'train' | 'test',
  set: string,
  samples: Sample[],
  way: keyof typeof WAYS,
): string[] {
  for (const kind of ['images', 'gts']) mkdirSync(join(folder, `${part}_${kind}`), { recursive: true })
  return samples.map(({ image, polygons }) => {
    const name = `${set}_${basename(image)}`
    const link = join(folder, `${part}_images`, name)
    if (!existsSync(link)) symlinkSync(resolve(image), link)
    const texts = WAYS[way](polygons).map(({ points, ignore }) => ({ points, ignore, text: ignore ? '###' : 'text' }))
    writeFileSync(join(folder, `${part}_gts`, `${name}.txt`), formatIcdar(texts))
    return name
  })
}
const writeList = (folder: string, part: 'train' | 'test', names: string[]) =>
  writeFileSync(join(folder, `${part}_list.txt`), `${names.join('\n')}\n`)

function cli(args: string[]): string {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/index.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`ocr-detect ${args.join(' ')} ended with ${status}`)
  return stdout
}

const measured = LINE_SETS.map((name) => ({ name, folder: join(root, name) }))
for (const set of WORD_SETS) {
  const { test } = await openDataset(join(root, set), { need: 'test' })
  const folder = join(out, `test-${set}`)
  writeList(folder, 'test', write(folder, 'test', set, test, 'joined'))
  measured.push({ name: `${set}, joined`, folder })
}

function report(name: string, model: string): void {
  const cells = measured.flatMap(({ folder }) => {
    const fixed = ['--threshold', '0.5', '--binarize-threshold', '0.35']
    const answer = cli(['evaluate', '--data', folder, '--model', model, ...fixed, '--json'])
    const { metrics, best } = JSON.parse(answer) as SetEvaluation
    return [digits(100 * metrics.hmean, 1), digits(100 * best.hmean, 1)]
  })
  table.row(name, ...cells)
}

const table = new BenchTable('word-level', ['trained on', ...measured.flatMap(({ name }) => [name, `${name}, best`])])
report('nothing (base)', 'base')
for (const way of Object.keys(WAYS)) {
  const data = join(out, `data-${way}`)
  const runs = join(out, `runs-${way}`)
  mkdirSync(runs, { recursive: true })
  if (readdirSync(runs).length === 0) {
    const names: string[] = []
    for (const set of WORD_SETS) {
      const { train } = await openDataset(join(root, set), { splitShare: 0 })
      names.push(...write(data, 'train', set, train, way))
    }
    writeList(data, 'train', names)
    // The final model is measured; a handful of pictures is enough for the run's own validation.
    const { test } = await openDataset(join(root, WORD_SETS[0]), { need: 'test' })
    writeList(data, 'test', write(data, 'test', WORD_SETS[0], test.slice(0, 4), 'joined'))
    cli(['train', '--data', data, '--output', runs, '--validate-every', '1000', ...recipe])
  }
  report(way, join(runs, readdirSync(runs)[0], 'final_model.pth'))
}
await table.save(
  `recipe: ${recipe.join(' ')}; hmean, %, at binarisation 0.35 and score 0.5, and at the best of the grid`,
)
