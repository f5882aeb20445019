import { UserError } from '../errors'
import { ownValue } from '../own-value'

/** Text in the two languages of the product. */
export interface Bilingual {
  zh: string
  en: string
}

interface Common {
  label: Bilingual
  help: Bilingual
  /** Shown under "advanced" in forms and listed after the others in --help. */
  advanced?: boolean
}

export type OptionSpec =
  | (Common & {
      type: 'number'
      default: number
      min: number
      max: number
      step?: number
      integer?: boolean
      multipleOf?: number
    })
  | (Common & { type: 'boolean'; default: boolean })
  | (Common & {
      type: 'choice'
      default: string
      choices: readonly string[]
      /** What a form shows for a choice; the choice itself where left out. */
      choiceLabels?: Record<string, Bilingual>
    })
  | (Common & { type: 'string'; default: string; required?: boolean })

export type OptionTable = Record<string, OptionSpec>

type ValueOf<S extends OptionSpec> = S extends { type: 'number' }
  ? number
  : S extends { type: 'boolean' }
    ? boolean
    : S extends { type: 'choice'; choices: readonly (infer C)[] }
      ? C
      : string

export type ValuesOf<T extends OptionTable> = { [K in keyof T]: ValueOf<T[K]> }

/** `imageSize` → `image-size`, the name on the command line. */
export const flagName = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)

export function defaultsOf<T extends OptionTable>(table: T): ValuesOf<T> {
  return Object.fromEntries(Object.entries(table).map(([key, spec]) => [key, spec.default])) as ValuesOf<T>
}

/**
 * Checks one value against its specification. Text is converted, as command lines and forms deliver it.
 * @throws UserError `option-invalid` naming the option, the range and what was given.
 */
export function parseOption(key: string, spec: OptionSpec, value: unknown): number | boolean | string {
  const refuse = (expected: string): never => {
    const given = typeof value === 'string' ? `"${value}"` : String(value)
    throw new UserError({
      code: 'option-invalid',
      message: `--${flagName(key)}: ${expected} expected, ${given} given.`,
    })
  }
  switch (spec.type) {
    case 'number': {
      const range = `${spec.integer ? 'a whole number' : 'a number'} from ${spec.min} to ${spec.max}`
      const text = typeof value === 'string' ? value.trim() : value
      const n = typeof text === 'string' && text !== '' ? Number(text) : text
      if (typeof n !== 'number' || !Number.isFinite(n) || n < spec.min || n > spec.max) return refuse(range)
      if (spec.integer && !Number.isInteger(n)) return refuse(range)
      if (spec.multipleOf && n % spec.multipleOf !== 0) {
        const nearest = Math.min(spec.max, Math.max(spec.min, Math.round(n / spec.multipleOf) * spec.multipleOf))
        return refuse(`a multiple of ${spec.multipleOf} (nearest: ${nearest})`)
      }
      return n
    }
    case 'boolean':
      if (typeof value === 'boolean') return value
      if (value === 'true' || value === '1' || value === 'yes' || value === 'on') return true
      if (value === 'false' || value === '0' || value === 'no' || value === 'off') return false
      return refuse('true or false')
    case 'choice':
      if (typeof value === 'string' && spec.choices.includes(value)) return value
      return refuse(`one of ${spec.choices.join(', ')}`)
    case 'string':
      if (typeof value === 'string' && !(spec.required && value.trim() === '')) return value
      return refuse('a text')
  }
}

/** Edit distance (Levenshtein) of two short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}

/** The known name that `name` was probably meant to be, if any is close enough. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [best] = known.map((k) => [distance(name, k), k] as const).sort((x, y) => x[0] - y[0])
  return best && best[0] <= Math.max(2, name.length / 3) ? best[1] : undefined
}

/**
 * Fills the defaults of a table and checks every given value.
 * @throws UserError `option-unknown` (with the nearest known name), `option-invalid`, `option-missing`.
 */
export function parseOptions<T extends OptionTable>(table: T, given: Record<string, unknown>): ValuesOf<T> {
  const values: Record<string, unknown> = defaultsOf(table)
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue
    const spec = ownValue<OptionSpec>(table, key)
    if (!spec) {
      const near = nearestName(key, Object.keys(table))
      throw new UserError({
        code: 'option-unknown',
        message: `Unknown option --${flagName(key)}.`,
        ...(near && { fix: `Did you mean --${flagName(near)}?` }),
      })
    }
    values[key] = parseOption(key, spec, value)
  }
  for (const [key, spec] of Object.entries(table)) {
    if (spec.type === 'string' && spec.required && values[key] === '') {
      throw new UserError({ code: 'option-missing', message: `--${flagName(key)} is needed.` })
    }
  }
  return values as ValuesOf<T>
}
