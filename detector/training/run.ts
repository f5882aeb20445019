import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Engine } from '../engine/engine'
import { type ErrorBody, UserError } from '../errors'
import { asDiskFull, asUserError, writeFileAtomic } from '../files/atomic-write'
import type { TrainOptions } from '../options/train'
import { newConfig, type RunConfig, readConfig, writeConfig } from './config-file'
import { failure, type RunEvent, type RunEventBody } from './events'
import { Journal, readEvents } from './journal'
import { LogFile } from './log-file'
import { reportHtml } from './report'
import { createRunDirectory, runFiles } from './run-directory'
import { holdRun } from './run-lock'
import { hasState, loadState } from './state-file'
import { train } from './train'

/**
 * Makes the directory of a new run and puts its configuration there.
 * @param root `workdirs`, made when absent
 * @returns path of the run directory
 */
export async function createRun(root: string, options: TrainOptions, now = new Date()): Promise<string> {
  const runDir = createRunDirectory(root, now)
  await writeConfig(runDir, newConfig(options, now))
  return runDir
}

export interface RunContext {
  /** Abort with a StopReason as reason to end early with everything saved. */
  signal: AbortSignal
  /** Made from the options when left out. */
  engine?: Engine
  /** Milliseconds to wait for another process that trains this run; a moment when left out. */
  patience?: number
}

/**
 * Runs what a run directory asks for, from its saved state where it has one, and hands on every event after it is in
 * metrics.jsonl and log.txt. What the journal says beyond the saved state is cut first: it happens again. No other
 * process can train the run meanwhile.
 *
 * @throws UserError `run-locked`, `run-finished`, `not-a-run`; and whatever ended the run, after its `failed` event
 */
export async function* runTraining(runDir: string, context: RunContext): AsyncGenerator<RunEvent> {
  const config = await readConfig(runDir)
  const held = holdRun(runDir, context.patience)
  try {
    yield* runHeld(runDir, config, context)
  } finally {
    held.release()
  }
}

async function* runHeld(
  runDir: string,
  { options, confined }: RunConfig,
  context: RunContext,
): AsyncGenerator<RunEvent> {
  if (isFinished(runDir)) throw runFinished(runDir)
  const journalFile = join(runDir, runFiles.journal)
  const journal = Journal.open(journalFile)
  const resume = hasState(join(runDir, runFiles.state))
  const before = journal.cutAfter(resume ? (await loadState(join(runDir, runFiles.state))).progress.seq : 0)
  const log = new LogFile(join(runDir, runFiles.log), before)
  const put = (body: RunEventBody): RunEvent => {
    try {
      const event = journal.append(body)
      log.append(event)
      return event
    } catch (error) {
      throw asUserError(error, journalFile)
    }
  }
  try {
    for await (const body of train(options, { ...context, runDir, confined, resume, lastSeq: () => journal.lastSeq })) {
      const event = put(body)
      // Before the event goes on: whoever hears of the end finds the report.
      if (body.type === 'done') await writeReport(runDir, options, options.model)
      yield event
    }
  } catch (cause) {
    const error = asDiskFull(cause)
    const body = errorBody(error)
    for (const last of failure(body)) {
      let event: RunEvent
      try {
        event = put(last)
      } catch {
        // A full disk takes no last word either; whoever runs this hears the fault itself.
        break
      }
      yield event
    }
    throw error
  }
}

/** True when the run has come to its end; nothing is left to resume. */
export function isFinished(runDir: string): boolean {
  return readEvents(join(runDir, runFiles.journal)).events.some((event) => event.type === 'done')
}

/** report.html from what the directory holds. */
async function writeReport(runDir: string, options: TrainOptions, base: string): Promise<void> {
  const calibrationFile = join(runDir, runFiles.calibration)
  const html = reportHtml({
    runDir,
    runName: basename(runDir),
    options,
    base,
    events: readEvents(join(runDir, runFiles.journal)).events,
    calibration: existsSync(calibrationFile) ? JSON.parse(readFileSync(calibrationFile, 'utf8')) : undefined,
  })
  await writeFileAtomic(join(runDir, runFiles.report), html)
}

/** What to say to the wish to resume a finished run. */
export function runFinished(runDir: string): UserError {
  return new UserError({
    code: 'run-finished',
    message: 'This run has come to its end; there is nothing to resume.',
    where: { file: runDir },
    fix: `Start a new run with --model ${join(runDir, runFiles.best)} to train on.`,
  })
}

function errorBody(error: unknown): ErrorBody {
  if (error instanceof UserError) return error.toBody()
  return { code: 'internal', message: `The program failed: ${error instanceof Error ? error.message : String(error)}` }
}
