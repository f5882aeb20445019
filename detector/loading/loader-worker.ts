import { parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { buffersOf, describeError, type MakeReply, type MakeRequest } from './loader'
import { BatchMaker, type BatchMakerOptions } from './loader-batch'

// The cores belong to the training step: this thread decodes with itself alone.
sharp.concurrency(1)

const port = parentPort
if (!port) throw new Error('loader-worker runs as a worker thread')
const maker = new BatchMaker(workerData as BatchMakerOptions)
let last: Promise<void> = Promise.resolve()

port.on('message', ({ batch, draws, reuse }: MakeRequest) => {
  // One after the other: two at a time would only share the same thread and need twice the memory.
  last = last.then(async () => {
    try {
      const made = await maker.make(draws, reuse)
      port.postMessage({ batch, ...made } satisfies MakeReply, buffersOf(made.data))
    } catch (error) {
      port.postMessage({ batch, error: describeError(error) } satisfies MakeReply)
    }
  })
})
