import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asUserError } from '../detector/files/atomic-write'
import { makeFolder } from '../detector/files/make-folder'

const two = (n: number): string => String(n).padStart(2, '0')

/**
 * The directory that takes the results of one call: the given one, or a new `outputs/outputs_<YYYYMMDDHHMMSS>` (local
 * time; with a suffix when the name is taken). It is made, with `visualization` and `json` in it, when the first result is
 * written: a call that fails leaves nothing behind.
 */
export class OutputDirectory {
  private made: Promise<string> | undefined

  constructor(
    private readonly given: string,
    private readonly now = new Date(),
  ) {}

  /** Whether anything was written. */
  get exists(): boolean {
    return this.made !== undefined
  }

  /**
   * The path of the directory, which is made when it is not there yet.
   * @throws UserError `disk-full`, `write-refused`
   */
  path(): Promise<string> {
    this.made ??= this.make()
    return this.made
  }

  private async make(): Promise<string> {
    const { given, now } = this
    const parts = [now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()]
    const stamp = `outputs_${now.getFullYear()}${parts.map(two).join('')}`
    try {
      const folder = given === '' ? await newFolder(join('outputs', stamp)) : given
      makeFolder(join(folder, 'visualization'))
      makeFolder(join(folder, 'json'))
      return folder
    } catch (error) {
      throw asUserError(error, given || 'outputs')
    }
  }
}

async function newFolder(path: string): Promise<string> {
  await mkdir('outputs', { recursive: true })
  for (let n = 1; ; n++) {
    const folder = n === 1 ? path : `${path}_${n}`
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
