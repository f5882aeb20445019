import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../detector/errors'
import { writeFileAtomic } from '../../detector/formats/atomic-write'
import { sha256OfFile } from '../../detector/formats/file-hash'
import { readWeights } from '../../detector/formats/pth/read-weights'
import { buildInferenceModel } from '../../detector/network/inference-model'
import type { ExportOps } from './export-requests'
import { serveRequests } from './protocol'

const operations: ExportOps = {
  async export({ model, options, folder }, progress) {
    if (options.form !== 'maps' || options.precision !== 'fp32') {
      throw new UserError({ code: 'export-unsupported', message: 'Only the form maps in fp32 is exported so far.' })
    }
    progress({ stage: 'build', share: 0 })
    const { tensors } = await readWeights(model.file)
    const { width, height, dynamic } = options
    const bytes = buildInferenceModel(tensors, { input: 'unit', ...(dynamic ? {} : { batch: 1, width, height }) })
    const file = `model_${dynamic ? 'dynamic' : `${height}x${width}`}_maps_fp32.onnx`
    const path = join(folder, file)
    await writeFileAtomic(path, bytes)
    const shape = dynamic ? ['N', 3, 'H', 'W'] : [1, 3, height, width]
    return {
      file,
      size: (await stat(path)).size,
      sha256: await sha256OfFile(path),
      opset: 17,
      inputs: [{ name: 'input', type: 'float32', shape }],
      outputs: [{ name: 'probability', type: 'float32', shape: [shape[0], 1, shape[2], shape[3]] }],
      checks: [],
    }
  },
}
serveRequests(operations)
