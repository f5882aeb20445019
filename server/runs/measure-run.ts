import type { Batch } from '../../detector/network/types'
import { stepOptions } from '../../detector/options/recipe'
import { parseOptions } from '../../detector/options/spec'
import { trainOptions } from '../../detector/options/train'
import { createEngine, startingModel } from '../../detector/training/starting-model'
import type { Measurement, MeasureRequest } from '../children/task-requests'

/** The first step allocates and is not counted; then as many as fit, at least one. */
const SECONDS = 6
const MOST_STEPS = 5
/** Process, decoded pictures that are kept, loader threads: what a run holds beside the step itself (measured, bytes). */
const BESIDE = 350e6

/** Real steps on made-up pictures: the time of a step does not depend on what is in them. */
export async function measureRun({ options: given }: MeasureRequest): Promise<Measurement> {
  const begun = performance.now()
  const options = parseOptions(trainOptions, given)
  const { batchSize: batch, imageSize: side, accumulate } = options
  const start = await startingModel(options)
  const engine = await createEngine(options)
  const session = await engine.open({ batch, height: side, width: side, options: stepOptions(options), frozen: 'none' })
  await session.load(start.weights)
  const made = madeUp(batch, side)
  const update = async (): Promise<void> => {
    for (let i = 1; i < accumulate; i++) await session.accumulate(made)
    await session.step(made, 1e-6)
  }
  await update()
  const ready = performance.now()
  let steps = 0
  while (steps < 1 || (steps < MOST_STEPS && performance.now() - ready < SECONDS * 1000)) {
    await update()
    steps++
  }
  const secondsPerStep = (performance.now() - ready) / 1000 / steps
  const forwardBegun = performance.now()
  await session.forward(made.image)
  const secondsPerValidation = (performance.now() - forwardBegun) / 1000 / batch
  const memoryBytes = process.resourceUsage().maxRSS * 1024 + BESIDE
  await session.close()
  return { steps, secondsPerStep, secondsPerValidation, startSeconds: (ready - begun) / 1000, memoryBytes }
}

function madeUp(batch: number, side: number): Batch {
  const pixels = batch * side * side
  const gt = new Float32Array(pixels)
  const image = new Float32Array(3 * pixels)
  for (let i = 0; i < pixels; i++) gt[i] = (i >> 4) % 8 === 0 ? 1 : 0
  for (let i = 0; i < image.length; i++) image[i] = ((i * 2654435761) >>> 24) / 255 - 0.5
  return {
    image,
    gt,
    mask: new Float32Array(pixels).fill(1),
    threshMap: new Float32Array(pixels).fill(0.3),
    threshMask: gt.slice(),
  }
}
