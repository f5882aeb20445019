import { isAbsolute, join, relative, sep } from 'node:path'
import { isInside } from './resolve-inside'

/** A path as rows keep it: relative to the project (with `/`) where it lies inside, so that the folder can be moved. */
export function toStored(root: string, path: string): string {
  return isAbsolute(path) && isInside(root, path) ? relative(root, path).split(sep).join('/') : path
}

export function fromStored(root: string, stored: string): string {
  return isAbsolute(stored) ? stored : join(root, stored)
}
