import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { aboveThreshold } from '../../detector/detection/result'
import type { DetectionResult } from '../../detector/detection/types'
import { UserError } from '../../detector/errors'
import { detectOptions } from '../../detector/options/detect'
import { resolveDetectionSettings } from '../../detector/options/presets'
import { parseOption } from '../../detector/options/spec'
import type { ServerConfig } from '../config/config'
import { newId } from '../db/ids'
import type { InferenceQueue } from '../inference/inference-queue'
import { type DetectRequest, resultFiles } from '../inference/inference-requests'
import type { Models } from '../models/models'
import { removeFolder } from '../storage/remove-folder'
import { stampedDirectory } from '../storage/stamped-directory'
import type { CandidatesRequest, Detection } from './schema'

const MOST_RESULTS = 200
const MOST_BYTES = 2e9

interface DetectionsParts {
  config: ServerConfig
  models: Models
  inference: InferenceQueue
  onFailure: (error: unknown) => void
}

/** Single detections. The last ones are kept with picture and map, so that boxes can be found again without the network. */
export class Detections {
  private readonly folder: string
  private pruning: Promise<void> | undefined

  constructor(private readonly parts: DetectionsParts) {
    this.folder = join(parts.config.dataDir, 'results')
  }

  /**
   * @param picture a temporary file, taken over
   * @throws UserError of settings, model, picture
   */
  async detect(
    picture: { path: string; name: string },
    modelId: string,
    given: Record<string, unknown>,
  ): Promise<Detection> {
    const model = await this.parts.models.file(modelId)
    const settings = resolveDetectionSettings(given, model.sidecar)
    const id = newId()
    const folder = join(this.folder, id)
    await mkdir(folder, { recursive: true })
    const file = join(folder, resultFiles.picture)
    try {
      await rename(picture.path, file)
      const result = await this.find({
        model: { file: model.file, name: model.name, sha256: model.sha256 },
        picture: file,
        name: picture.name,
        settings,
        maxPixels: this.parts.config.limits.pixels,
        folder,
      })
      this.pruning ??= this.prune().finally(() => {
        this.pruning = undefined
      })
      this.pruning.catch(this.parts.onFailure)
      return { ...result, resultId: id }
    } catch (error) {
      await removeFolder(folder)
      throw error
    }
  }

  async get(id: string): Promise<Detection> {
    return { ...(await this.result(id)), resultId: id }
  }

  async candidates(id: string, change: CandidatesRequest): Promise<Detection> {
    const { settings } = await this.result(id)
    const value = <K extends keyof CandidatesRequest>(key: K): NonNullable<CandidatesRequest[K]> =>
      (change[key] === undefined ? settings[key] : parseOption(key, detectOptions[key], change[key])) as never
    const result = await this.parts.inference.ask('candidates', {
      folder: this.place(id),
      settings: {
        binarizeThreshold: value('binarizeThreshold'),
        unclipRatio: value('unclipRatio'),
        maxCandidates: value('maxCandidates'),
        polygon: value('polygon'),
      },
    })
    return { ...result, resultId: id }
  }

  /** The upright picture as a file that browsers show. */
  async image(id: string): Promise<string> {
    const result = await this.result(id)
    return this.made(id, 'image.webp', (target) =>
      this.parts.inference.ask('image', { ...this.source(id, result), target }),
    )
  }

  async map(id: string, layer: 'heat' | 'gray'): Promise<string> {
    await this.result(id)
    return this.made(id, `map-${layer}.png`, (target) =>
      this.parts.inference.ask('map', { folder: this.place(id), layer, target }),
    )
  }

  /** The picture with its boxes; made anew, as thresholds change. */
  async picture(id: string, threshold?: number): Promise<string> {
    const result = await this.result(id)
    const shown = aboveThreshold(result, threshold ?? result.settings.threshold)
    const target = join(this.place(id), 'detection_result.png')
    await this.parts.inference.ask('draw', { ...this.source(id, result), result: shown, target })
    return target
  }

  /**
   * Has the result as soon as it is kept. The original's output folder is written after that, from the same pixels; a fault
   * there is no fault of the detection.
   */
  private async find(request: Omit<DetectRequest, 'outputs'>): Promise<DetectionResult> {
    const directory = await this.outputFolder().catch(this.parts.onFailure)
    const outputs = directory && {
      json: join(directory, 'json', 'result.json'),
      visualization: join(directory, 'visualization', 'detection_result.png'),
    }
    return new Promise((resolve, reject) => {
      let answered = false
      const found = (result: DetectionResult): void => {
        answered = true
        resolve(result)
      }
      this.parts.inference.ask('detect', { ...request, outputs: outputs || undefined }, found).catch(async (error) => {
        if (answered) return this.parts.onFailure(error)
        if (directory) await removeFolder(directory)
        reject(error)
      })
    })
  }

  private async outputFolder(): Promise<string> {
    const directory = await stampedDirectory(this.parts.config.outputDir)
    await Promise.all(['visualization', 'json'].map((name) => mkdir(join(directory, name))))
    return directory
  }

  private source(id: string, result: DetectionResult) {
    return {
      picture: join(this.place(id), resultFiles.picture),
      name: result.image_path,
      maxPixels: this.parts.config.limits.pixels,
    }
  }

  private async made(id: string, name: string, make: (target: string) => Promise<void>): Promise<string> {
    const target = join(this.place(id), name)
    if (!existsSync(target)) await make(target)
    return target
  }

  private place(id: string): string {
    return join(this.folder, id)
  }

  private async result(id: string): Promise<DetectionResult> {
    const file = join(this.place(id), resultFiles.result)
    try {
      const result = JSON.parse(await readFile(file, 'utf8')) as DetectionResult
      const now = new Date()
      await utimes(this.place(id), now, now)
      return result
    } catch (cause) {
      throw new UserError(
        {
          code: 'result-unknown',
          message: `The result ${id} is not kept any more.`,
          fix: 'Detect the picture again.',
        },
        { cause },
      )
    }
  }

  /** Removes the results that were not asked for longest, beyond a number and a size. */
  private async prune(): Promise<void> {
    const kept = await Promise.all(
      (await readdir(this.folder)).map(async (id) => {
        const path = this.place(id)
        const sizes = await Promise.all(
          (await readdir(path).catch(() => [])).map((name) =>
            stat(join(path, name)).then(
              (s) => s.size,
              () => 0,
            ),
          ),
        )
        const used = await stat(path).then(
          (s) => s.mtimeMs,
          () => 0,
        )
        return { path, used, size: sizes.reduce((a, b) => a + b, 0) }
      }),
    )
    kept.sort((a, b) => b.used - a.used)
    let bytes = 0
    for (const [i, { path, size }] of kept.entries()) {
      bytes += size
      if (i >= MOST_RESULTS || (bytes > MOST_BYTES && i > 0)) await removeFolder(path)
    }
  }
}
