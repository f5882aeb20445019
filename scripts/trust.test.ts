import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const document = readFileSync(join(root, 'docs', 'trust.md'), 'utf8')

/** Proofs of docs/trust.md: a file, and the titles quoted behind it. */
const proofs = [...document.matchAll(/^ {2}- `([^`]+\.ts)`(.*)$/gm)].map(([, file, rest]) => ({
  file,
  titles: [...rest.matchAll(/"([^"]+)"/g)].map(([, title]) => title),
}))

it('every proof that docs/trust.md names is there, with the titles that it quotes', () => {
  expect(proofs.length).toBeGreaterThan(50)
  const absent = proofs.flatMap(({ file, titles }) => {
    if (!existsSync(join(root, file))) return [file]
    const source = readFileSync(join(root, file), 'utf8')
    return titles.filter((title) => !source.includes(title)).map((title) => `${file}: "${title}"`)
  })
  expect(absent).toEqual([])
})

it('every promise names a proof', () => {
  const promises = document.split(/^- \*\*/m).slice(1)
  expect(
    promises
      .filter((text) => !/^ {2}- /m.test(text) && !text.includes('Does not apply'))
      .map((text) => text.slice(0, 60)),
  ).toEqual([])
})
