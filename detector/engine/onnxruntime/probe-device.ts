import { UserError } from '../../errors'
import { initialWeights } from '../../network/initial-weights'
import { portableKernels } from '../../network/training/training-model'
import type { Batch, Losses, StepShape } from '../../network/types'
import type { StepSession } from '../engine'
import { OnnxStepSession } from './step-session'

const shape: StepShape = {
  batch: 1,
  height: 64,
  width: 64,
  options: {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    decay: 'conv',
    clipNorm: 5,
    batchNorm: 'frozen', // Batch statistics over the 2×2 maps of so small an image would amplify rounding.
  },
  frozen: 'none',
}
/** Largest relative difference of the losses of two steps; rounding alone stays below 1e-4. */
const TOLERANCE = 1e-2

/** Two tiny steps on the device against two on the CPU with nothing but standard operators. */
export async function probeDevice(
  open: (shape: StepShape) => Promise<StepSession>,
): Promise<{ ok: boolean; reason?: string }> {
  const expected = await twoSteps(new OnnxStepSession(shape, portableKernels, 'cpu', 1))
  try {
    const actual = await twoSteps(await open(shape))
    for (const [i, losses] of expected.entries()) {
      for (const key of ['loss', 'gradNorm'] as const) {
        const [a, b] = [actual[i][key], losses[key]]
        if (!(Math.abs(a - b) <= TOLERANCE * Math.abs(b))) {
          return { ok: false, reason: `${key} of a test step is ${a} there and ${b} on the CPU` }
        }
      }
    }
    return { ok: true }
  } catch (error) {
    if (error instanceof UserError) return { ok: false, reason: error.message }
    return { ok: false, reason: error instanceof Error ? error.message.split('\n')[0] : String(error) }
  }
}

async function twoSteps(session: StepSession): Promise<Losses[]> {
  try {
    await session.load(initialWeights(1))
    const batch = stripes()
    return [await session.step(batch, 1e-3), await session.step(batch, 1e-3)]
  } finally {
    await session.close()
  }
}

function stripes(): Batch {
  const pixels = shape.height * shape.width
  const text = Float32Array.from({ length: pixels }, (_, i) => Number(Math.floor(i / shape.width) % 16 < 6))
  return {
    image: Float32Array.from({ length: 3 * pixels }, (_, i) => Math.sin(i * 0.37) * text[i % pixels]),
    gt: text,
    mask: new Float32Array(pixels).fill(1),
    threshMap: new Float32Array(pixels).fill(0.4),
    threshMask: text,
  }
}
