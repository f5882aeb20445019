import type { TrainingKernels } from '../../network/training/training-model'
import { portableKernels } from '../../network/training/training-model'
import type { StepShape } from '../../network/types'
import { executionProvider } from '../../onnx/session'
import type { Engine, StepSession } from '../engine'
import { blockSize } from './block-size'
import { probeDevice } from './probe-device'
import { OnnxStepSession } from './step-session'

export interface OnnxRuntimeOptions {
  /** cpu (default), cuda, webgpu, coreml, directml, …: see executionProvider. */
  device?: string
  /** Threads of an operator; default: all that the machine offers. */
  threads?: number
}

/**
 * The training engine on onnxruntime: the step is one ONNX graph. Throws UserError `device-unknown` or
 * `device-unavailable` at once for a device that this build of onnxruntime does not have.
 */
export function createOnnxRuntimeEngine({ device = 'cpu', threads }: OnnxRuntimeOptions = {}): Engine {
  const provider = executionProvider(device)
  const open = async (shape: StepShape): Promise<StepSession> =>
    new OnnxStepSession(shape, await kernelsFor(provider), device, threads)
  return {
    name: 'onnxruntime',
    device,
    open,
    probe: () => probeDevice(open),
  }
}

/** On the CPU the fastest formulations; elsewhere those made of common operators. */
async function kernelsFor(provider: string): Promise<TrainingKernels> {
  if (provider !== 'cpu') return portableKernels
  return { block: await blockSize(), pool: 'scatter', weightGradient: 'auto', contrib: true }
}
