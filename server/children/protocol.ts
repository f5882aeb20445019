import { pino } from 'pino'
import type { ErrorBody } from '../../detector/errors'
import { UserError } from '../../detector/errors'
import { asDiskFull } from '../../detector/files/atomic-write'
import { guardMemory } from './guard-memory'
import type { FromTraining } from './training-protocol'

/** What goes from the server to a child that answers requests, and back. */
export interface Request {
  id: number
  op: string
  payload: unknown
}
export type Response =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; error: ErrorBody; defect: boolean }
  | { id: number; progress: unknown }

const log = pino()

export type Handler = (payload: never, progress: (value: unknown) => void) => Promise<unknown>

/**
 * Answers requests until the server goes away. Errors keep their code; a defect's stack goes to this child's log.
 * @param memory bytes of resident memory beyond which this process ends; default: see `guardMemory`
 */
export function serveRequests<T extends { [K in keyof T]: Handler }>(handlers: T, memory?: number): void {
  const guarded = guardMemory(memory)
  const send: (message: Response) => void = tellServer
  process.on('message', async ({ id, op, payload }: Request) => {
    try {
      const handler: Handler | undefined = handlers[op as keyof T]
      if (!handler) throw new Error(`unknown request ${op}`)
      await guarded
      const value = await handler(payload as never, (progress) => send({ id, progress }))
      send({ id, ok: true, value })
    } catch (cause) {
      const error = asDiskFull(cause)
      const defect = !(error instanceof UserError)
      if (defect) logDefect(error)
      send({ id, ok: false, error: errorBody(error), defect })
    }
  })
  endWithServer()
}

/** Sends to the server; a server that has died meanwhile is no fault of this process, which must come to save its work. */
export function tellServer(message: Response | FromTraining): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

/**
 * A child has no life of its own: it ends when the channel to the server closes, and leaves signals that the whole group
 * gets (Ctrl+C, the end of a service) to the server.
 */
export function endWithServer(before: () => Promise<void> | void = () => undefined): void {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined)
  process.on('disconnect', async () => {
    await before()
    process.exit(0)
  })
}

/** A defect's stack as one line, in the form of the server's log: what is foreign in it begins no line of its own. */
export const logDefect = (error: unknown): void => log.error({ err: error }, 'defect')

/** A fault as the user sees it; of a defect only that there is one. */
export function errorBody(cause: unknown): ErrorBody {
  const error = asDiskFull(cause)
  if (error instanceof UserError) return error.toBody()
  return { code: 'internal', message: 'The program has a fault; its log says more.' }
}
