import { UserError } from '../../detector/errors'
import { runTraining } from '../../detector/training/run'
import { endWithServer, errorBody, logDefect, tellServer } from '../children/protocol'
import { LOCKED_EXIT, type ToTraining } from '../children/training-protocol'

/** A former process of the same run may still be saving its state. */
const LOCK_PATIENCE = 120_000

const controller = new AbortController()
let work: Promise<void> | undefined

async function run(runDir: string): Promise<void> {
  for await (const event of runTraining(runDir, { signal: controller.signal, patience: LOCK_PATIENCE })) {
    tellServer({ type: 'event', event })
  }
}

process.on('message', (message: ToTraining) => {
  if (message.type === 'end') controller.abort(message.reason)
  else {
    work ??= run(message.runDir)
    work.then(
      () => process.exit(0),
      (error: unknown) => {
        // The journal holds it already; a defect's stack belongs into the server's log.
        if (!(error instanceof UserError)) logDefect(error)
        tellServer({ type: 'fault', error: errorBody(error) })
        if (error instanceof UserError) process.exit(error.code === 'run-locked' ? LOCKED_EXIT : 3)
        process.exit(1)
      },
    )
  }
})
endWithServer(async () => {
  controller.abort('interrupted')
  await work?.catch(() => undefined)
})
