import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exportModel } from '../../detector/export/export-model'
import { exportFileName } from '../../detector/export/file-name'
import { serveRequests } from '../children/protocol'
import type { ExportOps } from './export-requests'

const operations: ExportOps = {
  async export({ model, options, folder }, progress) {
    await mkdir(folder, { recursive: true })
    const { file, size, sha256, opset, inputs, outputs, checks } = await exportModel({
      model,
      options,
      output: join(folder, exportFileName(options)),
      onProgress: (stage, share) => progress({ stage, share }),
    })
    return { file, size, sha256, opset, inputs, outputs, checks }
  },
}
serveRequests(operations)
