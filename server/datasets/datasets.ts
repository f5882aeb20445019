import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type ErrorBody, UserError } from '../../detector/errors'
import { isUnreadName } from '../../detector/picture/left-out'
import { isPictureName } from '../../detector/picture/picture-names'
import type { Prisma } from '../../generated/prisma/client'
import { newId } from '../db/ids'
import { LIVE } from '../events/job-states'
import type { Numbered } from '../events/read-journal'
import type { Accepted } from '../http/schema'
import { unzip } from '../http/unzip'
import type { InferenceQueue } from '../inference/inference-queue'
import { removeFolder } from '../storage/remove-folder'
import { fromStored, toStored } from '../storage/stored-path'
import type { DataDirectories } from './data-directories'
import { DatasetChecks, type DatasetChecksParts } from './dataset-checks'
import { datasetPlace, isConfined, listFile, picturesOf } from './dataset-files'
import type { DataReport, DatasetImage, DatasetInfo } from './schema'

const withRuns = { _count: { select: { runs: true } } } satisfies Prisma.DatasetInclude
type Row = Prisma.DatasetGetPayload<{ include: typeof withRuns }>

/** A line of the list that the check writes for each part. */
export interface IndexedImage extends Numbered, DatasetImage {
  file: string
}

/** What a run needs to know of its data set. */
export interface DataOfRun {
  id: string
  name: string
  path: string
  /** Nothing outside the folder is read. */
  confined: boolean
}

/** Longest sides in which pictures are handed out. */
const SIZES = [160, 320, 640, 1280, 2560]
/** What annotations and lists are written in, readable or not; other files of a zip are not kept. */
const TEXT_FILES = /\.(txt|json|jsonl|xml|csv|md)$/i

interface DatasetsParts extends DatasetChecksParts {
  directories: DataDirectories
  inference: InferenceQueue
}

/** Training data: directories of the server and uploaded zips, their checks, and what a page shows of them. */
export class Datasets {
  private readonly checks: DatasetChecks

  constructor(private readonly parts: DatasetsParts) {
    this.checks = new DatasetChecks(parts)
  }

  async list(): Promise<DatasetInfo[]> {
    const rows = await this.parts.db.dataset.findMany({ include: withRuns, orderBy: { createdAt: 'desc' } })
    return rows.map((row) => this.info(row))
  }

  async get(id: string): Promise<DatasetInfo> {
    return this.info(await this.row(id))
  }

  /** Takes a directory below the allowed roots; its check begins. One that is known already is checked again. */
  async addDirectory(path: string, name?: string): Promise<Accepted> {
    const real = await this.parts.directories.allowed(path)
    const stored = toStored(this.parts.config.root, real)
    const known = await this.parts.db.dataset.findFirst({ where: { path: stored } })
    const id = known?.id ?? newId()
    if (!known) {
      await this.parts.db.dataset.create({
        data: { id, name: name ?? basename(real), origin: 'directory', path: stored, state: 'checking' },
      })
    }
    await this.check(id)
    return { id, state: 'running' }
  }

  /** Unpacks an uploaded zip, then checks it; the answer does not wait for that. */
  async addZip(upload: { path: string; name: string }, name?: string): Promise<Accepted> {
    const id = newId()
    const folder = join(this.parts.config.dataDir, 'datasets', id, 'files')
    await mkdir(folder, { recursive: true })
    try {
      // Here already, so that the uploader hears of a zip that cannot be used; the upload is removed afterwards.
      const { zipEntries: entries, unpackedBytes: totalBytes } = this.parts.config.limits
      const files = await unzip(upload.path, folder, { entries, totalBytes, entryBytes: totalBytes }, (entry) =>
        isDataFile(entry),
      )
      if (files === 0) {
        throw new UserError({
          code: 'zip-invalid',
          message: 'The zip holds no pictures and annotations.',
          fix: 'Pack the folder with train_list.txt, train_images and train_gts.',
        })
      }
      const root = await onlyFolder(folder)
      await this.parts.db.dataset.create({
        data: {
          id,
          name: name || basename(upload.name).replace(/\.zip$/i, '') || 'zip',
          origin: 'upload',
          path: toStored(this.parts.config.root, root),
          state: 'checking',
        },
      })
    } catch (error) {
      await removeFolder(dirname(folder))
      throw error
    }
    await this.check(id)
    return { id, state: 'running' }
  }

  /** Starts a check that somebody asked for; its end is told by `changed`. */
  async check(id: string): Promise<Accepted> {
    await this.checks.ask(await this.row(id))
    return { id, state: 'running' }
  }

  async images(id: string, split: 'train' | 'test', after: number, limit: number) {
    await this.row(id)
    const file = listFile(this.parts.config, id, split)
    const images: DatasetImage[] = []
    for await (const some of this.parts.reader.read<IndexedImage>(file, after)) {
      for (const { seq: _, time: __, file: ___, ...image } of some) if (images.length < limit) images.push(image)
      if (images.length >= limit) break
    }
    const total = await this.parts.reader.lastSeq(file)
    return { total, images, next: after + images.length < total ? after + images.length : null }
  }

  /** A picture in a form that browsers show, its longest side at most about `size`. */
  async picture(id: string, split: 'train' | 'test', index: number, size: number): Promise<string> {
    const row = await this.row(id)
    let found: IndexedImage | undefined
    for await (const [first] of this.parts.reader.read<IndexedImage>(listFile(this.parts.config, id, split), index)) {
      found = first
      break
    }
    if (!found) {
      throw new UserError({ code: 'item-unknown', message: `The data has no picture ${index} in its ${split} part.` })
    }
    const longest = SIZES.find((side) => side >= size) ?? SIZES[SIZES.length - 1]
    const folder = join(datasetPlace(this.parts.config, id), picturesOf(row))
    const target = join(folder, `${split}-${index}-${longest}.webp`)
    if (!existsSync(target)) {
      await mkdir(folder, { recursive: true })
      await this.parts.inference.ask('image', {
        picture: found.file,
        name: found.name,
        maxPixels: this.parts.config.limits.pixels,
        target,
        size: longest,
      })
    }
    return target
  }

  /** @throws UserError `dataset-in-use` */
  async remove(id: string): Promise<void> {
    const row = await this.row(id)
    const uses = await this.parts.db.run.count({ where: { datasetId: id, state: { in: [...LIVE] } } })
    if (uses > 0) {
      throw new UserError({
        code: 'dataset-in-use',
        message: `${row.name} is used by ${uses} ${uses === 1 ? 'run' : 'runs'}.`,
        fix: 'Stop them first.',
      })
    }
    await this.parts.db.dataset.delete({ where: { id } })
    await removeFolder(datasetPlace(this.parts.config, id))
    for (const split of ['train', 'test'] as const) this.parts.reader.forget(listFile(this.parts.config, id, split))
    this.parts.hub.changed('dataset', id)
  }

  /**
   * The data of a run: a known set, or a directory below the allowed roots, which becomes one.
   * @throws UserError `dataset-unknown`, `dataset-not-ready`, `path-refused`
   */
  async forRun(id: string | undefined, path: unknown): Promise<DataOfRun> {
    let known = id
    if (known === undefined) {
      if (typeof path !== 'string' || path === '') {
        throw new UserError({ code: 'option-missing', message: 'dataset or options.data is needed.' })
      }
      known = (await this.knownDirectory(path)) ?? (await this.addDirectory(path)).id
    }
    const row = await this.row(known)
    const info = this.info(row)
    if (!['ready', 'checking'].includes(info.state)) {
      throw new UserError({
        code: 'dataset-not-ready',
        message: `${row.name} cannot be trained with: its state is "${info.state}".`,
        fix: 'Read the findings of its check, repair them and check again.',
      })
    }
    return { id: row.id, name: row.name, path: info.path, confined: isConfined(row) }
  }

  /** After a start no check is under way; what ended with the server twice already is not begun a third time. */
  async reconcile(): Promise<void> {
    for (const row of await this.parts.db.dataset.findMany({ where: { state: 'checking' } }))
      await this.checks.goOn(row)
  }

  /** Id of a set whose check of this directory went well. */
  private async knownDirectory(path: string): Promise<string | undefined> {
    const stored = toStored(this.parts.config.root, await this.parts.directories.allowed(path))
    return (await this.parts.db.dataset.findFirst({ where: { path: stored, state: { in: ['ready', 'checking'] } } }))
      ?.id
  }

  private async row(id: string): Promise<Row> {
    const row = await this.parts.db.dataset.findUnique({ where: { id }, include: withRuns })
    if (!row) throw new UserError({ code: 'dataset-unknown', message: `There is no data set ${id}.` })
    return row
  }

  private info(row: Row): DatasetInfo {
    const missing = !existsSync(fromStored(this.parts.config.root, row.path))
    return {
      id: row.id,
      name: row.name,
      state: missing ? 'missing' : (row.state as DatasetInfo['state']),
      origin: row.origin as DatasetInfo['origin'],
      path: fromStored(this.parts.config.root, row.path),
      createdAt: row.createdAt.toISOString(),
      ...(row.checkedAt && { checkedAt: row.checkedAt.toISOString() }),
      runs: row._count.runs,
      ...(row.report !== null && { report: row.report as unknown as DataReport }),
      ...(row.error !== null && { error: row.error as unknown as ErrorBody }),
    }
  }
}

/** What the check looks at; pictures that cannot be read are kept, so that it can name them. */
const isDataFile = (name: string): boolean => isPictureName(name) || isUnreadName(name) || TEXT_FILES.test(name)

/** Zips often hold one folder with everything in it. */
async function onlyFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.length === 1 && entries[0].isDirectory() ? onlyFolder(join(folder, entries[0].name)) : folder
}
