import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { entryPoint } from '../../detector/entry-point'

const SECRETS = ['AUTH_PASSWORD']

/** Starts one of our processes by its entry's name; never through a shell, and without the server's secrets. */
export function startChild(name: 'inference-child' | 'training-child' | 'export-child' | 'task-child'): ChildProcess {
  const { url, execArgv } = entryPoint(name, `../server/workers/${name}.ts`)
  const env = { ...process.env }
  for (const key of SECRETS) delete env[key]
  return fork(fileURLToPath(url), [], {
    env,
    execArgv: url.pathname.endsWith('.js') ? ['--enable-source-maps', ...execArgv] : execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

/** Why a child ended, in words; the kernel's out-of-memory killer sends SIGKILL. */
export function endReason(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
