import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { UserError } from '../../detector/errors'
import { sha256OfFile } from '../../detector/files/sha256'
import { readSidecar } from '../../detector/weights/model-file'
import type { Sidecar } from '../../detector/weights/sidecar'
import type { Prisma } from '../../generated/prisma/client'
import type { BoundedTasks } from '../children/bounded-tasks'
import type { ServerConfig } from '../config/config'
import { asJson, type Database } from '../db/database'
import { newId } from '../db/ids'
import type { EventHub } from '../events/event-hub'
import { LIVE, UNDER_WAY } from '../events/job-states'
import { fromStored, toStored } from '../storage/stored-path'
import type { ModelInfo } from './schema'

const withUse = {
  checkpoint: { include: { run: { select: { id: true, name: true, state: true } } } },
  runs: {
    where: { state: { in: [...LIVE] } },
    select: { id: true },
  },
  batches: { where: { state: { in: [...UNDER_WAY] } }, select: { id: true } },
  exports: { where: { state: { in: [...UNDER_WAY] } }, select: { id: true } },
} satisfies Prisma.ModelInclude
type Row = Prisma.ModelGetPayload<{ include: typeof withUse }>

/** What the inference process needs to know of a model. */
export interface ModelFile {
  id: string
  name: string
  file: string
  sha256: string
  sidecar: Sidecar
}

const BASE = 'base'

interface ModelsParts {
  config: ServerConfig
  db: Database
  hub: EventHub
  tasks: BoundedTasks
}

/** Weights that can be chosen, and their files. */
export class Models {
  constructor(private readonly parts: ModelsParts) {}

  /** Brings the row of the shipped base model up to its file. */
  async registerBase(): Promise<void> {
    const file = join(this.parts.config.root, 'models', 'base', 'base.pth')
    if (!existsSync(file)) return
    const sidecar = await ownSidecar(file)
    const { size } = await stat(file)
    const before = await this.parts.db.model.findUnique({ where: { id: BASE } })
    if (before && before.size === size && before.sha256 === sidecar.sha256) {
      await this.parts.db.model.update({ where: { id: BASE }, data: { sidecar: asJson(sidecar) } })
      return
    }
    const data = {
      name: 'cv_resnet18',
      kind: 'base',
      format: 'pth',
      file: toStored(this.parts.config.root, file),
      size,
      sha256: await sha256OfFile(file),
      sidecar: asJson(sidecar),
    }
    await this.parts.db.model.upsert({ where: { id: BASE }, create: { id: BASE, ...data }, update: data })
  }

  async list(): Promise<ModelInfo[]> {
    const rows = await this.parts.db.model.findMany({ include: withUse, orderBy: { createdAt: 'desc' } })
    const infos = rows.map((row) => this.info(row))
    return [...infos.filter((model) => model.kind === 'base'), ...infos.filter((model) => model.kind !== 'base')]
  }

  async get(id: string): Promise<ModelInfo> {
    return this.info(await this.row(id))
  }

  /** @throws UserError `model-unknown`, `model-missing` */
  async file(id: string): Promise<ModelFile & { format: string }> {
    const row = await this.row(id)
    const file = fromStored(this.parts.config.root, row.file)
    if (!existsSync(file)) {
      throw new UserError({
        code: 'model-missing',
        message: `The file of the model ${row.name} is gone.`,
        where: { file: row.file },
        fix: 'Put it back, or choose another model.',
      })
    }
    return {
      id: row.id,
      name: row.name,
      file,
      sha256: row.sha256,
      format: row.format,
      sidecar: row.sidecar as unknown as Sidecar,
    }
  }

  /** Registers (or renews) the best or final weights of a run. */
  async putCheckpoint(
    run: { id: string; name: string },
    kind: 'best' | 'final',
    file: string,
    epoch: number,
  ): Promise<string> {
    const sidecar = await ownSidecar(file)
    const { size } = await stat(file)
    const found = await this.parts.db.checkpoint.findUnique({ where: { runId_kind: { runId: run.id, kind } } })
    const id = found?.modelId ?? newId()
    const data = { size, sha256: sidecar.sha256, sidecar: asJson(sidecar) }
    const stored = toStored(this.parts.config.root, file)
    await this.parts.db.$transaction([
      this.parts.db.model.upsert({
        where: { id },
        create: { id, name: `${run.name} / ${kind}_model`, kind, format: 'pth', file: stored, ...data },
        update: data,
      }),
      this.parts.db.checkpoint.upsert({
        where: { runId_kind: { runId: run.id, kind } },
        create: { id: newId(), runId: run.id, kind, epoch, modelId: id },
        update: { epoch },
      }),
    ])
    this.parts.hub.changed('model', id)
    return id
  }

  /** Name of a model among these that something works with. */
  async nameInUse(ids: string[]): Promise<string | undefined> {
    const rows = await this.parts.db.model.findMany({ where: { id: { in: ids } }, include: withUse })
    return rows.find((row) => row.runs.length + row.batches.length + row.exports.length > 0)?.name
  }

  /**
   * Takes in an uploaded file after a child has read and checked it.
   * @throws UserError of the reader
   */
  async import(upload: { path: string; name: string }, name?: string): Promise<ModelInfo> {
    const ending = extname(upload.name).toLowerCase()
    if (!['.pth', '.pt', '.onnx'].includes(ending)) {
      throw new UserError({
        code: 'model-type-unsupported',
        message: `A .pth or .onnx file was expected, "${upload.name.slice(0, 100)}" was sent.`,
      })
    }
    const format = ending === '.onnx' ? 'onnx' : 'pth'
    const id = newId()
    const folder = join(this.parts.config.dataDir, 'models')
    await mkdir(folder, { recursive: true })
    const file = join(folder, `${id}.${format}`)
    const title = (name || basename(upload.name, extname(upload.name))).slice(0, 120)
    try {
      const sidecar = await this.parts.tasks.request('import-model', {
        source: upload.path,
        target: file,
        format,
        name: upload.name,
      })
      const { size } = await stat(file)
      await this.parts.db.model.create({
        data: {
          id,
          name: title,
          kind: 'imported',
          format,
          file: toStored(this.parts.config.root, file),
          size,
          sha256: sidecar.sha256,
          sidecar: asJson(sidecar),
        },
      })
    } catch (error) {
      await rm(file, { force: true })
      await rm(sidecarOf(file), { force: true })
      throw error
    }
    this.parts.hub.changed('model', id)
    return this.get(id)
  }

  async rename(id: string, name: string): Promise<ModelInfo> {
    const row = await this.row(id)
    if (row.kind === 'base') throw refused('base', row.name)
    await this.parts.db.model.update({ where: { id }, data: { name } })
    this.parts.hub.changed('model', id)
    return this.get(id)
  }

  /**
   * Removes a model and its files. The files of a run's checkpoint go to nothing but the bin of the user's own choice:
   * they are the only copy, so `force` is needed.
   * @throws UserError `model-protected`
   */
  async remove(id: string, force: boolean): Promise<void> {
    const row = await this.row(id)
    const { blocked } = this.info(row)
    if (blocked && !(blocked === 'only-copy' && force)) throw refused(blocked, row.name)
    const file = fromStored(this.parts.config.root, row.file)
    // Renamed first: a crash in between leaves no row that points at half a file.
    const gone = `${file}.deleted`
    if (existsSync(file)) await rename(file, gone)
    await this.parts.db.model.delete({ where: { id } })
    await rm(gone, { force: true })
    await rm(sidecarOf(file), { force: true })
    this.parts.hub.changed('model', id)
  }

  private async row(id: string): Promise<Row> {
    const row = await this.parts.db.model.findUnique({ where: { id }, include: withUse })
    if (!row) throw new UserError({ code: 'model-unknown', message: `There is no model ${id}.` })
    return row
  }

  private info(row: Row): ModelInfo {
    const sidecar = row.sidecar as unknown as Sidecar
    const missing = !existsSync(fromStored(this.parts.config.root, row.file))
    const inUse =
      row.runs.length + row.batches.length + row.exports.length > 0 || LIVE.includes(row.checkpoint?.run.state ?? '')
    const blocked = row.kind === 'base' ? 'base' : inUse ? 'in-use' : missing ? null : 'only-copy'
    return {
      id: row.id,
      name: row.name,
      kind: row.kind as ModelInfo['kind'],
      format: row.format as ModelInfo['format'],
      file: row.kind === 'imported' ? `${row.name}.${row.format}` : basename(row.file),
      size: row.size,
      sha256: row.sha256,
      createdAt: row.createdAt.toISOString(),
      thresholds: sidecar.thresholds,
      sizeRule: sidecar.size,
      metrics: sidecar.metrics,
      run: row.checkpoint && {
        id: row.checkpoint.run.id,
        name: row.checkpoint.run.name,
        epoch: row.checkpoint.epoch,
      },
      trainable: row.format === 'pth' && !missing,
      exportable: row.format === 'pth' && !missing,
      missing,
      deletable: blocked === null,
      blocked,
    }
  }
}

const sidecarOf = (file: string): string => file.replace(/\.[^.]+$/, '.json')

/** Weights that the program itself wrote always have their sidecar. */
async function ownSidecar(file: string): Promise<Sidecar> {
  const sidecar = await readSidecar(file)
  if (sidecar) return sidecar
  throw new UserError({
    code: 'sidecar-missing',
    message: 'The file with thresholds and metrics beside the weights is missing.',
    where: { file: sidecarOf(file) },
    fix: 'Restore it, or import the weights as a model.',
  })
}

function refused(reason: NonNullable<ModelInfo['blocked']>, name: string): UserError {
  const words = {
    base: ['is the base model and stays.', undefined],
    'in-use': ['is in use.', 'Wait until the work with it has ended, or stop it.'],
    'only-copy': ['is the only copy.', 'Confirm the deletion (force=true), after a download if it is worth it.'],
  } as const
  const [message, fix] = words[reason]
  return new UserError({ code: 'model-protected', message: `${name} ${message}`, ...(fix && { fix }) })
}
