import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asUserError } from '../../detector/files/atomic-write'
import { makeFolder } from '../../detector/files/make-folder'

const two = (n: number): string => String(n).padStart(2, '0')

/**
 * Makes `outputs_<YYYYMMDDHHMMSS>` (local time) below `root`, with a suffix when the name is taken.
 * @throws UserError `disk-full`, `write-refused`
 */
export async function stampedDirectory(root: string, now = new Date()): Promise<string> {
  const parts = [now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()]
  const name = `outputs_${now.getFullYear()}${parts.map(two).join('')}`
  try {
    makeFolder(root)
    for (let n = 1; ; n++) {
      const path = join(root, n === 1 ? name : `${name}_${n}`)
      try {
        await mkdir(path)
        return path
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  } catch (error) {
    throw asUserError(error, root)
  }
}
