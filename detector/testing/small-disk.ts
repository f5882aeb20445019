import { spawnSync } from 'node:child_process'
import { mkdtempSync, statfsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of a few megabytes in memory, for tests of what happens when a disk is full. */
export interface SmallDisk {
  /** Where it is mounted. */
  path: string
  /** Takes all space but `rest` bytes. */
  fill(rest?: number): Promise<void>
  /** Gives back what `fill` took. */
  free(): Promise<void>
  unmount(): void
}

/** @returns undefined where this user may not mount anything */
export function smallDisk(megabytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'))
  const unmount = (): void => {
    // Lazily: a process that ends may hold a file for a moment more.
    spawnSync('umount', ['-l', path])
    spawnSync('rmdir', [path])
  }
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]).status !== 0) {
    unmount()
    return undefined
  }
  const filler = join(path, 'filler')
  return {
    path,
    unmount,
    async fill(rest = 0) {
      const { bavail, bsize } = statfsSync(path)
      // Who writes at the same time takes some of it.
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - rest))).catch((error) => {
        if (error.code !== 'ENOSPC') throw error
      })
    },
    free: () => rm(filler, { force: true }),
  }
}
