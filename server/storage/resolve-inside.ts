import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { UserError } from '../../detector/errors'

// Windows: device names, streams (a:b), names that end in a dot or blank; NUL and control characters everywhere.
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are looked for
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*]/

const refuse = (path: string): never => {
  throw new UserError({
    code: 'path-refused',
    message: 'The path leads out of the allowed directory.',
    where: { file: path.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 200) },
  })
}

/** Whether `path` is `root` or lies below it; both real and absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * The real path of something that exists below one of the roots. Links are followed first and the end is judged.
 *
 * @param path absolute, or relative to the first root
 * @throws UserError `path-refused`, `file-missing`
 */
export async function resolveInside(roots: string | readonly string[], path: string): Promise<string> {
  const list = typeof roots === 'string' ? [roots] : roots
  if (path.includes('\0')) return refuse(path)
  let real: string
  try {
    real = await realpath(resolve(list[0], path))
  } catch (cause) {
    // Whether something exists outside is nobody's business.
    if (!list.some((root) => isInside(root, resolve(list[0], path)))) return refuse(path)
    throw new UserError(
      { code: 'file-missing', message: 'There is no such file or directory.', where: { file: path } },
      { cause },
    )
  }
  for (const root of list) {
    const realRoot = await realpath(root).catch(() => undefined)
    if (realRoot !== undefined && isInside(realRoot, real)) return real
  }
  return refuse(path)
}

/**
 * Checks a relative name that came from outside (an upload, a zip entry) and returns its parts. Refused are absolute and
 * parent paths, backslashes, control characters, and names that mean devices or streams on Windows.
 * @throws UserError `path-refused`
 */
export function safeParts(name: string): string[] {
  if (name.length === 0 || name.length > 1024 || name.startsWith('/') || name.includes('\\')) return refuse(name)
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  for (const part of parts) {
    if (part === '..' || part.length > 255 || Buffer.byteLength(part) > 255) return refuse(name)
    if (FORBIDDEN.test(part) || DEVICE.test(part) || /[. ]$/.test(part)) return refuse(name)
  }
  return parts.length > 0 ? parts : refuse(name)
}
