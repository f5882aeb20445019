import { Worker } from 'node:worker_threads'
import { entryPoint } from '../entry-point'
import { type ErrorBody, UserError } from '../errors'
import type { Batch } from '../network/types'
import { BatchMaker, type BatchMakerOptions, type MadeBatch } from './loader-batch'
import type { Draw } from './sampler'

/** Main thread to worker. `reuse` is handed over, not copied; so is the batch on its way back. */
export interface MakeRequest {
  batch: number
  draws: Draw[]
  reuse?: Batch
}

/** Worker to main thread. */
export type MakeReply =
  | ({ batch: number } & MadeBatch)
  | { batch: number; error: { user?: ErrorBody; message: string; stack?: string } }

export interface LoaderOptions extends BatchMakerOptions {
  /** Worker threads; 0 = batches are made in this thread, ahead all the same. */
  workers: number
  /** The samples of batch number n, or undefined when there is no such batch. */
  draws(batch: number): Draw[] | undefined
  /** Number of the first batch wanted. */
  first: number
}

/** What moves when a batch changes threads. */
export function buffersOf(batch: Batch): ArrayBuffer[] {
  return [batch.image, batch.gt, batch.mask, batch.threshMap, batch.threshMask].map((a) => a.buffer as ArrayBuffer)
}

/**
 * Hands out batches in order, made ahead by worker threads. At most `workers + 1` batches wait or are being made, so
 * memory is bounded; arrays given back with `recycle` are used again.
 */
export class Loader {
  private readonly workers: Worker[] = []
  private readonly maker: BatchMaker | undefined
  private readonly promised = new Map<number, { promise: Promise<MadeBatch>; settle: (reply: MakeReply) => void }>()
  private readonly spare: Batch[] = []
  private nextToGive: number
  private nextToMake: number
  private failure: Error | undefined
  private waited = 0

  constructor(private readonly options: LoaderOptions) {
    this.nextToGive = options.first
    this.nextToMake = options.first
    const { workers, samples, imageSize, augmentation, cacheBytes } = options
    const making: BatchMakerOptions = {
      samples,
      imageSize,
      augmentation,
      cacheBytes: cacheBytes / Math.max(1, workers),
    }
    if (workers === 0) this.maker = new BatchMaker(making)
    for (let i = 0; i < workers; i++) this.workers.push(this.start(making))
    this.fill()
  }

  /** Milliseconds that `next` has waited so far. */
  get waitedMs(): number {
    return this.waited
  }

  /** The next batch; undefined after the last. */
  async next(): Promise<MadeBatch | undefined> {
    if (this.failure) throw this.failure
    const wanted = this.promised.get(this.nextToGive)
    if (!wanted) return undefined
    const start = performance.now()
    try {
      return await wanted.promise
    } finally {
      this.waited += performance.now() - start
      this.promised.delete(this.nextToGive++)
      this.fill()
    }
  }

  /** Gives arrays back that the step no longer reads. */
  recycle(batch: Batch): void {
    this.spare.push(batch)
  }

  async close(): Promise<void> {
    this.failure ??= new Error('The loader is closed')
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private start(making: BatchMakerOptions): Worker {
    const { url, execArgv } = entryPoint('loader-worker', './loading/loader-worker.ts')
    const worker = new Worker(url, { workerData: making, execArgv })
    worker.on('message', (reply: MakeReply) => this.promised.get(reply.batch)?.settle(reply))
    worker.on('error', (error) => this.fail(error))
    worker.on('exit', (code) => this.fail(new Error(`A loader thread ended with code ${code}`)))
    return worker
  }

  /** Orders batches up to the look-ahead; batch n goes to worker n mod workers, so that each keeps its own order. */
  private fill(): void {
    const lookAhead = this.options.workers + 1
    while (!this.failure && this.nextToMake < this.nextToGive + lookAhead) {
      const batch = this.nextToMake
      const draws = this.options.draws(batch)
      if (!draws) return
      this.nextToMake++
      const request: MakeRequest = { batch, draws, reuse: this.spare.pop() }
      let settle: (reply: MakeReply) => void = () => undefined
      const promise = new Promise<MadeBatch>((resolve, reject) => {
        settle = (reply) => ('error' in reply ? reject(revive(reply.error)) : resolve(reply))
      })
      // A batch that nobody came to fetch must not end the process when it fails.
      promise.catch(() => undefined)
      this.promised.set(batch, { promise, settle })
      if (this.maker) {
        this.maker.make(draws, request.reuse).then(
          (made) => settle({ batch, ...made }),
          (error) => settle({ batch, error: describeError(error) }),
        )
      } else {
        this.workers[batch % this.workers.length].postMessage(request, request.reuse ? buffersOf(request.reuse) : [])
      }
    }
  }

  private fail(error: Error): void {
    if (this.failure) return
    this.failure =
      (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new UserError({
            code: 'out-of-memory',
            message: 'A data thread ran out of memory.',
            fix: 'Set fewer --workers, a smaller --batch-size or a smaller --image-size.',
          })
        : error
    for (const [batch, { settle }] of this.promised) settle({ batch, error: describeError(this.failure) })
  }
}

/** An error as a message between threads. */
export function describeError(error: unknown): { user?: ErrorBody; message: string; stack?: string } {
  if (error instanceof UserError) return { user: error.toBody(), message: error.message }
  if (error instanceof Error) return { message: error.message, stack: error.stack }
  return { message: String(error) }
}

function revive(error: { user?: ErrorBody; message: string; stack?: string }): Error {
  if (error.user) return new UserError(error.user)
  const defect = new Error(error.message)
  if (error.stack) defect.stack = error.stack
  return defect
}
