import { existsSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { isDatasetFolder } from '../../detector/dataset/dataset-layout'
import { UserError } from '../../detector/errors'
import type { ServerConfig } from '../config/config'
import { isInside, resolveInside } from '../storage/resolve-inside'
import type { Directories } from './schema'

const MOST_ENTRIES = 2000
/** The folders of the server that training data may lie in. */
export class DataDirectories {
  constructor(private readonly config: ServerConfig) {}

  /**
   * A folder, and those in it that may be chosen.
   * @param path default: the first root
   * @throws UserError as `allowed`
   */
  async list(path: string | undefined): Promise<Directories> {
    const roots = this.config.dataRoots.filter((root) => existsSync(root))
    const real = await this.allowed(path ?? roots[0] ?? this.config.root)
    const entries = (await readdir(real, { withFileTypes: true }))
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .slice(0, MOST_ENTRIES)
    const shown = await Promise.all(
      entries.map(async ({ name }) => {
        const inside = await this.allowed(join(real, name)).catch(() => undefined)
        return inside ? [{ name, path: join(real, name), dataset: isDatasetFolder(inside) }] : []
      }),
    )
    const order = new Intl.Collator('en', { numeric: true }).compare
    const parent = dirname(real)
    return {
      path: real,
      parent: parent !== real && roots.some((root) => isInside(root, parent)) ? parent : null,
      roots,
      entries: shown.flat().sort((a, b) => order(a.name, b.name)),
      dataset: isDatasetFolder(real),
    }
  }

  /**
   * The real path of a directory below the roots.
   * @param path absolute, or as people type it: below the project (as on the command line) or a root, or after `~/`
   * @throws UserError `path-refused`, `folder-expected`, `file-missing`
   */
  async allowed(path: string): Promise<string> {
    const { root, dataRoots } = this.config
    const typed = path.replace(/^~(?=\/|$)/, homedir())
    const found = [root, ...dataRoots].map((base) => resolve(base, typed)).find((place) => existsSync(place))
    const real = await resolveInside(dataRoots, found ?? typed)
    // Both as they really lie: a link on the way to the data directory must not hide it.
    if (isInside(await realpath(this.config.dataDir).catch(() => this.config.dataDir), real)) {
      throw new UserError({ code: 'path-refused', message: 'The data directory of the server is not to be chosen.' })
    }
    if (!(await stat(real)).isDirectory()) {
      throw new UserError({ code: 'folder-expected', message: 'A directory was expected.', where: { file: path } })
    }
    return real
  }
}
