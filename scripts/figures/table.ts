import type { Cell, Report } from '../../bench/report'

export type ReadReport = (name: string) => Report

/** What is not known. */
export const DASH = '–'

/** Files of models are named by what they are. */
export function shortName(cell: Cell): string {
  return String(cell).replace(/^ch_(.*)_det_infer\.onnx$/, '$1')
}

/** @throws Error naming the file when it has no such column */
export function column(report: Report, name: string): number {
  const at = report.columns.indexOf(name)
  if (at < 0) throw new Error(`bench/results/${report.name}.json has no column "${name}"; it has ${report.columns}`)
  return at
}

/** The first row whose cells are as given. @throws Error naming the file when there is none */
export function cellOf(report: Report, where: Record<string, Cell>, wanted: string): Cell {
  const given = Object.entries(where).map(([name, cell]) => [column(report, name), cell] as const)
  const row = report.rows.find((cells) => given.every(([at, cell]) => cells[at] === cell))
  if (!row) throw new Error(`bench/results/${report.name}.json has no row with ${JSON.stringify(where)}`)
  return row[column(report, wanted)]
}

/** Every number of a column with as many decimals as the one that has most. */
function aligned(cells: Cell[]): string[] {
  const decimals = (cell: Cell): number => (typeof cell === 'number' ? (String(cell).split('.')[1]?.length ?? 0) : 0)
  const most = Math.max(0, ...cells.map(decimals))
  return cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(most) : shortName(cell)))
}

export function markdownTable(columns: string[], rows: Cell[][]): string {
  const shown = columns.map((_, k) => aligned(rows.map((cells) => cells[k])))
  const right = columns.map((_, k) => rows.every((cells) => typeof cells[k] === 'number' || cells[k] === DASH))
  return [
    `| ${columns.join(' | ')} |`,
    `| ${right.map((isRight) => (isRight ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((_, i) => `| ${shown.map((cells) => cells[i]).join(' | ')} |`),
  ].join('\n')
}

/**
 * A report as a table.
 *
 * @param view nothing: all of it; `a; b; c`: these columns; `a × b; c`: a row for each value of column a, a column for each
 *   value of b, and c within. `a & b` takes two columns for one.
 */
export function reportTable(report: Report, view = ''): string {
  const [first, ...others] = view.split(';').map((name) => name.trim())
  const cellsOf = (name: string): Cell[] => {
    const parts = name.split(' & ').map((part) => column(report, part))
    return report.rows.map((cells) => (parts.length === 1 ? cells[parts[0]] : parts.map((at) => cells[at]).join(' ')))
  }
  if (first === '') return markdownTable(report.columns, report.rows)
  if (!first.includes(' × ')) {
    const columns = [first, ...others]
    const cells = columns.map(cellsOf)
    return markdownTable(
      columns,
      report.rows.map((_, i) => cells.map((list) => list[i])),
    )
  }
  const [rowName, columnName] = first.split(' × ')
  const [rowCells, columnCells, values] = [rowName, columnName, others[0]].map(cellsOf)
  const columns = [...new Set(columnCells)]
  const rows = [...new Set(rowCells)].map((row) => [
    row,
    ...columns.map((name) => values.find((_, i) => rowCells[i] === row && columnCells[i] === name) ?? DASH),
  ])
  return markdownTable([rowName, ...columns.map(shortName)], rows)
}
