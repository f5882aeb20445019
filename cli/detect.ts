import { existsSync, statSync } from 'node:fs'
import { UserError } from '../detector/errors'
import { ResultNames } from '../detector/files/result-names'
import { readImageHeader } from '../detector/picture/decode-image'
import type { LeftOut } from '../detector/picture/left-out'
import type { Command, CommandContext } from './command'
import { detectCommandOptions, detectImages, type ImageJob, type ImageOutcome, openDetector } from './detect-images'
import { OutputDirectory } from './outputs'
import { tellLeftOut } from './picture-folder'

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
    await checkFiles(positional)
    const opened = await openDetector(values)
    try {
      const output = new OutputDirectory(String(values.output ?? ''))
      const jobs = imageJobs(positional, values.picture !== false)
      const outcomes: ImageOutcome[] = []
      for await (const one of detectImages(jobs, opened, output, { signal: ctx.signal, failures: false })) {
        outcomes.push(one)
        report(one, ctx)
      }
      const leftOut = leftOutOf(outcomes)
      tellLeftOut(leftOut, ctx)
      const folder = output.exists ? await output.path() : undefined
      if (ctx.json) ctx.out(JSON.stringify(summary(folder, outcomes)))
      else if (folder !== undefined) ctx.out(`Results: ${folder}`)
      return exitCode(outcomes)
    } finally {
      await opened.detector.close()
    }
  },
}

async function checkFiles(files: string[]): Promise<void> {
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
  // With a single picture there is no need to load a model before it is refused.
  if (files.length === 1) await readImageHeader(files[0])
}

/** One picture gets the original's names, several are told apart by theirs. */
function imageJobs(files: string[], drawn: boolean): ImageJob[] {
  if (files.length === 1) {
    return [{ file: files[0], json: 'result', ...(drawn && { picture: 'detection_result' }) }]
  }
  const names = new ResultNames()
  return files.map((file) => {
    const name = names.of(file)
    return { file, json: name, ...(drawn && { picture: name }) }
  })
}

function report({ job, result }: ImageOutcome, ctx: CommandContext): void {
  if (result.error) {
    ctx.err(new UserError(result.error).toLine())
    return
  }
  if (ctx.json) return
  const { decode, preprocess, network, postprocess } = result.timings
  const times = Object.entries({ decode, preprocess, network, postprocess })
  const stages = times.map(([name, ms]) => `${name} ${Math.round(ms)}`).join(', ')
  const omitted = result.omitted > 0 ? `, ${result.omitted} more left out (--max-candidates)` : ''
  ctx.out(`${job.file}: ${result.boxes.length} boxes in ${result.inference_time.toFixed(3)} s (${stages} ms)${omitted}`)
}

function summary(output: string | undefined, outcomes: ImageOutcome[]): unknown {
  const results = outcomes.map(({ result, files }) => ({ ...result, files }))
  const leftOut = leftOutOf(outcomes)
  return { ...(results.length === 1 ? { ...results[0], output } : { output, results }), leftOut }
}

const leftOutOf = (outcomes: ImageOutcome[]): LeftOut[] =>
  outcomes.flatMap(({ job, leftOut }) => (leftOut ? [{ ...leftOut, name: job.file }] : []))

function exitCode(outcomes: ImageOutcome[]): number {
  const done = outcomes.filter(({ result }) => result.success).length
  if (done === outcomes.length) return 0
  return done > 0 ? 1 : 2
}
