import { join } from 'node:path'
import { exportModel, exportOptionsFor } from '../../detector/export/export-model'
import { exportFileName } from '../../detector/export/file-name'
import type { ExportOps } from './export-requests'
import { serveRequests } from './protocol'

const operations: ExportOps = {
  async export({ model, options: given, folder }, progress) {
    const options = exportOptionsFor(undefined, given)
    const report = await exportModel({
      model,
      options,
      output: join(folder, exportFileName(options)),
      onProgress: (stage, share) => progress({ stage, share }),
    })
    const { file, size, sha256, opset, inputs, outputs, checks } = report
    return { file, size, sha256, opset, inputs, outputs, checks }
  },
}
serveRequests(operations)
