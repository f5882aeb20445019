import { flagName, type OptionSpec, type OptionTable } from '../detector/options/spec'
import type { Command } from './command'

/** Help texts of options stand in two languages; the rest of the terminal speaks English. */
const language = (): 'zh' | 'en' =>
  /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '') ? 'zh' : 'en'

const WIDTH = 100
const INDENT = 30

function valueForm(spec: OptionSpec): string {
  switch (spec.type) {
    case 'boolean':
      return ''
    case 'number':
      return ' N'
    case 'choice':
      return ' NAME'
    case 'string':
      return ' TEXT'
  }
}

/** Range and default, as far as the type has them. */
function limits(spec: OptionSpec): string {
  const parts: string[] = []
  if (spec.type === 'number') {
    parts.push(`${spec.min}–${spec.max}`)
    if (spec.multipleOf) parts.push(`multiple of ${spec.multipleOf}`)
  }
  if (spec.type === 'choice') parts.push(spec.choices.join(', '))
  if (spec.type === 'string' && spec.required) parts.push('needed')
  else if (spec.type === 'boolean') parts.push(spec.default ? 'on' : 'off')
  else if (spec.default !== '') parts.push(`default ${spec.default}`)
  return parts.length === 0 ? '' : ` [${parts.join('; ')}]`
}

function optionLines(table: OptionTable): string[] {
  return Object.entries(table).flatMap(([key, spec]) => {
    const name = spec.type === 'boolean' && spec.default ? `no-${flagName(key)}` : flagName(key)
    const left = `  --${name}${valueForm(spec)}`
    const [first, ...more] = wrapped(`${spec.help[language()]}${limits(spec)}`, WIDTH - INDENT)
    const head = left.length < INDENT - 1 ? [left.padEnd(INDENT) + first] : [left, ' '.repeat(INDENT) + first]
    return [...head, ...more.map((line) => ' '.repeat(INDENT) + line)]
  })
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

const section = (title: string, lines: string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines])

/** `ocr-detect VERB --help`. */
export function commandHelp(command: Command): string {
  const entries = Object.entries(command.options)
  const part = (advanced: boolean): OptionTable =>
    Object.fromEntries(entries.filter(([, spec]) => (spec.advanced ?? false) === advanced))
  return [
    `ocr-detect ${command.name} ${command.usage}`,
    '',
    command.summary,
    ...section('Options', optionLines(part(false))),
    ...section('More options', optionLines(part(true))),
    ...section('Always', [
      '  --json                      The result as one JSON object on stdout.',
      '  --help                      This text.',
    ]),
    ...section(
      'Examples',
      command.examples.map((example) => `  ${example}`),
    ),
  ].join('\n')
}

/** `ocr-detect --help`. */
export function overview(commands: readonly Command[]): string {
  return [
    'ocr-detect: find text in pictures, and teach the detector your own. No Python, no GPU needed.',
    ...section(
      'Verbs',
      commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`),
    ),
    ...section('Use', [
      '  ocr-detect VERB --help      options and examples of a verb',
      '  ocr-detect --version',
      '  Options: --key value or --key=value; --no-key switches off.',
      '  Exit codes: 0 done, 1 failed, 2 wrong use or input. DEBUG=1 shows where a defect arose.',
    ]),
  ].join('\n')
}
