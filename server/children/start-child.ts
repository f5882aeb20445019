import { type ChildProcess, fork } from 'node:child_process'
import { getPriority, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { entryPoint } from '../../detector/entry-point'

const SECRETS = ['AUTH_PASSWORD']
export type ChildName = 'inference-child' | 'training-child' | 'export-child' | 'task-child'

interface Kind {
  /** Its source, seen from the detector. */
  source: string
  /** How far behind the server it stands for the processor: pages first, then who waits for a detection, then the rest. */
  behind: number
}

const CHILDREN: Record<ChildName, Kind> = {
  'inference-child': { source: '../server/inference/inference-child.ts', behind: 5 },
  'training-child': { source: '../server/runs/training-child.ts', behind: 10 },
  'export-child': { source: '../server/exports/export-child.ts', behind: 10 },
  'task-child': { source: '../server/task-child.ts', behind: 10 },
}
const LAST = 19

export interface ChildStart {
  /** Working folder; default: the server's. */
  folder?: string
  args?: string[]
}

/** Starts one of our processes by its entry's name; never through a shell, and without the server's secrets. */
export function startChild(name: ChildName, { folder, args = [] }: ChildStart = {}): ChildProcess {
  const { url, execArgv } = entryPoint(name, CHILDREN[name].source)
  const env = { ...process.env }
  for (const key of SECRETS) delete env[key]
  const child = fork(fileURLToPath(url), args, {
    cwd: folder,
    env,
    execArgv: url.pathname.endsWith('.js') ? ['--enable-source-maps', ...execArgv] : execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  if (child.pid !== undefined) standBack(child.pid, CHILDREN[name].behind)
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
