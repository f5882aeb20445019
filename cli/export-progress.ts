import type { ExportStage } from '../detector/export/export-report'

const said: Record<ExportStage, string> = {
  build: 'Compiling the graph',
  quantise: 'Quantising',
  verify: 'Checking with onnxruntime',
}

/** Stage and share of an export: one line that is overwritten on a terminal, one line a stage elsewhere. */
export class ExportProgress {
  private stage: ExportStage | undefined
  private shown = false

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(stage: ExportStage, share: number): void {
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[2K${said[stage]} ${Math.floor(100 * share)} %`)
      this.shown = true
    } else if (stage !== this.stage) {
      this.stream.write(`${said[stage]}\n`)
    }
    this.stage = stage
  }

  /** Removes the overwritten line. */
  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[2K')
    this.shown = false
  }
}
