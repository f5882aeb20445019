import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { __unstable__loadDesignSystem as loadDesignSystem } from 'tailwindcss'
import ts from 'typescript'
import { expect, test } from 'vitest'

const APP = resolve(import.meta.dirname, '..')
/** Names that only other classes refer to. */
const MARK = /^(group|peer)(\/[a-z-]+)?$/
/** Constants that hold classes: `cardLook`, and tables of them in capitals. */
const HOLDS_CLASSES = /(Look|^[A-Z][A-Z_]+)$/

const sources = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
  .map((name) => join(APP, name))

/** The classes in an expression: its texts, save those that something is compared with or found by. */
function* textsOf(node: ts.Node): Generator<string> {
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
    yield node.text
  else if (ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText())) return
  else if (ts.isElementAccessExpression(node)) return
  else if (ts.isCallExpression(node)) {
    if (node.expression.getText() === 'clsx') for (const part of node.arguments) yield* textsOf(part)
  } else if (ts.isConditionalExpression(node)) {
    yield* textsOf(node.whenTrue)
    yield* textsOf(node.whenFalse)
  } else if (ts.isPropertyAssignment(node)) {
    if (!['icon', 'label'].includes(node.name.getText())) yield* textsOf(node.initializer)
  } else for (const child of node.getChildren()) yield* textsOf(child)
}

/** Classes written in a file: in `className`, in `clsx(…)` and in the constants for them. */
function classesOf(file: string): Set<string> {
  const found = new Set<string>()
  const add = (node: ts.Node) => {
    for (const text of textsOf(node)) for (const name of text.split(/\s+/)) if (name) found.add(name)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isJsxAttribute(node) && /className$/i.test(node.name.getText()) && node.initializer) add(node.initializer)
    else if (ts.isCallExpression(node) && node.expression.getText() === 'clsx') add(node)
    else node.forEachChild(visit)
  }
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  visit(source)
  if (file.endsWith('.tsx') || readFileSync(file, 'utf8').includes('Look ='))
    for (const statement of source.statements)
      if (ts.isVariableStatement(statement))
        for (const { name, initializer } of statement.declarationList.declarations)
          if (initializer && HOLDS_CLASSES.test(name.getText()) && isClasses(initializer)) add(initializer)
  return found
}

/** A table of looks, not of words: at least one of its texts is more than a word. */
const isClasses = (node: ts.Node): boolean => [...textsOf(node)].some((text) => /(^|\s)[a-z]+-\S+\s+\S/.test(text))

async function design() {
  const entry = join(APP, 'globals.css')
  return loadDesignSystem(readFileSync(entry, 'utf8'), {
    base: APP,
    loadStylesheet: async (id, base) => {
      const path =
        id === 'tailwindcss' ? fileURLToPath(import.meta.resolve('tailwindcss/index.css')) : resolve(base, id)
      return { path, base: dirname(path), content: readFileSync(path, 'utf8') }
    },
  })
}

test('every class is one that Tailwind makes from the tokens', async () => {
  const system = await design()
  const unknown: string[] = []
  let count = 0
  for (const file of sources) {
    const names = [...classesOf(file)].filter((name) => !MARK.test(name))
    count += names.length
    const css = system.candidatesToCss(names)
    unknown.push(...names.filter((_, i) => css[i] === null).map((name) => `${file.slice(APP.length + 1)}: ${name}`))
  }
  expect(unknown).toEqual([])
  expect(count).toBeGreaterThan(1000)
})

test('nothing overrides by force', () => {
  const forced = sources.flatMap((file) => [...classesOf(file)].filter((name) => /^!|!$/.test(name)))
  expect(forced).toEqual([])
})

test('the style sheets hold tokens and elements, no classes of their own', () => {
  for (const name of ['globals.css', 'styles/tokens.css', 'styles/base.css']) {
    const rules = readFileSync(join(APP, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|"[^"]*"/g, '')
    expect(rules.match(/(^|[\s,>+~(:*])\.[a-z][\w-]*/gm), name).toBeNull()
  }
  expect(readdirSync(join(APP, 'styles')).filter((name) => name.endsWith('.css'))).toEqual(['base.css', 'tokens.css'])
})
