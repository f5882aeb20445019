import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import safe from 'safe-regex2'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Every regular expression in the product's sources, as `file:line: expression`, with the expression. */
function* expressions(folder: string): Generator<[string, string]> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /\.(?:test|d)\.ts$/.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    const found: [string, string][] = []
    const visit = (node: ts.Node): void => {
      const built = ts.isNewExpression(node) && node.expression.getText() === 'RegExp'
      if (ts.isRegularExpressionLiteral(node) || built) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
        found.push([`${file.slice(root.length + 1)}:${line}: ${node.getText()}`, built ? '' : node.getText()])
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    yield* found
  }
}

/** Without its slashes; a group that may be absent repeats nothing, which safe-regex2 takes for a repetition. */
const bodyOf = (literal: string): string => literal.slice(1, literal.lastIndexOf('/')).replaceAll(')?', ')')

/** A star inside a star, or white space beside something that takes it too: both go back over what they have read. */
function goesBack(literal: string): boolean {
  return !safe(bodyOf(literal)) || /\\s[*+]\[[^\]]*\\[nrst]/.test(literal)
}

it('knows the expressions that once stopped the server', () => {
  expect(goesBack(String.raw`/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg/i`)).toBe(true)
  expect(goesBack(String.raw`/\s*[\r\n]+\s*/g`)).toBe(true)
  expect(goesBack('/^([a-z]+)*$/')).toBe(true)
  expect(goesBack(String.raw`/\.[^.]*$/`)).toBe(false)
})

it('no expression of the product goes back over what it has read', () => {
  const all = ['detector', 'server', 'cli', 'app'].flatMap((folder) => [...expressions(folder)])
  expect(all.length).toBeGreaterThan(50)
  expect(all.filter(([, literal]) => literal && goesBack(literal)).map(([place]) => place)).toEqual([])
  // Built ones are not seen through: those of numbers are tried in linear-time.test.ts, the others hold fixed endings only.
  const built = all.filter(([, literal]) => literal === '').map(([place]) => place.split(':')[0])
  expect([...new Set(built)]).toEqual([
    'detector/dataset/list-file.ts',
    'detector/dataset/number-line.ts',
    'detector/picture/picture-names.ts',
  ])
})
