import { realpathSync } from 'node:fs'
import { basename, isAbsolute, relative } from 'node:path'
import type { ErrorBody, UserError } from '../../detector/errors'
import { ownValue } from '../../detector/own-value'
import type { ServerConfig } from '../config/config'
import { isInside } from '../storage/resolve-inside'

const STATUS: Record<string, number> = {
  'access-needed': 401,
  'code-wrong': 401,
  'path-refused': 403,
  'host-refused': 403,
  'origin-refused': 403,
  'prefix-refused': 403,
  'route-unknown': 404,
  'file-missing': 404,
  'model-missing': 404,
  'method-refused': 405,
  'model-protected': 409,
  'state-refused': 409,
  'run-protected': 409,
  'run-external': 409,
  'run-locked': 409,
  'dataset-in-use': 409,
  'dataset-not-ready': 409,
  locked: 409,
  'upload-too-large': 413,
  'zip-too-large': 413,
  'image-too-large': 413,
  'type-refused': 415,
  'too-many-tries': 429,
  'too-many-requests': 429,
  busy: 503,
  'timed-out': 504,
  'disk-full': 507,
}

/** HTTP status of a fault that the user can repair: by its code, `…-unknown` of things by id is 404, the rest is 400. */
export function statusOf(error: UserError): number {
  return (
    ownValue(STATUS, error.code) ??
    (/^(run|model|dataset|batch|item|export|result)-unknown$/.test(error.code) ? 404 : 400)
  )
}

const realPathOf = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** What leaves the server: of paths below the data directory only the name, of others of the project what follows its root. */
export function publicError(error: UserError, { dataDir, root }: Pick<ServerConfig, 'dataDir' | 'root'>): ErrorBody {
  const body = error.toBody()
  if (!body.where || !isAbsolute(body.where.file)) return body
  const { file } = body.where
  // Paths in errors are often real ones, also where the data directory is a link.
  if ([dataDir, realPathOf(dataDir)].some((folder) => isInside(folder, file)))
    body.where = { ...body.where, file: basename(file) }
  else if (isInside(root, file)) body.where = { ...body.where, file: relative(root, file) || basename(file) }
  return body
}
