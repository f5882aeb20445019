import { UserError } from '../detector/errors'
import { flagName, nearestName, type OptionTable, parseOption } from '../detector/options/spec'

export interface Arguments {
  /** Given options by camel-case key, checked and converted. */
  values: Record<string, unknown>
  positional: string[]
}

/**
 * Reads `--key value`, `--key=value`, `--flag`, `--no-flag`; what follows `--` is positional. A later value wins.
 *
 * @throws UserError `option-unknown` with the nearest known name, `option-invalid`, `option-value-missing`
 */
export function parseArguments(argv: readonly string[], table: OptionTable): Arguments {
  const keys = new Map(Object.keys(table).map((key) => [flagName(key), key]))
  const values: Record<string, unknown> = {}
  const positional: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]
    if (argument === '--') {
      positional.push(...argv.slice(i + 1))
      break
    }
    if (!argument.startsWith('-') || argument === '-') {
      positional.push(argument)
      continue
    }
    const [, dashes, name, text] = /^(--?)([^=]*)(?:=([\s\S]*))?$/.exec(argument) as RegExpExecArray
    const key = keys.get(name)
    const negated = name.startsWith('no-') ? keys.get(name.slice(3)) : undefined
    if (dashes === '--' && key !== undefined) {
      const spec = table[key]
      if (text !== undefined) values[key] = parseOption(key, spec, text)
      else if (spec.type === 'boolean') values[key] = true
      else values[key] = parseOption(key, spec, valueAfter(argv, ++i, argument))
    } else if (dashes === '--' && negated !== undefined && table[negated].type === 'boolean' && text === undefined) {
      values[negated] = false
    } else {
      throw unknown(argument.split('=')[0], name, [...keys.keys()])
    }
  }
  return { values, positional }
}

function valueAfter(argv: readonly string[], i: number, flag: string): string {
  const value = argv[i]
  // A number may be negative; anything else with dashes is the next option.
  if (value !== undefined && (!value.startsWith('--') || value === '--')) return value
  throw new UserError({ code: 'option-value-missing', message: `${flag} needs a value.`, fix: `Write ${flag}=VALUE.` })
}

function unknown(given: string, name: string, known: string[]): UserError {
  const near = nearestName(name, known)
  return new UserError({
    code: 'option-unknown',
    message: `Unknown option ${given}.`,
    fix: near ? `Did you mean --${near}?` : 'Use --help for the list.',
  })
}
