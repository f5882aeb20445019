import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { readConfig } from '../../detector/training/config-file'
import { runFiles } from '../../detector/training/run-directory'
import type { ServerConfig } from '../config/config'
import { asJson } from '../db/database'
import { newId } from '../db/ids'
import { toStored } from '../storage/stored-path'
import type { RunRow } from './run-info'
import { freshProgress } from './run-progress'
import type { RunStore } from './run-store'

const RUN_NAME = /^exp_\d{8}_\d{6}(_\d+)?$/

/** Run directories that `ocr-detect train` has made, or that were copied here: each gets a row. */
export class FoundRuns {
  /** Directories that cannot be read as a run; said once. */
  private readonly refused = new Set<string>()

  constructor(
    private readonly config: Pick<ServerConfig, 'root' | 'workDir'>,
    private readonly store: RunStore,
    private readonly log: Logger,
  ) {}

  /** Makes rows for directories that have none. @returns the new ones; their state says nothing yet */
  async take(): Promise<RunRow[]> {
    return this.store.alone(async () => {
      const entries = await readdir(this.config.workDir, { withFileTypes: true }).catch(() => [])
      const rows = await this.store.db.run.findMany({ select: { directory: true } })
      const known = new Set(rows.map((row) => row.directory))
      const taken: RunRow[] = []
      for (const entry of entries) {
        const directory = join(this.config.workDir, entry.name)
        if (!entry.isDirectory() || !RUN_NAME.test(entry.name) || this.refused.has(directory)) continue
        if (known.has(toStored(this.config.root, directory)) || !existsSync(join(directory, runFiles.config))) continue
        try {
          taken.push(await this.makeRow(directory))
          this.log.info({ run: entry.name }, 'run found')
        } catch (error) {
          this.refused.add(directory)
          this.log.warn({ err: error, run: entry.name }, 'a directory could not be taken as a run')
        }
      }
      return taken
    })
  }

  private async makeRow(directory: string): Promise<RunRow> {
    const { options, created } = await readConfig(directory)
    // Relative paths are those of a command line that was given in the project's folder, as the README shows it.
    const data = resolve(this.config.root, options.data)
    const dataset = await this.store.db.dataset.findFirst({ where: { path: toStored(this.config.root, data) } })
    const model = await this.modelOf(options.model)
    const id = newId()
    await this.store.db.run.create({
      data: {
        id,
        name: basename(directory),
        state: 'preparing',
        external: true,
        directory: toStored(this.config.root, directory),
        createdAt: new Date(created),
        datasetId: dataset?.id ?? null,
        datasetName: dataset?.name ?? basename(data),
        dataPath: data,
        modelId: model.id,
        modelName: model.name,
        options: asJson(options),
        progress: asJson(freshProgress(options.epochs)),
        cuts: [],
      },
    })
    return this.store.row(id)
  }

  /** The row of the starting model where there is one, and its name. */
  private async modelOf(given: string): Promise<{ id: string | null; name: string }> {
    if (given === 'random') return { id: null, name: given }
    const file = toStored(this.config.root, resolve(this.config.root, given))
    const row = await this.store.db.model.findFirst({ where: { OR: [{ id: given }, { file }] } })
    if (row) return { id: row.id, name: row.name }
    return { id: null, name: given.includes('/') ? `${basename(dirname(given))}/${basename(given)}` : given }
  }
}
