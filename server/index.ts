import { pino } from 'pino'
import { UserError } from '../detector/errors'
import { banner } from './banner'
import { readConfig } from './config/config'
import { startServer } from './start'

/** How long a stop may take before the process ends all the same. */
const STOP_PATIENCE = 15_000

try {
  const config = readConfig(process.argv.slice(2), process.env)
  const log = pino({ level: config.logLevel, redact: ['req.headers', 'password', 'code'] })
  delete process.env.AUTH_PASSWORD
  const server = await startServer(config, log)
  process.stdout.write(banner(config, server.port, server.code))

  let stopping = false
  const stop = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping; running work is saved')
    setTimeout(() => process.exit(1), STOP_PATIENCE).unref()
    await server.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.stderr.write(`${error.toLine()}\n`)
  process.exit(1)
}
