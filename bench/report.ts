import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { writeFileAtomic } from '../detector/files/atomic-write'

const RESULTS = 'bench/results'

/** One cell: a text, or a number with as many digits as shall be shown; what is not known is a dash (–). */
export type Cell = string | number

/** What `bench/results/NAME.json` holds: figures with what is needed to judge and repeat them. */
export interface Report {
  name: string
  /** As typed. */
  command: string
  /** YYYY-MM-DD. */
  date: string
  commit: string
  machine: string
  /** Whether other work ran beside, what was cut short, and the like. */
  note?: string
  columns: string[]
  rows: Cell[][]
}

/** A table that is printed as it grows and written to `bench/results/` at the end; BENCHMARKS.md is made from these files. */
export class BenchTable {
  private readonly rows: Cell[][] = []

  /** @param program how it is started, where that is not `npx tsx bench/NAME.ts` */
  constructor(
    private readonly name: string,
    private readonly columns: string[],
    private readonly program = `npx tsx bench/${name}.ts`,
  ) {
    process.stdout.write(`| ${columns.join(' | ')} |\n| ${columns.map(() => '---').join(' | ')} |\n`)
  }

  /** Adds and prints a row; numbers are kept with `digits` decimals. */
  row(...cells: Cell[]): void {
    if (cells.length !== this.columns.length)
      throw new Error(`${this.columns.length} cells expected, ${cells.length} given`)
    this.rows.push(cells)
    process.stdout.write(`| ${cells.join(' | ')} |\n`)
  }

  /** Writes the file; `note` says what the figures do not (beside which work, cut short, …). */
  async save(note?: string): Promise<void> {
    const report: Report = {
      name: this.name,
      command: [this.program, ...process.argv.slice(2).map(shown)].join(' '),
      date: new Date().toISOString().slice(0, 10),
      commit: commit(),
      machine: machine(),
      ...(note && { note }),
      columns: this.columns,
      rows: this.rows,
    }
    mkdirSync(RESULTS, { recursive: true })
    await writeFileAtomic(join(RESULTS, `${this.name}.json`), reportText(report))
    process.stdout.write(`\nKept in ${RESULTS}; \`npx tsx scripts/benchmarks.ts\` takes it into the documents.\n`)
  }
}

/** A row a line, so that a figure that changes is one line of a comparison. */
function reportText({ rows, ...head }: Report): string {
  const lines = rows.map((cells) => `  ${JSON.stringify(cells)}`)
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "rows": [\n${lines.join(',\n')}\n ]\n}\n`
}

/** Rounded for a table. */
export function digits(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}

/** Folders of the machine say nothing to others. */
function shown(argument: string): string {
  return argument.replaceAll(os.homedir(), '~').replace(/^\/.*\/(?=[^/]+$)/, 'DIR/')
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

function machine(): string {
  const [cpu] = os.cpus()
  const load = os.loadavg()[0].toFixed(1)
  const memory = Math.round(os.totalmem() / 2 ** 30)
  return `${os.cpus().length} × ${cpu?.model ?? 'unknown'}, ${memory} GB, ${os.type()}, Node ${process.versions.node}, load ${load}`
}
