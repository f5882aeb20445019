#!/usr/bin/env node
import { main } from './main'

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first asks to stop with everything saved; who asks again does not want to wait.
    if (abort.signal.aborted) process.exit(1)
    abort.abort()
  })
}
// `| head` closes the pipe when it has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await main(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  signal: abort.signal,
  debug: Boolean(process.env.DEBUG),
})
