import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors'
import { makeFolder } from '../files/make-folder'

/** Files of a run; the directory's contract. */
export const runFiles = {
  best: 'best_model.pth',
  final: 'final_model.pth',
  log: 'log.txt',
  journal: 'metrics.jsonl',
  config: 'config.json',
  calibration: 'calibration.json',
  report: 'report.html',
  samples: 'samples',
  state: 'state',
} as const

const two = (n: number): string => String(n).padStart(2, '0')

/** exp_<YYYYMMDD_HHMMSS>, local time. */
function runName(now: Date): string {
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`
  return `exp_${day}_${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
}

/**
 * Makes a new run directory below `root`, with a suffix when the name is taken: nothing is ever overwritten.
 * @returns its path
 * @throws UserError `output-not-writable`
 */
export function createRunDirectory(root: string, now = new Date()): string {
  try {
    makeFolder(root)
    for (let n = 1; ; n++) {
      const path = join(root, n === 1 ? runName(now) : `${runName(now)}_${n}`)
      try {
        mkdirSync(path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
        throw error
      }
      try {
        mkdirSync(join(path, runFiles.samples))
        mkdirSync(join(path, runFiles.state))
      } catch (error) {
        rmSync(path, { recursive: true, force: true })
        throw error
      }
      return path
    }
  } catch (cause) {
    throw new UserError(
      {
        code: 'output-not-writable',
        message: `No run directory can be made (${(cause as NodeJS.ErrnoException).code ?? 'unknown fault'}).`,
        where: { file: root },
        fix: 'Check rights and free space, or name another directory with --output.',
      },
      { cause },
    )
  }
}
