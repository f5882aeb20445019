import { availableParallelism } from 'node:os'
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node'
import { UserError } from '../errors'

/** Devices that onnxruntime knows, and the execution provider behind each. */
const providers: Record<string, string> = {
  cpu: 'cpu',
  cuda: 'cuda',
  tensorrt: 'tensorrt',
  webgpu: 'webgpu',
  coreml: 'coreml',
  directml: 'dml',
  dml: 'dml',
  qnn: 'qnn',
}

/**
 * The execution provider of a device. Throws UserError `device-unknown` for a name that means nothing and
 * `device-unavailable` when this build of onnxruntime lacks it. Whether the hardware is there shows when a session opens.
 */
export function executionProvider(device: string): string {
  const name = providers[device.toLowerCase()]
  if (!name) {
    throw new UserError({
      code: 'device-unknown',
      message: `Expected a device (${Object.keys(providers).join(', ')}), found "${device}".`,
      fix: 'Use --device cpu.',
    })
  }
  const offered = listSupportedBackends().map((backend) => backend.name)
  if (!offered.includes(name)) {
    throw new UserError({
      code: 'device-unavailable',
      message: `Device "${device}" is not part of this onnxruntime; it offers ${offered.join(', ')}.`,
      fix: 'Use --device cpu.',
    })
  }
  return name
}

/** What a user reads when a provider is known but its session does not open (no driver, no library, no such hardware). */
export function unavailable(device: string, cause: unknown): UserError {
  // onnxruntime puts the place in its sources before what went wrong.
  const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0].split(' was false. ').at(-1)
  return new UserError(
    {
      code: 'device-unavailable',
      message: `Device "${device}" cannot be used here: ${reason}`,
      fix: 'Check its driver and libraries, or use --device cpu.',
    },
    { cause },
  )
}

/**
 * Options of a training session. No memory pattern: it would add 40 % to the peak. No spinning: as fast, and kinder to
 * whatever else runs. 'all' would add nothing to 'extended' for weights that are inputs.
 */
function sessionOptions(provider: string, threads: number | undefined): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads ?? availableParallelism(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'extended',
    enableMemPattern: false,
    // Level error: graphs of a training step always hold nodes that a GPU provider leaves to the CPU.
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }
}

/** Opens a session; for other providers than the CPU a failure is the user's to repair. */
export async function createSession(bytes: Uint8Array, device: string, threads: number | undefined) {
  const provider = executionProvider(device)
  try {
    return await InferenceSession.create(bytes, sessionOptions(provider, threads))
  } catch (cause) {
    if (provider === 'cpu') throw cause
    throw unavailable(device, cause)
  }
}
