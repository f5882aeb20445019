/**
 * Puts weights where the product looks for its base: `base.pth` with 16-bit weights (statistics in 32) and `base.json` with
 * thresholds and figures from card-figures.ts.
 *
 *   tsx pretrain/release-weights.ts --weights FILE --out DIR [--figures FILE] [--note TEXT]
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeFileAtomic } from '../detector/files/atomic-write'
import { sha256OfFile } from '../detector/files/sha256'
import { CHANNEL_MEAN } from '../detector/network/network-definition'
import { readWeights } from '../detector/weights/pth/read-weights'
import { writeWeights } from '../detector/weights/pth/write-weights'
import type { Sidecar } from '../detector/weights/sidecar'
import { refuseNonFinite } from './finite'

const { values: o } = parseArgs({
  options: {
    weights: { type: 'string' },
    out: { type: 'string', default: 'models/base' },
    figures: { type: 'string' },
    note: { type: 'string', default: 'see README.md' },
  },
})
if (o.weights === undefined) throw new Error('--weights FILE is needed')
const { tensors } = await readWeights(o.weights)
refuseNonFinite(tensors)
const file = path.join(o.out, 'base.pth')
await writeWeights(file, tensors, { half: true })
const figures: Pick<Sidecar, 'thresholds' | 'metrics'> = o.figures
  ? JSON.parse(await readFile(o.figures, 'utf8'))
  : { thresholds: { threshold: 0.5, binarizeThreshold: 0.3, unclipRatio: 1.5 }, metrics: {} }
const sidecar: Sidecar = {
  version: 1,
  sha256: await sha256OfFile(file),
  kind: 'base',
  thresholds: figures.thresholds,
  size: { rule: 'auto' },
  mean: [...CHANNEL_MEAN],
  metrics: figures.metrics,
  source: { seed: 1, note: o.note },
}
await writeFileAtomic(path.join(o.out, 'base.json'), `${JSON.stringify(sidecar, null, 2)}\n`)
console.log(file, sidecar.sha256)
