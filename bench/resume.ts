/**
 * Resume proof: a run that is killed with SIGKILL at random moments and resumed must end with the same bytes as one that
 * nothing disturbed.
 *
 *   npx tsx bench/resume.ts [--set receipts] [--image-size 320] [--batch-size 8] [--epochs 2] [--kills 3] [--seed 1]
 *
 * Exit code 0 when the weights of both runs are identical.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseOptions } from '../detector/options/spec'
import { trainOptions } from '../detector/options/train'
import { Random } from '../detector/random'
import { readEvents } from '../detector/training/journal'
import { createRun } from '../detector/training/run'
import { BenchTable } from './report'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'receipts' },
    'image-size': { type: 'string', default: '320' },
    'batch-size': { type: 'string', default: '8' },
    epochs: { type: 'string', default: '2' },
    kills: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
})
const options = parseOptions(trainOptions, {
  data: resolve(process.env.OCR_DATA ?? '../shared/data', values.set),
  imageSize: values['image-size'],
  batchSize: values['batch-size'],
  epochs: values.epochs,
  saveEvery: 5,
})
const random = new Random(Number(values.seed))
const directory = mkdtempSync(join(tmpdir(), 'resume-'))

/** Runs or resumes a run in a process of its own; killed after a time, if one is given. */
async function runProcess(runDir: string, killAfterMs?: number): Promise<'ended' | 'killed'> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/index.ts', 'train', '--resume', runDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  const [code, signal] = await new Promise<[number | null, string | null]>((done) => {
    child.on('exit', (c, s) => done([c, s]))
  })
  clearTimeout(timer)
  if (signal === 'SIGKILL') return 'killed'
  if (code !== 0) throw new Error(`The run ended with exit code ${code}`)
  return 'ended'
}

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
const lastStep = (runDir: string): number =>
  readEvents(join(runDir, 'metrics.jsonl')).events.reduce((n, e) => (e.type === 'step' ? e.step : n), 0)

try {
  const whole = await createRun(directory, options)
  const begun = performance.now()
  await runProcess(whole)
  const wholeMs = performance.now() - begun
  console.log(`undisturbed run: ${lastStep(whole)} steps in ${(wholeMs / 1000).toFixed(0)} s`)

  const killed = await createRun(directory, options)
  let kills = 0
  while (kills < Number(values.kills)) {
    const after = random.range(0.15, 0.9) * wholeMs
    if ((await runProcess(killed, after)) === 'ended') break
    kills++
    console.log(`killed after ${(after / 1000).toFixed(1)} s, at step ${lastStep(killed)}`)
  }
  const finished = readEvents(join(killed, 'metrics.jsonl')).events.some((event) => event.type === 'done')
  if (!finished) await runProcess(killed)

  const files = ['best_model.pth', 'final_model.pth', 'calibration.json']
  const same = files.filter((file) => sha256(join(whole, file)) === sha256(join(killed, file)))
  const table = new BenchTable('resume', ['file', 'kills', 'same bytes'])
  for (const file of files) table.row(file, kills, same.includes(file) ? 'yes' : 'no')
  await table.save(`undisturbed: ${lastStep(whole)} steps in ${(wholeMs / 1000).toFixed(0)} s`)
  process.exitCode = same.length === files.length ? 0 : 1
} finally {
  rmSync(directory, { recursive: true })
}
