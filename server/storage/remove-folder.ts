import { rm } from 'node:fs/promises'

/**
 * Removes a folder with all it holds, also while a process is still writing into it: a preview that arrives between the
 * listing and the removal makes the system say "not empty", and the removal is tried again.
 */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 8, retryDelay: 50 })
}
