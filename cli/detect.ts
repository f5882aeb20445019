import { existsSync, statSync } from 'node:fs'
import { UserError } from '../detector/errors'
import type { DetectionResult } from '../detector/inference/types'
import type { Command, CommandContext } from './command'
import { detectCommandOptions, detectImages, type ImageJob, jobFiles, openDetector } from './detect-images'
import { outputDirectory, ResultNames } from './outputs'

export const command: Command = {
  name: 'detect',
  summary: 'Find the text in pictures; write its boxes as JSON and drawn.',
  usage: 'IMAGE… [options]',
  examples: [
    'ocr-detect detect receipt.jpg',
    'ocr-detect detect page1.png page2.png --model workdirs/exp_20260130_120000 --output results',
    'ocr-detect detect photo.jpg --preset blurry --json --no-picture',
  ],
  options: detectCommandOptions,
  async run(values, positional, ctx) {
    checkFiles(positional)
    const opened = await openDetector(values)
    try {
      const folder = await outputDirectory(String(values.output ?? ''))
      const drawn = values.picture !== false
      const results: { job: ImageJob; result: DetectionResult }[] = []
      for await (const one of detectImages(imageJobs(positional, folder, drawn), opened, ctx.signal)) {
        results.push(one)
        report(one.job, one.result, ctx)
      }
      if (ctx.json) ctx.out(JSON.stringify(summary(folder, results)))
      else ctx.out(`Results: ${folder}`)
      return exitCode(results.map(({ result }) => result))
    } finally {
      await opened.detector.close()
    }
  },
}

function checkFiles(files: string[]): void {
  if (files.length === 0) {
    throw new UserError({
      code: 'argument-missing',
      message: 'detect needs at least one picture.',
      fix: 'Write: ocr-detect detect IMAGE…',
    })
  }
  const folder = files.find((file) => existsSync(file) && statSync(file).isDirectory())
  if (folder !== undefined) {
    throw new UserError({
      code: 'image-is-folder',
      message: 'A picture was expected, this is a folder.',
      where: { file: folder },
      fix: `Write: ocr-detect batch ${folder}`,
    })
  }
}

/** One picture gets the original's names, several are told apart by theirs. */
function imageJobs(files: string[], folder: string, drawn: boolean): ImageJob[] {
  if (files.length === 1) {
    return [{ file: files[0], ...jobFiles(folder, 'result', drawn ? 'detection_result' : undefined) }]
  }
  const names = new ResultNames()
  return files.map((file) => {
    const name = names.of(file)
    return { file, ...jobFiles(folder, name, drawn ? name : undefined) }
  })
}

function report(job: ImageJob, result: DetectionResult, ctx: CommandContext): void {
  if (result.error) {
    ctx.err(new UserError(result.error).toLine())
    return
  }
  if (ctx.json) return
  const { decode, preprocess, network, postprocess } = result.timings
  const times = Object.entries({ decode, preprocess, network, postprocess })
  const omitted = result.omitted > 0 ? `, ${result.omitted} more left out (--max-candidates)` : ''
  ctx.out(
    `${job.file}: ${result.boxes.length} boxes in ${result.inference_time.toFixed(3)} s (${times
      .map(([name, ms]) => `${name} ${Math.round(ms)}`)
      .join(', ')} ms)${omitted}`,
  )
}

function summary(folder: string, results: { job: ImageJob; result: DetectionResult }[]): unknown {
  const withFiles = results.map(({ job: { json, visualization }, result }) => ({
    ...result,
    files: { json, ...(result.success && { visualization }) },
  }))
  return withFiles.length === 1 ? { ...withFiles[0], output: folder } : { output: folder, results: withFiles }
}

function exitCode(results: DetectionResult[]): number {
  if (results.every(({ success }) => success)) return 0
  return results.some(({ success }) => success) ? 1 : 2
}
