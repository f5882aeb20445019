import { basename } from 'node:path'
import { writeFileAtomic } from '../files/atomic-write'
import { sha256OfFile } from '../files/sha256'
import { CHANNEL_MEAN } from '../network/network-definition'
import type { TensorDict } from '../network/types'
import { writeWeights } from '../weights/pth/write-weights'
import type { Metrics, Sidecar } from '../weights/sidecar'
import type { RunEventBody } from './events'

export interface ModelNotes {
  kind: 'best' | 'final'
  epoch: number
  thresholds: Sidecar['thresholds']
  size: Sidecar['size']
  /** On the validation pictures at these thresholds; absent when the epoch was not validated. */
  metrics: Metrics | undefined
  source: Sidecar['source']
}

/**
 * Writes weights and, beside them, what they do not say themselves. The sidecar names the weights' hash, so a crash between
 * the two files shows.
 */
export async function writeModel(path: string, weights: TensorDict, notes: ModelNotes): Promise<RunEventBody> {
  await writeWeights(path, weights)
  const sha256 = await sha256OfFile(path)
  await writeSidecar(path, sha256, notes)
  return { type: 'checkpoint', kind: notes.kind, file: basename(path), epoch: notes.epoch, sha256 }
}

/** Writes `<name>.json` beside a weight file. */
async function writeSidecar(path: string, sha256: string, notes: ModelNotes): Promise<void> {
  const { precision, recall, hmean, ap } = notes.metrics ?? {}
  const known = precision !== undefined && recall !== undefined && hmean !== undefined && ap !== undefined
  const sidecar: Sidecar = {
    version: 1,
    sha256,
    kind: notes.kind,
    thresholds: notes.thresholds,
    size: notes.size,
    mean: [...CHANNEL_MEAN],
    metrics: known ? { validation: { precision, recall, hmean, ap } } : {},
    source: { ...notes.source, epoch: notes.epoch },
  }
  await writeFileAtomic(path.replace(/\.pth$/, '.json'), `${JSON.stringify(sidecar, null, 2)}\n`)
}
