import { barChart, dotChart, lineChart } from './draw'
import { bestPeer, ownHmean } from './headline'
import { column, type ReadReport } from './table'

/** Charts of docs/charts by the name of their file. */
export const CHARTS: Record<string, (read: ReadReport) => string> = {
  hmean: (read) => {
    const sets = setsOf(read)
    return barChart({
      title: 'hmean (%) on the test parts: the base model, and the best of four other detectors for each set',
      groups: sets,
      top: 100,
      series: [
        { name: 'base', values: sets.map((set) => ownHmean(read, [set])) },
        { name: 'best of the others', values: sets.map((set) => bestPeer(read, [set]).value) },
      ],
    })
  },
  time: (read) => {
    const report = read('quality')
    const [set, model, ms] = ['set', 'model', 'ms a picture'].map((name) => column(report, name))
    const names = [...new Set(report.rows.map((cells) => cells[model]))]
    const sets = setsOf(read)
    return dotChart({
      title: 'Milliseconds a picture, on two busy cores (each step of the scale is ten times the one before)',
      groups: sets,
      series: names.map((name) => ({
        name: String(name),
        values: sets.map((of) => Number(report.rows.find((row) => row[set] === of && row[model] === name)?.[ms])),
      })),
    })
  },
  training: (read) => lines(read, 'german-receipts', 'hmean on 11 German receipts, after each epoch on 37 others'),
  engines: (read) => lines(read, 'engines', 'Loss of the two engines on the same batches'),
}

function setsOf(read: ReadReport): string[] {
  const report = read('quality')
  return [...new Set(report.rows.map((cells) => String(cells[column(report, 'set')])))]
}

/** The first column is the horizontal axis, the two after it are the curves. */
function lines(read: ReadReport, name: string, title: string): string {
  const { columns, rows } = read(name)
  return lineChart({
    title,
    axis: columns[0],
    x: rows.map((cells) => Number(cells[0])),
    series: [1, 2].map((k) => ({ name: columns[k], values: rows.map((cells) => Number(cells[k])) })),
  })
}
