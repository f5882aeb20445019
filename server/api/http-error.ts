import type { ErrorBody, UserError } from '../../detector/errors'

const STATUS: Record<string, number> = {
  'access-needed': 401,
  'code-wrong': 401,
  'path-refused': 403,
  'host-refused': 403,
  'origin-refused': 403,
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
  return STATUS[error.code] ?? (/^(run|model|dataset|batch|item|export|result)-unknown$/.test(error.code) ? 404 : 400)
}

/** What leaves the server: of paths below `dataDir` only the name. */
export function publicError(error: UserError, dataDir: string): ErrorBody {
  const body = error.toBody()
  if (body.where?.file.startsWith(dataDir)) {
    body.where = { ...body.where, file: body.where.file.split(/[\\/]/).pop() ?? '' }
  }
  return body
}
