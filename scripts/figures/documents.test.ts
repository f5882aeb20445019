import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cell, Report } from '../../bench/report'
import { fillMarks, staleDocuments } from './documents'
import { reportTable } from './table'

function report(name: string, columns: string[], rows: Cell[][]): Report {
  const command = `npx tsx bench/${name}.ts`
  return { name, command, date: '2026-11-27', commit: 'abc1234', machine: 'two cores', columns, rows }
}

const times = report(
  'times',
  ['set', 'model', 'ms', 'kept'],
  [
    ['receipts', 'base', 12, 'yes'],
    ['receipts', 'ch_PP-OCRv4_det_infer.onnx', 3.25, '–'],
    ['labels', 'base', 7.5, 'no'],
  ],
)

describe('reportTable', () => {
  it('aligns numbers, with as many decimals as any of their column has', () => {
    expect(reportTable(times)).toBe(
      [
        '| set | model | ms | kept |',
        '| --- | --- | ---: | --- |',
        '| receipts | base | 12.00 | yes |',
        '| receipts | PP-OCRv4 | 3.25 | – |',
        '| labels | base | 7.50 | no |',
      ].join('\n'),
    )
  })

  it('takes columns in the order named', () => {
    expect(reportTable(times, 'ms; set').split('\n').slice(0, 3)).toEqual([
      '| ms | set |',
      '| ---: | --- |',
      '| 12.00 | receipts |',
    ])
  })

  it('sets one column against another, with a dash where nothing was measured', () => {
    expect(reportTable(times, 'set × model; ms')).toBe(
      ['| set | base | PP-OCRv4 |', '| --- | ---: | ---: |', '| receipts | 12.0 | 3.25 |', '| labels | 7.5 | – |'].join(
        '\n',
      ),
    )
    expect(reportTable(times, 'set × model & kept; ms')).toContain('| set | base yes |')
  })

  it('names the file and the column that is not there', () => {
    expect(() => reportTable(times, 'set; seconds')).toThrow('bench/results/times.json has no column "seconds"')
  })
})

describe('fillMarks', () => {
  const read = (name: string): Report => {
    if (name !== 'times') throw new Error(`no ${name}`)
    return times
  }

  it('writes the table with its command, date and commit, and again the same', () => {
    const text = 'Claim:\n\n<!-- table times: set; ms -->\nold\n<!-- end -->\n\nMore.\n'
    const filled = fillMarks(text, read)
    expect(filled).toContain('| labels | 7.50 |')
    expect(filled).toContain('`npx tsx bench/times.ts` ([2026-11-27, abc1234](/bench/results/times.json))')
    expect(filled).not.toContain('old')
    expect(filled.startsWith('Claim:\n\n') && filled.endsWith('<!-- end -->\n\nMore.\n')).toBe(true)
    expect(fillMarks(filled, read)).toBe(filled)
  })

  it('refuses a mark that does not end, before the next one or at all', () => {
    expect(() => fillMarks('<!-- table times -->\ntext\n', read)).toThrow('has no <!-- end -->')
    const two = '<!-- table times -->\n<!-- table times: set -->\n<!-- end -->\n'
    expect(() => fillMarks(two, read)).toThrow('<!-- table times --> has no <!-- end -->')
  })

  it('knows two languages of the headline', () => {
    expect(() => fillMarks('<!-- headline fr -->\n<!-- end -->\n', read)).toThrow('languages are en, zh')
  })
})

describe('staleDocuments', () => {
  const SETS = ['receipts', 'typewritten', 'chinese', 'industrial-labels', 'handwriting', 'icdar2015']
  let root: string

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const writeReport = (of: Report): void => write(`bench/results/${of.name}.json`, JSON.stringify(of))
  const writeStale = (): void => {
    for (const [path, text] of staleDocuments(root)) write(path, text)
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'figures-'))
    const measured = (name: string, hmean: number, ms: number): Cell[][] => SETS.map((set) => [set, name, hmean, ms])
    const columns = (by: string): string[] => ['set', by, 'hmean', 'ms a picture']
    const quality = [...measured('base', 90, 1000), ...measured('ch_PP-OCRv4_det_infer.onnx', 80, 200)]
    writeReport(report('quality', columns('model'), quality))
    writeReport(report('packages', columns('package'), measured('reader', 85, 300)))
    writeReport(
      report(
        'german-receipts',
        ['epoch', 'defaults', 'SGD'],
        [
          [0, 0.4, 0.4],
          [1, 0.7, 0.5],
        ],
      ),
    )
    writeReport(
      report(
        'engines',
        ['step', 'a', 'b'],
        [
          [1, 2, 2],
          [2, 1, 1],
        ],
      ),
    )
    writeReport(report('step', ['batch', 'onnxruntime ms', 'PyTorch ms'], [['8×320²', 20, 30]]))
    writeReport(report('soak', ['process', 'quarter 1', 'quarter 4'], [['inference', 300, 310]]))
    writeReport(report('kill-server', ['what', 'figure'], [['finished pictures lost', 0]]))
    writeReport(
      report(
        'export',
        ['form', 'precision', 'set', 'same count'],
        [
          ['boxes', 'fp32', 'receipts', '22 / 22'],
          ['boxes', 'int8', 'receipts', '9 / 22'],
          ['boxes', 'fp32', 'chinese', '31 / 32'],
        ],
      ),
    )
    write('BENCHMARKS.md', '<!-- headline en -->\n<!-- end -->\n')
    write('docs/experiments/speed.md', '<!-- table step -->\n<!-- end -->\n')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('gives documents and charts once, and nothing more when they are written', () => {
    expect([...staleDocuments(root).keys()].sort()).toEqual([
      'BENCHMARKS.md',
      'docs/charts/engines.svg',
      'docs/charts/hmean.svg',
      'docs/charts/time.svg',
      'docs/charts/training.svg',
      'docs/experiments/speed.md',
    ])
    writeStale()
    expect(staleDocuments(root).size).toBe(0)
    const headline = readFileSync(join(root, 'BENCHMARKS.md'), 'utf8')
    expect(headline).toContain('| 90.0 | – | 85.0 (reader) |')
    expect(headline).toContain('| 1000 | – | 200 (PP-OCRv4) |')
    expect(headline).toContain('| 0.4 → 0.7 | – | – |')
    expect(headline).toContain('| 53 / 54 | – | – |')
  })

  it('names what a new figure, or a figure changed by hand, leaves stale', () => {
    writeStale()
    writeReport(report('step', ['batch', 'onnxruntime ms', 'PyTorch ms'], [['8×320²', 21, 30]]))
    expect([...staleDocuments(root).keys()]).toEqual(['BENCHMARKS.md', 'docs/experiments/speed.md'])
    writeStale()
    const path = join(root, 'BENCHMARKS.md')
    writeFileSync(path, readFileSync(path, 'utf8').replace('90.0', '99.0'))
    expect([...staleDocuments(root).keys()]).toEqual(['BENCHMARKS.md'])
  })

  it('draws charts that are well-formed and change with the figures', () => {
    writeStale()
    const before = readFileSync(join(root, 'docs/charts/training.svg'), 'utf8')
    expect(before).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/)
    expect(before).toContain('prefers-color-scheme:dark')
    expect(before).not.toContain('NaN')
    writeReport(
      report(
        'german-receipts',
        ['epoch', 'defaults', 'SGD'],
        [
          [0, 0.4, 0.4],
          [1, 0.6, 0.5],
        ],
      ),
    )
    expect([...staleDocuments(root).keys()]).toEqual(['BENCHMARKS.md', 'docs/charts/training.svg'])
  })
})
