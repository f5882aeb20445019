import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../errors'
import { readWhole } from '../files/read-bytes'

interface Listing {
  files: Set<string>
  folders: Set<string>
  /** Folded name → name, for files written in another case or Unicode form than they are listed. */
  folded: Map<string, string>
}

/** Folders below folders that are looked into; links may go round in circles. */
const DEEPEST = 4

const fold = (name: string): string => name.normalize('NFC').toLowerCase()

/** A list or label file; one of a million pictures has less. */
const MOST_LIST_BYTES = 256e6
/** Annotation file of one picture. */
export const MOST_ANNOTATION_BYTES = 16e6
/** What the server makes of an uploaded set: `datasets/<id>/files`. */
const UPLOADED = /[\\/]datasets[\\/][a-z2-9]{16}[\\/]files(?:[\\/]|$)/

/** Whether a folder is (in) a set that was uploaded: such a set is never read beyond its own folder. */
export function liesAmongUploads(root: string): boolean {
  const path = resolve(root)
  try {
    return UPLOADED.test(realpathSync(path))
  } catch {
    return UPLOADED.test(path)
  }
}

/**
 * The one way to the files of a data set. Finds files below a root, each folder being listed once: a thousand look-ups cost a few readings. Case and Unicode
 * form of names may differ from the disk's (`IMG_1.JPG`, NFD of macOS).
 */
export class FolderIndex {
  private readonly listings = new Map<string, Listing | undefined>()
  /** Absolute, as all paths that are returned. */
  readonly root: string
  private readonly real: string
  private readonly confined: boolean

  /**
   * @param root an existing folder
   * @param confined what lies outside the root (links followed) counts as absent; always so for a set that was uploaded
   */
  constructor(root: string, confined: boolean) {
    this.root = resolve(root)
    this.confined = confined || liesAmongUploads(root)
    this.real = realpathSync(root)
  }

  /**
   * The file's path as it is on the disk, or undefined. Relative paths begin at the root. Only regular files count, links
   * followed: no device, pipe or socket can be named.
   */
  file(path: string): string | undefined {
    const full = isAbsolute(path) ? path : join(this.root, path)
    const folder = this.folder(dirname(full))
    const listing = folder === undefined ? undefined : this.listing(folder)
    if (folder === undefined || !listing) return undefined
    const name = basename(full)
    const actual = listing.files.has(name) ? name : listing.folded.get(fold(name))
    return actual === undefined || !listing.files.has(actual) ? undefined : this.allowed(join(folder, actual))
  }

  /**
   * Content of a list, label or annotation file that `file` has found.
   * @throws UserError `file-missing`, `file-unreadable`, `file-too-large`
   */
  async read(path: string, most = MOST_LIST_BYTES): Promise<Uint8Array> {
    const file = this.allowed(path)
    if (file !== undefined) return await readWhole(file, most)
    throw new UserError({ code: 'file-missing', message: 'There is no such file.', where: { file: path } })
  }

  /** The folder's path as it is on the disk, or undefined. */
  folder(path: string): string | undefined {
    const full = isAbsolute(path) ? path : join(this.root, path)
    if (this.listing(full)) return full
    const parent = dirname(full)
    // Above the root names are taken as they are.
    if (parent === full || !full.startsWith(this.root + sep)) return undefined
    const above = this.folder(parent)
    const actual = above === undefined ? undefined : this.listing(above)?.folded.get(fold(basename(full)))
    return above === undefined || actual === undefined ? undefined : this.folderNamed(join(above, actual))
  }

  /** Names of the files in a folder, sorted; none when there is no such folder. */
  filesIn(path: string): string[] {
    const folder = this.folder(path)
    return folder === undefined ? [] : [...(this.listing(folder)?.files ?? [])].sort()
  }

  /**
   * Files in a folder and in those below it, as sorted paths with `/`; none when there is no such folder.
   * @param without folders that are not looked into
   */
  filesBelow(path: string, without: readonly string[] = [], depth = DEEPEST): string[] {
    const folder = this.folder(path)
    if (folder === undefined) return []
    const inside = this.foldersIn(folder).filter((name) => !without.includes(join(folder, name)))
    const below = depth === 0 ? [] : inside
    return [
      ...this.filesIn(folder),
      ...below.flatMap((name) =>
        this.filesBelow(join(folder, name), without, depth - 1).map((file) => `${name}/${file}`),
      ),
    ]
  }

  /** Names of the folders in a folder, sorted. */
  foldersIn(path: string): string[] {
    const folder = this.folder(path)
    return folder === undefined ? [] : [...(this.listing(folder)?.folders ?? [])].sort()
  }

  /** A path for reports: relative to the root where it lies below it, with `/`. */
  name(path: string): string {
    const name = relative(this.root, path)
    return (name.startsWith('..') || isAbsolute(name) ? path : name).split(sep).join('/')
  }

  private folderNamed(path: string): string | undefined {
    return this.listing(path) ? path : undefined
  }

  private allowed(path: string): string | undefined {
    try {
      if (this.confined && !realpathSync(path).startsWith(this.real + sep)) return undefined
      return statSync(path).isFile() ? path : undefined
    } catch {
      return undefined
    }
  }

  private listing(folder: string): Listing | undefined {
    if (!this.listings.has(folder)) this.listings.set(folder, this.list(folder))
    return this.listings.get(folder)
  }

  private list(folder: string): Listing | undefined {
    let entries: Dirent[]
    try {
      const real = realpathSync(folder)
      if (this.confined && real !== this.real && !real.startsWith(this.real + sep)) return undefined
      entries = readdirSync(folder, { withFileTypes: true })
    } catch {
      return undefined
    }
    const listing: Listing = { files: new Set(), folders: new Set(), folded: new Map() }
    for (const entry of entries) {
      // What is no folder counts as a file; links are seen through when they are opened.
      const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && this.isFolderLink(join(folder, entry.name)))
      ;(isFolder ? listing.folders : listing.files).add(entry.name)
      if (!listing.folded.has(fold(entry.name))) listing.folded.set(fold(entry.name), entry.name)
    }
    return listing
  }

  private isFolderLink(path: string): boolean {
    try {
      readdirSync(path)
      return true
    } catch {
      return false
    }
  }
}
