import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../bench/report'
import { CHARTS } from './charts'
import { headline, LANGUAGES } from './headline'
import { type ReadReport, reportTable } from './table'

const CHART_FOLDER = 'docs/charts'
const EXPERIMENTS = 'docs/experiments'

/**
 * Fills what stands between the marks of a document:
 * `<!-- table NAME -->` or `<!-- table NAME: VIEW -->` (see `reportTable`), `<!-- headline en -->`, each up to `<!-- end -->`.
 *
 * @throws Error at a mark without an end, and for results, columns or rows that are not there
 */
export function fillMarks(text: string, read: ReadReport): string {
  return text.replace(
    /<!-- (table|headline) ([\w.-]+)(?:: ([^\n]*?))? -->\n([\s\S]*?<!-- end -->|)/g,
    (_, kind: string, name: string, view: string | undefined, rest: string) => {
      const mark = `<!-- ${kind} ${name}${view ? `: ${view}` : ''} -->`
      if (rest === '' || rest.includes('<!-- table') || rest.includes('<!-- headline'))
        throw new Error(`${mark} has no <!-- end -->`)
      return `${mark}\n${kind === 'table' ? tableWithSource(read(name), view) : headlineOf(name, read)}\n<!-- end -->`
    },
  )
}

/** The table, then how it was made; machine and remarks stand in the file. */
function tableWithSource(report: Report, view?: string): string {
  const { name, command, date, commit } = report
  const program = command === 'not recorded' ? 'Command not recorded' : `\`${command}\``
  const when = [date === 'unknown' ? 'date not recorded' : date, ...(commit === 'unknown' ? [] : [commit])].join(', ')
  return `\n${reportTable(report, view)}\n\n${program} ([${when}](/bench/results/${name}.json))\n`
}

function headlineOf(name: string, read: ReadReport): string {
  const language = LANGUAGES.find((known) => known === name)
  if (!language) throw new Error(`<!-- headline ${name} -->: languages are ${LANGUAGES.join(', ')}`)
  return `\n${headline(read, language)}\n`
}

/** Documents with marks, below `root`. */
function documentsIn(root: string): string[] {
  const experiments = join(root, EXPERIMENTS)
  const diary = existsSync(experiments) ? readdirSync(experiments).map((name) => `${EXPERIMENTS}/${name}`) : []
  const fixed = ['BENCHMARKS.md', 'README.md', 'README.zh.md', 'pretrain/README.md']
  return [...fixed, ...diary.filter((path) => path.endsWith('.md'))].filter((path) => existsSync(join(root, path)))
}

/** Documents and charts that are not as bench/results gives them, with what they should be; paths are relative to root. */
export function staleDocuments(root: string): Map<string, string> {
  const read: ReadReport = (name) => JSON.parse(readFileSync(join(root, 'bench/results', `${name}.json`), 'utf8'))
  const content = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '')
  const wanted = [
    ...documentsIn(root).map((path) => [path, fillMarks(content(path), read)] as const),
    ...Object.entries(CHARTS).map(([name, draw]) => [`${CHART_FOLDER}/${name}.svg`, draw(read)] as const),
  ]
  return new Map(wanted.filter(([path, text]) => content(path) !== text))
}
