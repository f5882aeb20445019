import type { OptionTable } from '../detector/options/spec'

export interface CommandContext {
  /** `--json`: the result is one machine-readable object on stdout, and nothing else is. */
  json: boolean
  /** One line to stdout: results. */
  out(line: string): void
  /** One line to stderr: progress, warnings. */
  err(line: string): void
  /** Aborted by SIGINT or SIGTERM; a second signal ends the process. */
  signal: AbortSignal
}

/** One verb of `ocr-detect`, one file each: `cli/<name>.ts` exports it as `command`. */
export interface Command {
  name: string
  /** One sentence for the list of verbs. */
  summary: string
  /** What stands behind the name: `IMAGE… [options]`. */
  usage: string
  /** Whole command lines, shown by `--help`. */
  examples: string[]
  /** Everything the verb takes but `--json`, `--help` and `--version`. */
  options: OptionTable
  /**
   * @param values the options that were given, checked and converted, by camel-case key; defaults are NOT filled in
   *   (`parseOptions(options, values)` does that), so that a verb can tell a given value from a default one
   * @returns exit code: 0, 1 (failed), 2 (wrong use or input)
   */
  run(values: Record<string, unknown>, positional: string[], ctx: CommandContext): Promise<number>
}
