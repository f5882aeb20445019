import { readFileSync } from 'node:fs'
import { type ErrorBody, UserError } from '../detector/errors'
import { oneLine } from '../detector/one-line'
import { nearestName } from '../detector/options/spec'
import { ownValue } from '../detector/own-value'
import { parseArguments } from './arguments'
import type { Command, CommandContext } from './command'
import { commandHelp, overview } from './help'

/** Verbs are loaded when they are used, so that each starts quickly. */
const verbs: Record<string, () => Promise<{ command: Command }>> = {
  detect: () => import('./detect'),
  batch: () => import('./batch'),
  train: () => import('./train'),
  evaluate: () => import('./evaluate'),
  export: () => import('./export'),
  synth: () => import('./synth'),
  label: () => import('./label'),
  check: () => import('./check'),
  info: () => import('./info'),
}

export interface Terminal {
  out(line: string): void
  err(line: string): void
  signal: AbortSignal
  /** Whether to show where defects arose. */
  debug: boolean
}

/**
 * Runs one command line.
 * @param argv without node and script
 * @returns exit code: 0, 1 (failed), 2 (wrong use or input)
 */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const end = argv.indexOf('--')
  const flags = end < 0 ? argv : argv.slice(0, end)
  const json = flags.includes('--json')
  try {
    return await dispatch(argv, flags, json, terminal)
  } catch (error) {
    return report(error, json, terminal)
  }
}

async function dispatch(
  argv: readonly string[],
  flags: readonly string[],
  json: boolean,
  { out: write, err: writeErr, signal }: Terminal,
): Promise<number> {
  // What verbs say holds names from outside.
  const out = (line: string): void => write(oneLine(line))
  const err = (line: string): void => writeErr(oneLine(line))
  const [verb, ...rest] = argv
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    const commands = await Promise.all(Object.values(verbs).map(async (load) => (await load()).command))
    write(overview(commands))
    return verb === undefined ? 2 : 0
  }
  if (verb === '--version' || verb === '-V') {
    out(version())
    return 0
  }
  const load = ownValue(verbs, verb)
  if (!load) {
    const near = nearestName(verb, Object.keys(verbs))
    throw new UserError({
      code: 'verb-unknown',
      message: `Unknown verb "${verb}".`,
      fix: near ? `Did you mean "${near}"?` : `Verbs: ${Object.keys(verbs).join(', ')}.`,
    })
  }
  const { command } = await load()
  if (flags.includes('--help') || flags.includes('-h')) {
    write(commandHelp(command))
    return 0
  }
  const dashes = rest.indexOf('--')
  const own = rest.filter((argument, i) => argument !== '--json' || (dashes >= 0 && i > dashes))
  const { values, positional } = parseArguments(own, command.options)
  const context: CommandContext = { json, out, err, signal }
  return await command.run(values, positional, context)
}

/** Faults of the user in one line; defects in a plain sentence, with their stack on request. */
function report(error: unknown, json: boolean, { out, err, signal, debug }: Terminal): number {
  if (signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))) {
    err('Stopped.')
    return 1
  }
  const user = error instanceof UserError
  const body: ErrorBody = user
    ? error.toBody()
    : { code: 'internal', message: `This is a defect of the program, not of your input: ${messageOf(error)}` }
  if (json) out(oneLine(JSON.stringify({ error: body })))
  err(user ? error.toLine() : oneLine(`${body.message}${debug ? '' : ' (DEBUG=1 shows where.)'}`))
  if (debug && error instanceof Error) err(error.stack ?? '')
  return user && !failures.has(error.code) ? 2 : 1
}

/** Not wrong use or input, but something that failed on the way. */
const failures = new Set([
  'export-check-failed',
  'disk-full',
  'write-refused',
  'device-unavailable',
  'loss-not-finite',
  'out-of-memory',
])

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]

function version(): string {
  // Beside the source folder and beside the bundle alike.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
