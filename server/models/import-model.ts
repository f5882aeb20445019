import { copyFile } from 'node:fs/promises'
import { Detector } from '../../detector/detection/detector'
import { UserError } from '../../detector/errors'
import { writeFileAtomic } from '../../detector/files/atomic-write'
import { sha256OfFile } from '../../detector/files/sha256'
import { CHANNEL_MEAN } from '../../detector/network/network-definition'
import { DEFAULT_THRESHOLDS } from '../../detector/options/presets'
import { readWeights } from '../../detector/weights/pth/read-weights'
import { writeWeights } from '../../detector/weights/pth/write-weights'
import type { Sidecar } from '../../detector/weights/sidecar'
import type { ImportRequest } from '../children/task-requests'

/**
 * Takes in a foreign weight file: read as data, checked by names and shapes, written anew in our own form (`.pth`), so
 * that nothing but numbers of it stays; an ONNX file is opened once as detector and kept as it is.
 *
 * @returns the sidecar, which lies beside the target then
 * @throws UserError of the readers, where they name files by `request.name`
 */
export async function importModel(request: ImportRequest): Promise<Sidecar> {
  try {
    return await takeIn(request)
  } catch (error) {
    if (!(error instanceof UserError) || !error.where) throw error
    throw new UserError({ ...error.toBody(), where: { ...error.where, file: request.name } }, { cause: error })
  }
}

/**
 * A blank picture at the sizes of a search: what cannot answer now would fail at each detection.
 * @throws UserError `model-not-detector`
 */
async function tryOut(detector: Detector): Promise<void> {
  const [width, height] = [320, 160]
  const blank = { width, height, data: new Uint8Array(3 * width * height).fill(255) }
  await detector.probabilityMap(blank, { size: { rule: 'auto' } })
}

async function takeIn({ source, target, format, name }: ImportRequest): Promise<Sidecar> {
  let size: Sidecar['size'] = { rule: 'auto' }
  let note = `imported from ${name}`
  if (format === 'pth') {
    const { tensors, layout, report } = await readWeights(source)
    await writeWeights(target, tensors)
    note += `, layout ${layout}${report.missing.length > 0 ? `, ${report.missing.length} tensors absent` : ''}`
  } else {
    // Copied, so that a second try after the end of the process finds it.
    await copyFile(source, target)
    const detector = await Detector.open({ model: target })
    size = detector.size
    await tryOut(detector)
    await detector.close()
  }
  const sidecar: Sidecar = {
    version: 1,
    sha256: await sha256OfFile(target),
    kind: 'imported',
    thresholds: DEFAULT_THRESHOLDS,
    size,
    mean: [...CHANNEL_MEAN],
    metrics: {},
    source: { note },
  }
  await writeFileAtomic(target.replace(/\.[^.]+$/, '.json'), `${JSON.stringify(sidecar, null, 2)}\n`)
  return sidecar
}
