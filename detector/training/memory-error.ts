import { UserError } from '../errors'
import type { TrainOptions } from '../options/train'

/** How runtimes say that memory ran out: the C++ library, JavaScript, CUDA, WebGPU, the operating system. */
const SIGNS = [
  /bad[_ ]alloc/i,
  /fail(ed|ure)? to allocate/i,
  /array buffer allocation failed/i,
  /out of memory/i,
  /allocation failed/i,
  /invalid (typed )?array(buffer)? length/i,
  /not enough memory/i,
  /ENOMEM/,
]

/** A lack of memory as advice; anything else as it is. */
export function explainMemory(
  error: unknown,
  options: Pick<TrainOptions, 'batchSize' | 'accumulate' | 'imageSize'>,
): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error
  if (!SIGNS.some((sign) => sign.test(error.message))) return error
  const { batchSize, accumulate, imageSize } = options
  const half = Math.max(1, Math.floor(batchSize / 2))
  const fix =
    batchSize > 1
      ? `Set --batch-size ${half} --accumulate ${accumulate * Math.round(batchSize / half)}, or a smaller --image-size than ${imageSize}.`
      : `Set a smaller --image-size than ${imageSize}.`
  return new UserError(
    {
      code: 'out-of-memory',
      message: `Memory ran out with batches of ${batchSize} at ${imageSize} × ${imageSize} (${error.message}).`,
      fix,
    },
    { cause: error },
  )
}
