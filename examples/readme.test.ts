import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string): string => readFileSync(join(root, name), 'utf8')
const README = ['README.md', 'README.zh.md'] as const

/** Code in fences, without comments, which are in the language of the document. */
function code(text: string, language: string): string[] {
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].filter(([, of]) => of === language)
  return blocks.map(([, , lines]) => lines.replace(/ +#.*$/gm, ''))
}
/** Pages, pictures and places within a page that links lead to. */
function linked(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((target) => !/^https?:/.test(target))
}
/** Files of the project that the text names as proof. */
const named = (text: string): string[] => [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.ts)`/g)].map(([, path]) => path)

describe('the READMEs', () => {
  const [english, chinese] = README.map(read)

  it('say the same in both languages: code, pages, proofs, headings', () => {
    for (const language of ['ts', 'python', 'bash']) expect(code(chinese, language)).toEqual(code(english, language))
    const pages = (text: string): string[] => linked(text).filter((target) => !target.startsWith('#'))
    const others = (list: string[]): string[] => list.filter((page) => !page.startsWith('README')).sort()
    expect(new Set(others(pages(chinese)))).toEqual(new Set(others(pages(english))))
    expect(named(chinese)).toEqual(named(english))
    const headings = (text: string): number => text.match(/^#+ /gm)?.length ?? 0
    expect(headings(chinese)).toBe(headings(english))
  })

  it.each(README)('%s lists each of its headings', (name) => {
    const text = read(name)
    const anchors = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => `#${title.toLowerCase().replaceAll(' ', '-')}`)
    expect(linked(text).filter((target) => target.startsWith('#'))).toEqual(anchors)
  })

  it('TypeScript lines find the text of a picture', () => {
    const [lines] = code(english, 'ts')
    const here = lines
      .replaceAll("from './", `from '${root}/`)
      .replace('test.jpg', join(root, 'public/samples/label.jpg'))
      .replace('console.log(result.boxes, result.scores)', 'console.log(JSON.stringify(result))')
    const file = join(folder, 'detect.mts')
    writeFileSync(file, here)
    const output = execFileSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' })
    const { boxes, scores } = JSON.parse(output) as { boxes: number[][][]; scores: number[] }
    expect(boxes.length).toBeGreaterThan(2)
    expect(boxes.every((box) => box.flat().length === 8)).toBe(true)
    expect(scores.length).toBe(boxes.length)
  })
})

it.each([...README, 'BENCHMARKS.md', 'CONTRIBUTING.md', 'docs/deploy.md', 'docs/experiments/README.md'])(
  'everything that %s leads to is there',
  (name) => {
    const text = read(name)
    const targets = linked(text)
      .filter((target) => !target.startsWith('#'))
      .map((target) => join(target.startsWith('/') ? '' : dirname(name), target.split('#')[0]))
    expect([...targets, ...named(text)].filter((path) => !existsSync(join(root, path)))).toEqual([])
  },
)
