/** Control characters, those that turn the direction of writing, and the line ends of Unicode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * A text as one visible line for a terminal or a log. Names of files, tensors and inputs are foreign: with line ends they
 * would write lines of their own, with ESC they would move the cursor. Such characters are shown as `\n`, `\x1b`, `\u202e`.
 */
export function oneLine(text: string): string {
  return text.replace(CONTROL, escaped)
}

/** The same for a text that has lines of its own: line ends and tabs stay. */
export function visible(text: string): string {
  return text.replace(CONTROL, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  )
}

function escaped(character: string): string {
  if (character === '\n') return '\\n'
  const code = character.charCodeAt(0).toString(16)
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
}

/** What is known of a defect; its message may quote a file's own words, so it is printed by `oneLine`. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
