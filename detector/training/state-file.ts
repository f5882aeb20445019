import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, link, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors'
import { writeFileAtomic } from '../files/atomic-write'
import type { TensorDict } from '../network/types'
import type { Metrics, Sidecar } from '../weights/sidecar'
import type { Calibration } from './calibration'

/** Where a run stands between two steps: all that is not in the tensors. */
export interface Progress {
  /** Epochs completed, with their evaluation. */
  epoch: number
  /** Updates of the running epoch that are done. */
  stepInEpoch: number
  /** Sum of the losses of these updates (and how many were finite), for the epoch's mean. */
  lossSum: number
  lossCount: number
  /** Seconds of the running epoch so far. */
  epochSeconds: number
  /** Epoch whose mean loss was told last: a run stopped while it validates does not tell it again. */
  lossTold?: number
  /** The starting model was evaluated. */
  startTold?: boolean
  best?: { epoch: number; hmean: number; calibration?: Calibration }
  /** Of the last completed epoch, if it was validated. */
  validated?: { metrics?: Metrics; thresholds: Sidecar['thresholds'] }
  /** Steps in a row whose loss was not a number. */
  nonFinite: number
  /** What the learning rate was cut to after non-finite losses; 1 = not at all. */
  lrFactor: number
  /** Sequence number of the last event that belongs to this state. */
  seq: number
}

export function freshProgress(): Progress {
  return { epoch: 0, stepInEpoch: 0, lossSum: 0, lossCount: 0, epochSeconds: 0, nonFinite: 0, lrFactor: 1, seq: 0 }
}

export interface RunState {
  progress: Progress
  /** Weights, statistics and optimiser state. */
  tensors: TensorDict
  /** Moving average of weights and statistics, when it is on. */
  ema: TensorDict | undefined
}

const FILE = 'state.bin'
/** The state before it, for the case that a disk or a crash of the machine has spoilt the newest. */
const PREVIOUS = 'previous.bin'
const MAGIC = 'ocr-detect state 1\n'

export const hasState = (directory: string): boolean =>
  [FILE, PREVIOUS].some((name) => existsSync(join(directory, name)))

export async function removeState(directory: string): Promise<void> {
  for (const name of [FILE, PREVIOUS]) await rm(join(directory, name), { force: true })
}

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/**
 * Writes the state beside the old one, to the disk, then puts it in its place: there is a complete state at any time. The
 * old one stays as the previous.
 * @returns file name and SHA-256
 */
export async function saveState(directory: string, state: RunState): Promise<{ file: string; sha256: string }> {
  const parts = [
    ...[...state.tensors].map(([name, tensor]) => ({ group: 'tensors', name, ...tensor })),
    ...[...(state.ema ?? [])].map(([name, tensor]) => ({ group: 'ema', name, ...tensor })),
  ]
  const header = JSON.stringify({
    progress: state.progress,
    ema: state.ema !== undefined,
    parts: parts.map(({ group, name, dims, data }) => ({ group, name, dims, length: data.length })),
  })
  const hash = createHash('sha256')
  let sha256 = ''
  function* pieces(): Generator<Uint8Array> {
    const start = Buffer.from(`${MAGIC}${String(Buffer.byteLength(header)).padStart(12)}\n${header}`)
    for (const piece of [start, ...parts.map((part) => bytesOf(part.data))]) {
      hash.update(piece)
      yield piece
    }
    sha256 = hash.digest('hex')
    yield Buffer.from(sha256)
  }
  await keepPrevious(directory)
  await writeFileAtomic(join(directory, FILE), pieces())
  return { file: FILE, sha256 }
}

/** Under two names at first, so that it costs no space beside the new one until that is whole. */
async function keepPrevious(directory: string): Promise<void> {
  const [file, previous] = [join(directory, FILE), join(directory, PREVIOUS)]
  if (!existsSync(file)) return
  await rm(previous, { force: true })
  // Some file systems know one name only.
  await link(file, previous).catch(() => copyFile(file, previous))
}

/**
 * The newest state that is whole. A damaged one that has a whole one before it is removed, so that the next save does not
 * take it for the previous.
 *
 * @returns the state; `fallback` when it is not the newest that was saved
 * @throws UserError `state-missing` when the run never saved one, `state-damaged`
 */
export async function loadState(directory: string): Promise<RunState & { fallback: boolean }> {
  const [file, previous] = [join(directory, FILE), join(directory, PREVIOUS)]
  try {
    return { ...(await readState(file)), fallback: false }
  } catch (error) {
    if (!(error instanceof UserError) || !existsSync(previous)) throw error
    const state = await readState(previous).catch(() => {
      throw error
    })
    await rm(file, { force: true })
    return { ...state, fallback: true }
  }
}

async function readState(path: string): Promise<RunState> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(
      {
        code: 'state-missing',
        message: 'The run has no saved state to resume from.',
        where: { file: path },
        fix: 'Start it anew.',
      },
      { cause },
    )
  })
  const damaged = (): UserError =>
    new UserError({
      code: 'state-damaged',
      message: 'The saved state is damaged (its checksum does not fit).',
      where: { file: path },
      fix: 'Start the run anew, from its best_model.pth with --model.',
    })
  const start = MAGIC.length + 13
  const body = content.subarray(0, -64)
  if (
    content.length < start + 64 ||
    content.toString('latin1', 0, MAGIC.length) !== MAGIC ||
    createHash('sha256').update(body).digest('hex') !== content.toString('latin1', content.length - 64)
  ) {
    throw damaged()
  }
  const headerLength = Number(content.toString('latin1', MAGIC.length, start))
  const header = JSON.parse(content.toString('utf8', start, start + headerLength)) as {
    progress: Progress
    ema: boolean
    parts: { group: 'tensors' | 'ema'; name: string; dims: number[]; length: number }[]
  }
  const groups = { tensors: new Map() as TensorDict, ema: new Map() as TensorDict }
  let at = start + headerLength
  for (const { group, name, dims, length } of header.parts) {
    const data = new Float32Array(length)
    bytesOf(data).set(content.subarray(at, at + length * 4))
    groups[group].set(name, { dims, data })
    at += length * 4
  }
  return { progress: header.progress, tensors: groups.tensors, ema: header.ema ? groups.ema : undefined }
}
