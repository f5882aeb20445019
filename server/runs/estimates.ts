import { freemem } from 'node:os'
import { UserError } from '../../detector/errors'
import { stepOptions } from '../../detector/options/recipe'
import { parseOptions } from '../../detector/options/spec'
import { trainOptions } from '../../detector/options/train'
import { ChildEnded, RequestChild } from '../children/request-child'
import type { TaskOps } from '../children/task-requests'
import type { Datasets } from '../datasets/datasets'
import type { Models } from '../models/models'
import type { Estimate, EstimateRequest } from './schema'

const TIMEOUT = 5 * 60_000
const KEPT = 50

type Measured = Awaited<ReturnType<TaskOps['estimate']>>

/** What a training will take, by a few real steps in a process of their own; one measurement at a time. */
export class Estimates {
  private readonly known = new Map<string, Measured>()
  private current: { child: RequestChild; done: Promise<unknown> } | undefined

  constructor(
    private readonly datasets: Datasets,
    private readonly models: Models,
  ) {}

  /** A newer question ends the measurement for the former one. @throws UserError `estimate-replaced`, of options and data */
  async measure({ dataset: id, options: given }: EstimateRequest): Promise<Estimate> {
    const dataset = await this.datasets.forRun(id, given.data)
    const modelId = typeof given.model === 'string' ? given.model : trainOptions.model.default
    const model = modelId === 'random' ? 'random' : (await this.models.file(modelId)).file
    const options = parseOptions(trainOptions, { ...given, data: dataset.path, model })
    const images = (await this.datasets.get(dataset.id)).report?.train.images
    if (images === undefined) {
      throw new UserError({
        code: 'dataset-not-ready',
        message: 'The data is still being checked.',
        fix: 'Ask again when the check has ended.',
      })
    }
    // All that changes speed or memory of a step.
    const { batchSize, imageSize, accumulate, engine, device, ema, workers, augment } = options
    const { optimizer, batchNorm } = stepOptions(options)
    const key = JSON.stringify([
      batchSize,
      imageSize,
      accumulate,
      engine,
      device,
      optimizer,
      ema,
      batchNorm,
      workers,
      augment,
      model,
    ])
    const measured = this.known.get(key) ?? (await this.run({ options }))
    this.known.delete(key)
    this.known.set(key, measured)
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value!)

    const stepsPerEpoch = Math.max(1, Math.ceil(images / (batchSize * accumulate)))
    const steps = stepsPerEpoch * options.epochs
    const validation = (await this.datasets.get(dataset.id)).report?.test.images ?? 0
    const secondsPerEpoch = stepsPerEpoch * measured.secondsPerStep + validation * measured.secondsPerValidation
    return {
      seconds: secondsPerEpoch * options.epochs + measured.startSeconds,
      secondsPerEpoch,
      imagesPerS: (batchSize * accumulate) / measured.secondsPerStep,
      steps,
      stepsPerEpoch,
      measuredSteps: measured.steps,
      memoryBytes: measured.memoryBytes,
      freeMemoryBytes: freemem(),
    }
  }

  close(): void {
    this.current?.child.close()
  }

  private async run(request: { options: Record<string, unknown> }): Promise<Measured> {
    this.current?.child.close()
    const child = new RequestChild('task-child', TIMEOUT)
    const done = child.request<Measured>('estimate', request)
    const mine = { child, done }
    this.current = mine
    try {
      return await done
    } catch (cause) {
      if (cause instanceof UserError) throw cause
      if (this.current === mine) {
        if (!(cause instanceof ChildEnded)) throw cause
        const message = `The measurement ended before its time (${cause.message}).`
        throw new UserError({ code: 'out-of-memory', message, fix: 'Choose a smaller size or batch.' }, { cause })
      }
      throw new UserError(
        { code: 'estimate-replaced', message: 'The settings changed while they were measured.' },
        { cause },
      )
    } finally {
      child.close()
      if (this.current === mine) this.current = undefined
    }
  }
}
