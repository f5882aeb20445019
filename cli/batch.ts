import { createWriteStream } from 'node:fs'
import { rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { Presets, SingleBar } from 'cli-progress'
import { tableHead, tableRow } from '../detector/detection/results-table'
import type { DetectionResult } from '../detector/detection/types'
import { UserError } from '../detector/errors'
import { asUserError } from '../detector/files/atomic-write'
import { asReadError } from '../detector/files/read-bytes'
import { ResultNames } from '../detector/files/result-names'
import type { OptionTable } from '../detector/options/spec'
import type { LeftOut } from '../detector/picture/left-out'
import type { Command, CommandContext } from './command'
import { detectCommandOptions, detectImages, type ImageJob, openDetector } from './detect-images'
import { OutputDirectory } from './outputs'
import { picturesOf, tellLeftOut } from './picture-folder'

/** Failures that are listed; the table holds all. */
const LISTED = 100

const options = {
  ...detectCommandOptions,
  recursive: {
    type: 'boolean',
    default: false,
    label: { zh: '包含子目录', en: 'Subfolders' },
    help: { zh: '也处理子目录中的图片。', en: 'Takes the pictures of subfolders too.' },
  },
} as const satisfies OptionTable

export const command: Command = {
  name: 'batch',
  summary: 'Find the text in all pictures of a folder; one table of all results.',
  usage: 'DIR… [options]',
  examples: [
    'ocr-detect batch scans',
    'ocr-detect batch scans --recursive --threshold 0.4 --output results --no-picture',
  ],
  options,
  async run(values, positional, ctx) {
    const { files, leftOut } = await gather(positional, values.recursive === true)
    const opened = await openDetector(values)
    const started = performance.now()
    try {
      const output = new OutputDirectory(String(values.output ?? ''))
      const folder = await output.path()
      const names = new ResultNames()
      const drawn = values.picture !== false
      const jobs = files.map(({ file }): ImageJob => {
        const name = names.of(file)
        return { file, json: name, ...(drawn && { picture: name }) }
      })
      const shown = new Map(files.map(({ file, shown }) => [file, shown]))
      const table = await ResultsTable.open(join(folder, 'results.csv'))
      const tally = new Tally(jobs.length, leftOut, ctx)
      try {
        const how = { signal: ctx.signal, failures: true }
        for await (const { job, result, leftOut: pages } of detectImages(jobs, opened, output, how)) {
          await table.add(shown.get(job.file) ?? job.file, result)
          tally.add(shown.get(job.file) ?? job.file, result, pages)
        }
      } catch (error) {
        // What was done before an interruption counts, too.
        if (!ctx.signal.aborted) throw error
      } finally {
        tally.close()
        await table.close()
      }
      return tally.report(folder, (performance.now() - started) / 1000)
    } finally {
      await opened.detector.close()
    }
  },
}

/** All pictures of folders and the files that were named, and what lies beside them. */
async function gather(places: string[], recursive: boolean): Promise<{ files: Named[]; leftOut: LeftOut[] }> {
  if (places.length === 0) {
    throw new UserError({
      code: 'argument-missing',
      message: 'batch needs a folder.',
      fix: 'Write: ocr-detect batch DIR',
    })
  }
  const files: Named[] = []
  const leftOut: LeftOut[] = []
  for (const place of places) {
    try {
      if (!(await stat(place)).isDirectory()) {
        files.push({ file: place, shown: place })
        continue
      }
      const found = await picturesOf(place, recursive)
      const shown = (name: string): string => (places.length > 1 ? join(place, name) : name)
      files.push(...found.names.map((name) => ({ file: join(place, name), shown: shown(name) })))
      leftOut.push(...found.leftOut.map((one) => ({ ...one, name: shown(one.name) })))
    } catch (error) {
      throw asReadError(error, place)
    }
  }
  return { files, leftOut }
}

interface Named {
  file: string
  /** What it is called in the table. */
  shown: string
}

/** results.csv, written line by line under another name until it is complete. */
class ResultsTable {
  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly stream: ReturnType<typeof createWriteStream>,
  ) {}

  static async open(path: string): Promise<ResultsTable> {
    const temporary = `${path}.${process.pid}.tmp`
    const table = new ResultsTable(path, temporary, createWriteStream(temporary))
    await table.write(tableHead)
    return table
  }

  async add(image: string, result: DetectionResult): Promise<void> {
    await this.write(tableRow(image, result))
  }

  async close(): Promise<void> {
    try {
      this.stream.end()
      await finished(this.stream)
      await rename(this.temporary, this.path)
    } catch (error) {
      await unlink(this.temporary).catch(() => undefined)
      throw asUserError(error, this.path)
    }
  }

  private write(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.once('error', (error) => reject(asUserError(error, this.path)))
      this.stream.write(line, (error) => {
        this.stream.removeAllListeners('error')
        if (error) reject(asUserError(error, this.path))
        else resolve()
      })
    })
  }
}

/** Counts, shows progress on a terminal, and says at the end what happened. */
class Tally {
  private done = 0
  private failed = 0
  private boxes = 0
  private readonly failures: { image: string; code: string; message: string }[] = []
  private readonly bar: SingleBar | undefined

  constructor(
    private readonly total: number,
    private readonly leftOut: LeftOut[],
    private readonly ctx: CommandContext,
  ) {
    if (ctx.json || !process.stderr.isTTY) return
    const format = '{bar} {value}/{total} | {rate} images/s | ETA {eta_formatted} | {failed} failed'
    this.bar = new SingleBar(
      { format, stream: process.stderr, hideCursor: true, etaBuffer: 20 },
      Presets.shades_classic,
    )
    this.bar.start(total, 0, { rate: '–', failed: 0 })
  }

  private readonly started = performance.now()

  add(image: string, result: DetectionResult, pages: LeftOut | undefined): void {
    this.done++
    if (pages) this.leftOut.push({ ...pages, name: image })
    this.boxes += result.boxes.length
    if (result.error) {
      this.failed++
      const { code, message } = result.error
      if (this.failures.length < LISTED) this.failures.push({ image, code, message })
    }
    const rate = ((this.done / (performance.now() - this.started)) * 1000).toFixed(1)
    this.bar?.update(this.done, { rate, failed: this.failed })
  }

  close(): void {
    this.bar?.stop()
  }

  report(folder: string, seconds: number): number {
    const { total, done, failed, failures, leftOut, boxes, ctx } = this
    tellLeftOut(leftOut, ctx)
    for (const { image, message } of failures) ctx.err(`${image}: ${message}`)
    if (failed > failures.length) ctx.err(`… and ${failed - failures.length} more, see results.csv`)
    if (done < total) ctx.err(`Stopped after ${done} of ${total} pictures.`)
    if (ctx.json) {
      const figures = { images: total, done: done - failed, failed, boxes, seconds: Math.round(seconds * 1000) / 1000 }
      ctx.out(JSON.stringify({ output: folder, table: join(folder, 'results.csv'), ...figures, failures, leftOut }))
    } else {
      const speed = seconds > 0 ? `, ${(done / seconds).toFixed(1)} images/s` : ''
      ctx.out(`${done - failed} of ${total} pictures, ${boxes} boxes in ${seconds.toFixed(1)} s${speed}`)
      ctx.out(`Results: ${folder}`)
    }
    if (failed === 0 && done === total) return 0
    return failed === total ? 2 : 1
  }
}
