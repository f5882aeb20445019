/**
 * Text for a terminal or a log, where names and messages from outside may stand in it: control characters, line ends and
 * marks that turn the direction of reading are written out (`\u000a`), so that they neither begin a line of their own nor
 * move the cursor. JSON stays the same JSON.
 */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\t' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
