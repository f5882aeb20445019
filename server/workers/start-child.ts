import { type ChildProcess, fork } from 'node:child_process'
import { getPriority, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { entryPoint } from '../../detector/entry-point'

const SECRETS = ['AUTH_PASSWORD']
export type ChildName = 'inference-child' | 'training-child' | 'export-child' | 'task-child'

/** How far behind the server a child stands for the processor: pages first, then who waits for a detection, then the rest. */
const STANDS_BACK: Record<ChildName, number> = {
  'inference-child': 5,
  'training-child': 10,
  'export-child': 10,
  'task-child': 10,
}
const LAST = 19

export interface ChildStart {
  /** Working folder; default: the server's. */
  folder?: string
  args?: string[]
}

/** Starts one of our processes by its entry's name; never through a shell, and without the server's secrets. */
export function startChild(name: ChildName, { folder, args = [] }: ChildStart = {}): ChildProcess {
  const { url, execArgv } = entryPoint(name, `../server/workers/${name}.ts`)
  const env = { ...process.env }
  for (const key of SECRETS) delete env[key]
  const child = fork(fileURLToPath(url), args, {
    cwd: folder,
    env,
    execArgv: url.pathname.endsWith('.js') ? ['--enable-source-maps', ...execArgv] : execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  if (child.pid !== undefined) standBack(child.pid, STANDS_BACK[name])
  return child
}

/** From here and at once: threads have the priority of the one that starts them, and most come later. */
function standBack(pid: number, steps: number): void {
  try {
    setPriority(pid, Math.min(LAST, getPriority() + steps))
  } catch {
    // Not allowed here, or gone already; then all are equal.
  }
}

/** Why a child ended, in words; the kernel's out-of-memory killer sends SIGKILL. */
export function endReason(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
