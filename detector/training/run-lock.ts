import { dirname, join } from 'node:path'
import { UserError } from '../errors'
import { holdLock, isHeld } from '../files/hold-lock'
import { makeFolder } from '../files/make-folder'
import { runFiles } from './run-directory'

/** Whoever asks whether a run is in work gets in the way of its start for a moment. */
const PATIENCE = 2000

const lockFile = (runDir: string): string => join(runDir, runFiles.state, 'run.lock')

/**
 * Takes a run for this process, whoever started it: command line and server never train the same run at once.
 * @param patience milliseconds to wait for another process
 * @throws UserError `run-locked`
 */
export function holdRun(runDir: string, patience = PATIENCE): { release(): void } {
  const file = lockFile(runDir)
  makeFolder(dirname(file))
  try {
    return holdLock(file, patience)
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause
    throw new UserError(
      {
        code: 'run-locked',
        message: 'Another process is training this run.',
        where: { file: runDir },
        fix: 'Wait for its end, or stop it where it was started.',
      },
      { cause },
    )
  }
}

/** Whether a process, this one or another, trains the run now. */
export const isRunHeld = (runDir: string): boolean => isHeld(lockFile(runDir))
